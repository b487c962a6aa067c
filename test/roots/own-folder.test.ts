import { CertopsError } from '../../src/domain/errors.ts';
import { folderLines } from '../../src/roots/sayings/folder.ts';
import { SAYINGS } from '../../src/roots/sayings/index.ts';

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

test('a drive that is missing is named', () => {
  const said = SAYINGS.FolderNotNew?.say({ folder: 'd:\\certops', reason: 'ENOENT' });
  expect(said).toContain('d:\\certops cannot be made: there is no drive D: on this machine.');
  expect(said).not.toContain('elevated');
});

test('a backslash before the closing quotation mark, which becomes part of the name, is given as the reason', () => {
  const data = { folder: 'C:\\ProgramData\\certops"', reason: 'EINVAL' };
  expect(SAYINGS.FolderNotNew?.say(data)).toMatch(/leave out the \\ before the closing quotation mark/u);
  expect(SAYINGS.FolderNotNew?.say({ ...data, folder: 'D:\\certops' })).toMatch(/cannot be made anew \(EINVAL\)/u);
});
