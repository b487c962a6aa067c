import fs from 'node:fs/promises';
import path from 'node:path';
import { jest } from '@jest/globals';
import { withScratch } from '../../../adapters/windows/certificates/scratch.ts';
import type { WindowsContext } from '../../../adapters/windows/context.ts';
import { keepStateFolder } from '../../../adapters/windows/index.ts';
import { namesListed } from '../../../adapters/windows/parse/icacls.ts';
import { preflight } from '../../../adapters/windows/preflight.ts';
import { makeFolder } from '../../../adapters/windows/state-folder.ts';
import { othersWhoWrite } from '../../../adapters/windows/strangers.ts';
import type { ToolResult, Tools } from '../../../adapters/windows/tools.ts';
import type { Lab } from '../../../infra/lab/index.ts';
import { contextOf, openLab } from './lab-host.ts';

const USERS = 'S-1-5-32-545';

describe('on a full disk', () => {
  let lab: Lab;
  let end: () => Promise<void>;
  beforeAll(async () => {
    ({ lab, end } = await openLab({ workers: 1 }));
  });
  afterAll(() => end());
  beforeEach(() => lab.clear('sqlw01'));

  async function sealed(): Promise<{ context: WindowsContext; folder: string }> {
    const context = contextOf(lab, 'sqlw01');
    const folder = context.paths.toWindows(context.stateFolder);
    await makeFolder(context, folder);
    await lab.break('sqlw01', 'disk-full-always');
    return { context, folder };
  }

  test('a runner starts if its folder is its own', async () => {
    const { context } = await sealed();
    await keepStateFolder({ ...context, environment: undefined });
    expect(await preflight(context)).toEqual([]);
  });

  test('a runner also starts if not even a temporary folder can be made', async () => {
    const { context } = await sealed();
    await fs.rm(path.join(context.stateFolder, 'tmp'), { recursive: true });
    await fs.writeFile(path.join(context.stateFolder, 'tmp'), '');
    expect(await preflight(context)).toEqual([]);
  });

  test('a temporary folder or file without room is reported as that, and not as a defect', async () => {
    const { context } = await sealed();
    const told = { code: 'FileNotWritable', data: { file: expect.stringContaining('\\tmp\\'), reason: 'ENOSPC' } };
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    const folder = jest.spyOn(fs, 'mkdir').mockRejectedValueOnce(full);
    await expect(withScratch(context, async () => {})).rejects.toMatchObject(told);
    folder.mockRestore();
    const file = jest.spyOn(fs, 'writeFile').mockRejectedValueOnce(full);
    await expect(withScratch(context, ({ write }) => write('one.pfx', Buffer.from('x')))).rejects.toMatchObject(told);
    file.mockRestore();
  });

  test.each(['F', '(OI)(CI)(IO)M', 'R'])(
    'a folder with an entry for somebody else (%s) is not taken for the runner’s own',
    async (rights) => {
      const { context, folder } = await sealed();
      await context.tools.run('icacls', [folder, '/grant', `*${USERS}:${rights}`]);
      await expect(othersWhoWrite(context, folder)).rejects.toMatchObject({ code: 'AclUnreadable' });
    },
  );

  test('nor is a folder whose list shows nobody', async () => {
    const { context, folder } = await sealed();
    lab.machine('sqlw01').host.state.acls[folder.toLowerCase()] = 'D:P';
    await expect(othersWhoWrite(context, folder)).rejects.toMatchObject({ code: 'AclUnreadable' });
  });

  test('nor is a folder whose list cannot be understood, or was refused', async () => {
    const { context, folder } = await sealed();
    expect(await othersWhoWrite(context, folder)).toEqual([]);
    const listed = (change: Partial<ToolResult>): WindowsContext => {
      const run: Tools['run'] = async (tool, args, options) => {
        const said = await context.tools.run(tool, args, options);
        return tool === 'icacls' && args.length === 1 ? { ...said, ...change } : said;
      };
      return { ...context, tools: { run } };
    };
    const { text } = await context.tools.run('icacls', [folder]);
    for (const change of [{ text: text.replace('\n', '\n  and more\n') }, { code: 5 }])
      await expect(othersWhoWrite(listed(change), folder)).rejects.toMatchObject({ code: 'AclUnreadable' });
  });
});

describe('what icacls prints', () => {
  const FOLDER = 'C:\\ProgramData\\certops';
  const after = ' '.repeat(FOLDER.length);
  test.each([
    [
      'names everybody once, whatever Windows calls them',
      `${FOLDER} AUTORITE NT\\Système:(OI)(CI)(F)\r\n${after} BUILTIN\\Administrateurs:(I)(OI)(CI)(F)\r\n\r\n1 fichiers\r\n`,
      ['AUTORITE NT\\Système', 'BUILTIN\\Administrateurs'],
    ],
    [
      'names whoever is denied as well',
      `${FOLDER} BUILTIN\\Users:(DENY)(W,D)\r\n${after} NT AUTHORITY\\SYSTEM:(F)\r\n\r\n`,
      ['BUILTIN\\Users', 'NT AUTHORITY\\SYSTEM'],
    ],
    [
      'is not understood with a line of another kind',
      `${FOLDER} NT AUTHORITY\\SYSTEM:(F)\r\n${after} and more\r\n\r\n`,
      null,
    ],
    ['is not understood if it is about another place', 'C:\\ProgramData BUILTIN\\Administrators:(F)\r\n\r\n', null],
    ['is not understood if it names nobody', `${FOLDER} \r\n\r\nSuccessfully processed 1 files\r\n`, null],
    ['is not understood if it is cut short', `${FOLDER} NT AUTHORITY\\SYSTEM:(F)`, null],
    ['is not understood if it is empty', '', null],
  ])('%s', (_, text, names) => {
    expect(namesListed(text, FOLDER)).toEqual(names);
  });
});
