import fs from 'node:fs/promises';
import path from 'node:path';
import type { WindowsContext } from '../../../adapters/windows/context.ts';
import { writersOf } from '../../../adapters/windows/parse/sddl.ts';
import { preflight } from '../../../adapters/windows/preflight.ts';
import { othersWhoWrite, sealFolder } from '../../../adapters/windows/state-folder.ts';
import type { Tools } from '../../../adapters/windows/tools.ts';
import type { Lab } from '../../../infra/lab/index.ts';
import { contextOf, openLab } from './lab-host.ts';

const USERS = 'S-1-5-32-545';

describe('who may write', () => {
  test.each([
    [
      'what ProgramData gives by default',
      'D:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;0x1200a9;;;BU)(A;CIID;0x100116;;;BU)',
      ['S-1-5-18', 'S-1-5-32-544', USERS],
    ],
    ['a sealed folder', 'D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)', ['S-1-5-18', 'S-1-5-32-544']],
    ['reading alone', 'D:(A;;FR;;;WD)(A;;0x1200a9;;;BU)', []],
    ['a right only for what comes to lie in it', 'D:(A;OICIIO;GA;;;AU)', ['S-1-5-11']],
    ['a right to change the access', 'D:(A;;WD;;;BU)', [USERS]],
    ['a condition that may hold', 'D:(XA;;FA;;;BU;(@User.x==1))', [USERS]],
    ['no list at all', 'D:NO_ACCESS_CONTROL', ['S-1-1-0']],
  ])('%s', (_case, sddl, writers) => {
    expect(writersOf(sddl)).toEqual([...writers].sort());
  });
});

describe('the state folder', () => {
  let lab: Lab;
  let end: () => Promise<void>;
  beforeAll(async () => {
    ({ lab, end } = await openLab({ workers: 1 }));
  }, 60_000);
  afterAll(() => end());

  test('that others may write in is refused before the runner starts, and names them; sealed it is not', async () => {
    const context = contextOf(lab, 'sqlw01');
    await fs.mkdir(context.stateFolder, { recursive: true });
    const folder = context.paths.toWindows(context.stateFolder);
    await context.tools.run('icacls', [folder, '/grant', `*${USERS}:(OI)(CI)F`]);
    expect(await preflight(context)).toEqual([
      { code: 'StateFolderOpen', data: { folder, others: expect.stringContaining(USERS) } },
    ]);
    await sealFolder(context, folder);
    expect(await othersWhoWrite(context, folder)).toEqual([]);
    expect(await preflight(context)).toEqual([]);
  });

  test('is open to the machine’s own Administrator, who is one of the Administrators, and to nobody else', async () => {
    const text = (sddl: string) => Buffer.from(`certops\r\n${sddl}\r\n`, 'utf16le');
    const saying = (sddl: string): WindowsContext => {
      const context = contextOf(lab, 'sqlw01');
      const run: Tools['run'] = async (tool, args) => {
        if (tool === 'icacls') await fs.writeFile(context.paths.toFileSystem(String(args.at(-1))), text(sddl));
        return { tool, code: 0, text: '', bytes: Buffer.alloc(0), args: [] };
      };
      return { ...context, tools: { run } };
    };
    const sealed = 'D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)';
    expect(await othersWhoWrite(saying(`${sealed}(A;OICI;FA;;;LA)`), 'C:\\ProgramData\\certops')).toEqual([]);
    expect(await othersWhoWrite(saying(`${sealed}(A;OICI;FA;;;DU)`), 'C:\\ProgramData\\certops')).toEqual(['DU']);
  });

  test('that this host cannot name, as in a rehearsal, is left alone', async () => {
    const context = { ...contextOf(lab, 'sqlw01'), stateFolder: path.resolve('elsewhere') };
    expect(await preflight(context)).toEqual([]);
  });
});
