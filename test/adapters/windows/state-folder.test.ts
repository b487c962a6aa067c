import type { Dirent } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { jest } from '@jest/globals';
import type { WindowsContext } from '../../../adapters/windows/context.ts';
import { keepStateFolder, makeStateFolder, openFolder, strangersTo } from '../../../adapters/windows/index.ts';
import { look } from '../../../adapters/windows/look.ts';
import { usersOf, writersOf } from '../../../adapters/windows/parse/sddl.ts';
import { preflight } from '../../../adapters/windows/preflight.ts';
import { giveToAdministrators, makeFolder } from '../../../adapters/windows/state-folder.ts';
import { othersWhoWrite } from '../../../adapters/windows/strangers.ts';
import type { Tools } from '../../../adapters/windows/tools.ts';
import type { Lab } from '../../../infra/lab/index.ts';
import { SAYINGS } from '../../../src/roots/sayings/index.ts';
import { fakeClock } from './fake-context.ts';
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
    ['a right only to what is put in it', 'D:(A;OICIIO;GA;;;AU)', ['S-1-5-11']],
    ['a right to change the access', 'D:(A;;WD;;;BU)', [USERS]],
    ['a condition that may hold', 'D:(XA;;FA;;;BU;(@User.x==1))', [USERS]],
    ['no list at all', 'D:NO_ACCESS_CONTROL', ['S-1-1-0']],
  ])('%s', (_case, sddl, writers) => {
    expect(writersOf(sddl)).toEqual([...writers].sort());
  });
});

describe('who may use', () => {
  test.each([
    [
      'what a folder below a drive gets by default',
      'D:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;0x1200a9;;;BU)(A;OICIIOID;SDGXGWGR;;;AU)',
      ['S-1-5-11', 'S-1-5-18', 'S-1-5-32-544', USERS],
    ],
    ['a sealed folder', 'D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)', ['S-1-5-18', 'S-1-5-32-544']],
    ['reading alone', 'D:(A;;FR;;;WD)', ['S-1-1-0']],
    ['a right to read only what is put in it', 'D:(A;OICIIO;GR;;;BU)', [USERS]],
    ['a right to pass through, and to see that it is there', 'D:(A;;0x1200a0;;;BU)', []],
    ['no list at all', 'D:NO_ACCESS_CONTROL', ['S-1-1-0']],
  ])('%s', (_case, sddl, users) => {
    expect(usersOf(sddl)).toEqual([...users].sort());
  });
});

describe('the state folder', () => {
  let lab: Lab;
  let end: () => Promise<void>;
  beforeAll(async () => {
    ({ lab, end } = await openLab({ workers: 1 }));
  });
  afterAll(() => end());

  test('that others may write in is refused before the runner starts, naming them; one made by us is not refused', async () => {
    const context = contextOf(lab, 'sqlw01');
    await fs.mkdir(context.stateFolder, { recursive: true });
    const folder = context.paths.toWindows(context.stateFolder);
    await context.tools.run('icacls', [folder, '/grant', `*${USERS}:(OI)(CI)F`]);
    expect(await preflight(context)).toEqual([
      { code: 'StateFolderOpen', data: { folder, others: expect.stringContaining(USERS) } },
    ]);
    const made = contextOf(lab, 'sqlw01');
    await makeFolder(made, made.paths.toWindows(made.stateFolder));
    expect(await othersWhoWrite(made, made.paths.toWindows(made.stateFolder))).toEqual([]);
    expect(await preflight(made)).toEqual([]);
  });

  test('that others may write in is reported by each look, since its runner would not start again', async () => {
    const context = contextOf(lab, 'sqlw01');
    await makeFolder(context, context.paths.toWindows(context.stateFolder));
    const folder = context.paths.toWindows(context.stateFolder);
    expect((await look(context)).problems).toEqual([]);
    const explorers = 'S-1-5-21-1-2-3-1104';
    await context.tools.run('icacls', [folder, '/grant', `*${explorers}:(OI)(CI)F`]);
    expect((await look(context)).problems).toEqual([{ code: 'folder-open', data: { folder, others: [explorers] } }]);
    expect(await openFolder({ ...context, environment: undefined })).toEqual({ folder, others: [explorers] });
  });

  test('whose access cannot be read is reported as that by each look', async () => {
    const context = contextOf(lab, 'sqlw01');
    await makeFolder(context, context.paths.toWindows(context.stateFolder));
    const folder = context.paths.toWindows(context.stateFolder);
    const run: Tools['run'] = async (tool, args, options) => {
      const result = await context.tools.run(tool, args, options);
      return tool === 'icacls' && args[0] === folder ? { ...result, code: 5, text: 'Access is denied.' } : result;
    };
    expect((await look({ ...context, tools: { run } })).problems).toEqual([
      { code: 'folder-not-read', data: { folder, error: 'AclUnreadable' } },
    ]);
  });

  const ownerOf = (folder: string) => lab.machine('sqlw01').host.state.owners?.[folder.toLowerCase()];
  const fresh = () => {
    const context = contextOf(lab, 'sqlw01');
    return { context, real: context.stateFolder, folder: context.paths.toWindows(context.stateFolder) };
  };
  const elsewhere = (real: string) => path.join(path.dirname(real), 'elsewhere');

  test('is made anew where somebody made an empty one, and belongs to Administrators', async () => {
    const { context, real, folder } = fresh();
    await fs.mkdir(real, { recursive: true, mode: 0o711 });
    await makeStateFolder({ ...context, environment: undefined });
    expect((await fs.stat(real)).mode & 0o777).not.toBe(0o711);
    expect(ownerOf(folder)).toBe('S-1-5-32-544');
  });

  test('is not made where somebody has put something, or a link, and what is there stays as it is', async () => {
    const { context, real, folder } = fresh();
    await fs.mkdir(real, { recursive: true });
    await fs.writeFile(path.join(real, 'STOP'), '');
    await expect(makeFolder(context, folder)).rejects.toMatchObject({
      code: 'FolderNotNew',
      data: { folder, found: 'STOP' },
    });
    const linked = fresh();
    await fs.mkdir(elsewhere(real), { recursive: true });
    await fs.symlink(elsewhere(real), linked.real, 'junction');
    await expect(makeFolder(linked.context, linked.folder)).rejects.toMatchObject({ code: 'FolderNotNew' });
    expect([ownerOf(folder), ownerOf(linked.folder)]).toEqual([undefined, undefined]);
    expect((await fs.lstat(linked.real)).isSymbolicLink()).toBe(true);
  });

  test.each([
    ['while a prompt stands in it', 'rmdir', 'EBUSY'],
    ['by somebody who is not elevated', 'mkdir', 'EPERM'],
  ] as const)('is reported with the reason if it cannot be made anew, as %s', async (_when, call, reason) => {
    const { context, real, folder } = fresh();
    await fs.mkdir(real, { recursive: true });
    const spy = jest.spyOn(fs, call).mockRejectedValueOnce(Object.assign(new Error('no'), { code: reason }));
    const error = await makeFolder(context, folder).catch((thrown: unknown) => thrown);
    spy.mockRestore();
    expect(error).toMatchObject({ code: 'FolderNotNew', data: { folder, reason } });
    const said = SAYINGS.FolderNotNew?.say({ folder, reason }) ?? '';
    expect(said).toContain(reason);
    expect(said).not.toContain('whoever made it');
  });

  test('is refused if something appeared in it before it was sealed', async () => {
    const { context, real, folder } = fresh();
    const run: Tools['run'] = async (tool, args, options) => {
      if (args.includes('/inheritance:r')) await fs.writeFile(path.join(real, 'runner.json'), '{}');
      return context.tools.run(tool, args, options);
    };
    await expect(makeFolder({ ...context, tools: { run } }, folder)).rejects.toMatchObject({
      code: 'FolderNotNew',
      data: { found: 'runner.json' },
    });
  });

  test('belongs to Administrators with everything in it before a runner trusts it', async () => {
    const { context, real, folder } = fresh();
    await fs.mkdir(path.join(real, 'tmp'), { recursive: true });
    await giveToAdministrators(context, folder);
    expect([ownerOf(folder), ownerOf(`${folder}\\tmp`)]).toEqual(['S-1-5-32-544', 'S-1-5-32-544']);
  });

  test('takes back what others were granted on a single file in it, and keeps its own list', async () => {
    const { context, real, folder } = fresh();
    await makeFolder(context, folder);
    const file = `${folder}\\running\\1.json`;
    await fs.mkdir(path.join(real, 'running'));
    await fs.writeFile(path.join(real, 'running', '1.json'), '{}');
    await context.tools.run('icacls', [file, '/grant', `*${USERS}:F`]);
    expect(await othersWhoWrite(context, file)).toEqual([USERS]);
    await keepStateFolder({ ...context, environment: undefined });
    expect(await othersWhoWrite(context, file)).toEqual([]);
    expect(await othersWhoWrite(context, folder)).toEqual([]);
  });

  test('is kept even if a file left by a forced end grants nothing to Administrators, who own it', async () => {
    const { context, real, folder } = fresh();
    await makeFolder(context, folder);
    await fs.writeFile(path.join(real, 'account'), '');
    const { state } = lab.machine('sqlw01').host;
    const file = `${folder}\\account`.toLowerCase();
    state.owners = { ...state.owners, [file]: 'S-1-5-32-544' };
    state.acls[file] = 'D:P(A;;FR;;;S-1-5-21-1-2-3-1001)';
    await keepStateFolder({ ...context, environment: undefined });
    expect(state.acls[file]).toBeUndefined();
  });

  test('that others may write in is not kept as if it were sealed', async () => {
    const { context, real, folder } = fresh();
    await fs.mkdir(real, { recursive: true });
    await context.tools.run('icacls', [folder, '/grant', `*${USERS}:(OI)(CI)F`]);
    await expect(keepStateFolder({ ...context, environment: undefined })).rejects.toMatchObject({
      code: 'FolderNotProtected',
      data: { folder, others: [USERS] },
    });
  });

  test('of a bot is open to all users where it inherits, and to nobody once it is made, but for whoever is granted its key', async () => {
    const inherits = fresh();
    await fs.mkdir(inherits.real, { recursive: true });
    expect(await strangersTo({ ...inherits.context, environment: undefined }, inherits.real)).toEqual([USERS]);
    const { context, real, folder } = fresh();
    const options = { ...context, environment: undefined };
    await makeStateFolder(options);
    const key = path.join(real, 'key.pem');
    await fs.writeFile(key, '');
    expect([await strangersTo(options, real), await strangersTo(options, key)]).toEqual([[], []]);
    await context.tools.run('icacls', [`${folder}\\key.pem`, '/grant', `*${USERS}:R`]);
    expect(await strangersTo(options, key)).toEqual([USERS]);
  });

  test.each([
    ['its owner cannot be changed', '/remove', async () => {}],
    [
      'a link in it leads elsewhere',
      '/grant',
      (real: string) => fs.symlink(path.dirname(real), path.join(real, 'tmp')),
    ],
  ])('is not trusted when %s', async (_, verb, plant) => {
    const { context, real, folder } = fresh();
    await fs.mkdir(real, { recursive: true });
    await plant(real);
    if (verb === '/remove') lab.machine('sqlw01').host.state.acls[folder.toLowerCase()] = 'D:P(A;OICI;FA;;;BU)';
    const giving = giveToAdministrators({ ...context, clock: fakeClock() }, folder);
    await expect(giving).rejects.toMatchObject({ code: 'FolderNotProtected' });
  });

  test('is kept even if something listed in it is gone a moment later', async () => {
    const { context, real, folder } = fresh();
    await fs.mkdir(path.join(real, 'tmp'), { recursive: true });
    // a listing calls anything with a reparse point a link
    const gone = { name: 'gone', parentPath: real, isSymbolicLink: () => true } as unknown as Dirent;
    const spy = jest.spyOn(fs, 'readdir') as unknown as jest.Mock<() => Promise<unknown>>;
    spy.mockRejectedValueOnce(Object.assign(new Error('no'), { code: 'ENOENT' })).mockResolvedValueOnce([gone]);
    await giveToAdministrators(context, folder).finally(() => spy.mockRestore());
    expect(ownerOf(folder)).toBe('S-1-5-32-544');
  });

  test('counts the rights of its owner as those of somebody else', async () => {
    const { context, real, folder } = fresh();
    await fs.mkdir(real, { recursive: true });
    lab.machine('sqlw01').host.state.acls[folder.toLowerCase()] = 'D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;S-1-3-4)';
    expect(await othersWhoWrite(context, folder)).toEqual(['S-1-3-4']);
  });

  test.each([
    ['Successfully processed 3 files; Failed processing 1 files', 'rejects'],
    ['已成功处理 3 个文件; 处理 1 个文件时失败', 'rejects'],
    // as recorded in these languages
    ['0 個のファイルが正常に処理されました。1 個のファイルを処理できませんでした', 'rejects'],
    ['1 個のファイルが正常に処理されました。0 個のファイルを処理できませんでした', 'resolves'],
    ['1 파일을 처리했으며 0 파일은 처리하지 못했습니다.', 'resolves'],
    ['1 dosya başarıyla işlendi; 0 dosya işlenemedi', 'resolves'],
    ['1 fichiers correctement traités ; échec du traitement de 0 fichiers', 'resolves'],
    ['Se procesaron correctamente 0 archivos; error al procesar 1 archivos', 'rejects'],
    ['3 Dateien erfolgreich verarbeitet, bei 0 Dateien ist ein Verarbeitungsfehler aufgetreten.', 'resolves'],
  ])('is judged by the counts in the output of icacls: %s %s', async (said, how) => {
    const { context, real, folder } = fresh();
    await fs.mkdir(real, { recursive: true });
    const run: Tools['run'] = async (tool) => ({
      tool,
      code: 0,
      text: `${said}\r\n`,
      bytes: Buffer.alloc(0),
      args: [],
    });
    const giving = giveToAdministrators({ ...context, clock: fakeClock(), tools: { run } }, folder);
    await (how === 'rejects' ? expect(giving).rejects.toMatchObject({ code: 'FolderNotProtected' }) : giving);
  });

  test('is taken even if a scanner briefly holds a file in it', async () => {
    const { context, real, folder } = fresh();
    await fs.mkdir(real, { recursive: true });
    const clock = fakeClock();
    const run: Tools['run'] = async (tool, args, options) => {
      const result = await context.tools.run(tool, args, options);
      return clock.slept >= 2000 ? result : { ...result, code: 32 };
    };
    await giveToAdministrators({ ...context, clock, tools: { run } }, folder);
    expect(clock.slept).toBe(2000);
  });

  test('may be open to the machine’s own Administrator, who is one of the Administrators, but not to others', async () => {
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

  test('that this host cannot name, as in a rehearsal, is not checked', async () => {
    const context = { ...contextOf(lab, 'sqlw01'), stateFolder: path.resolve('elsewhere') };
    expect(await preflight(context)).toEqual([]);
  });
});
