import { CertopsError } from '../../../src/domain/errors.ts';
import { folderLines } from '../../../src/roots/sayings/folder.ts';
import { SAYINGS } from '../../../src/roots/sayings/index.ts';

const folder = 'C:\\ProgramData\\certops';
const said = (data: object): string => SAYINGS.FolderNotProtected?.say({ folder, ...data }) ?? '';

describe('A runner that does nothing because its folder is open says what to type', () => {
  test('against accounts that have rights of their own there, a service account among them', () => {
    const others = ['S-1-5-21-1-2-3-1104', 'S-1-5-80-1-2-3-4-5'];
    expect(said({ others })).toMatch(/^S-1-5-21-1-2-3-1104, S-1-5-80-1-2-3-4-5 may write into C:/u);
    expect(said({ others })).toContain(`icacls "${folder}" /inheritance:r /grant:r "*S-1-5-18:(OI)(CI)F"`);
    expect(said({ others })).toContain(`icacls "${folder}" /remove "*S-1-5-21-1-2-3-1104" "*S-1-5-80-1-2-3-4-5"`);
    expect(said({ others })).toContain('is in Administrators');
    // Whoever presses Continue in Explorer gets Full Control, of the contents too (KB 950934).
    expect(said({ others })).toContain('Explorer');
  });

  test('and names a link, or what icacls answered', () => {
    expect(said({ link: 'temp' })).toContain('a link (temp)');
    expect(said({ code: 5, output: 'Access is denied.' })).toContain('exit code 5: Access is denied.');
    expect(said({ code: 5, output: '' })).toContain('exit code 5: it printed nothing)');
    expect(said({ link: 'temp' })).not.toContain('undefined');
  });
});

describe('certops runner status', () => {
  test('says of a folder that others may write into that the runner will not start again, and what to type', async () => {
    const [line = ''] = await folderLines(async () => ({ folder, others: ['S-1-5-21-1-2-3-1104'] }));
    expect(line).toMatch(
      /^S-1-5-21-1-2-3-1104 may write into C:.*icacls .*Its runner will not start until this is done\.$/u,
    );
  });

  test('says if that could not be found out, and nothing of a folder that is protected', async () => {
    const unread = () => Promise.reject(new CertopsError('AclUnreadable', { sddl: '' }));
    expect(await folderLines(unread)).toEqual([expect.stringContaining('Could not find out who may write')]);
    expect(await folderLines(async () => null)).toEqual([]);
  });
});

test('a folder on a share is refused for a runner, in a sentence', () => {
  expect(SAYINGS.PathNotLocal?.say({ path: '\\\\files\\certops' })).toMatch(
    /^\\\\files\\certops is not on a drive of this machine/u,
  );
});

describe('Of a folder that cannot be made on Windows, a runner and a bot tell what is wrong with its name', () => {
  const told = (folder: string, reason: string): readonly (string | undefined)[] => [
    SAYINGS.FolderNotNew?.say({ folder, reason }),
    SAYINGS.LockNotTaken?.say({ name: 'bot', folder, reason }),
  ];

  // A Windows Node answers so: ENOENT for a drive that is missing and below a name that is not valid, EINVAL for such
  // a name itself, EPERM for a drive that is there.
  test.each([
    [
      'd:\\certops',
      'ENOENT',
      'd:\\certops cannot be made: there is no drive D: on this machine, or a link on the way there leads nowhere.',
    ],
    ['Q:\\', 'ENOENT', 'Q:\\ cannot be made: there is no drive Q: on this machine.'],
    ['D:\\', 'EPERM', 'D:\\ is a whole drive: name a folder on it, such as D:\\certops.'],
    ['C:\\certops?', 'EINVAL', 'C:\\certops? is not a name that Windows accepts: leave out ?.'],
    ['C:\\con\\certops', 'ENOENT', 'C:\\con\\certops is not a name that Windows accepts: leave out con.'],
    ['C:\\a*b:c\\state', 'ENOENT', 'C:\\a*b:c\\state is not a name that Windows accepts: leave out * and :.'],
  ])('%s (%s)', (folder, reason, line) => {
    for (const said of told(folder, reason)) {
      expect(said).toContain(line);
      expect(said).not.toMatch(/elevated|let this account/u);
    }
  });

  test('but not of one elsewhere, and not if the system refuses this account there', () => {
    expect(told('/srv/certops', 'ENOENT')[1]).toContain('cannot be taken (ENOENT): let this account write');
    expect(told('D:\\certops', 'EPERM')[0]).toContain('cannot be made anew (EPERM): do this elevated');
    expect(told('D:\\certops', 'EPERM')[1]).toContain('cannot be taken (EPERM): let this account write');
  });
});

test('a backslash before the closing quotation mark, which becomes part of the name, is given as the reason', () => {
  const data = { folder: 'C:\\ProgramData\\certops"', reason: 'EINVAL' };
  expect(SAYINGS.FolderNotNew?.say(data)).toMatch(/leave out the \\ before the closing quotation mark/u);
  expect(SAYINGS.FolderNotNew?.say({ ...data, folder: 'D:\\certops' })).toMatch(/cannot be made anew \(EINVAL\)/u);
});
