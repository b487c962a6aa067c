import fs from 'node:fs/promises';
import path from 'node:path';
import { readSddl } from '../../../adapters/windows/acl.ts';
import type { WindowsContext } from '../../../adapters/windows/context.ts';
import { look } from '../../../adapters/windows/look.ts';
import { programProblems } from '../../../adapters/windows/program.ts';
import type { Tools } from '../../../adapters/windows/tools.ts';
import type { Lab } from '../../../infra/lab/index.ts';
import { CertopsError } from '../../../src/domain/errors.ts';
import { contextOf, openLab } from './lab-host.ts';

const INSTALLER = 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464';
/** What Windows has by default: a drive, Program Files, and what an installer makes in it. */
const DRIVE =
  'D:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;0x1200a9;;;BU)(A;OICIIO;SDGXGWGR;;;AU)(A;;LC;;;AU)(A;CIIO;DC;;;BU)';
const PROGRAM_FILES = `D:PAI(A;;0x1301bf;;;SY)(A;OICIIO;GA;;;SY)(A;;0x1301bf;;;BA)(A;OICIIO;GA;;;BA)(A;;0x1200a9;;;BU)(A;OICIIO;GXGR;;;BU)(A;OICIIO;GA;;;CO)(A;;0x1200a9;;;AC)(A;OICIIO;GXGR;;;AC)(A;;FA;;;${INSTALLER})(A;CIIO;GA;;;${INSTALLER})`;
const BELOW = `D:AI(A;ID;FA;;;${INSTALLER})(A;CIIOID;GA;;;${INSTALLER})(A;ID;FA;;;SY)(A;OICIIOID;GA;;;SY)(A;ID;FA;;;BA)(A;OICIIOID;GA;;;BA)(A;ID;0x1200a9;;;BU)(A;OICIIOID;GXGR;;;BU)(A;OICIIOID;GA;;;CO)(A;ID;0x1200a9;;;AC)(A;ID;0x1200a9;;;S-1-15-2-2)`;
const FILE = `D:AI(A;ID;FA;;;${INSTALLER})(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;0x1200a9;;;BU)(A;ID;0x1200a9;;;AC)`;

const NODE = 'C:\\Program Files\\nodejs\\node.exe';
const RUNNER = 'C:\\Program Files\\certops\\runner.mjs';
const USUAL: { readonly [place: string]: string } = {
  'C:\\': DRIVE,
  'C:\\Program Files': PROGRAM_FILES,
  'C:\\Program Files\\nodejs': BELOW,
  'C:\\Program Files\\certops': BELOW,
  [NODE]: FILE,
  [RUNNER]: FILE,
};

let lab: Lab;
let end: () => Promise<void>;
beforeAll(async () => {
  ({ lab, end } = await openLab({ workers: 1 }));
});
afterAll(() => end());

/** A machine on which these places have these access lists; null: icacls refuses. */
async function machine(
  lists: { readonly [place: string]: string | null } = {},
  files: readonly string[] = [NODE, RUNNER],
): Promise<WindowsContext> {
  const context = contextOf(lab, 'sqlw01');
  const real = files.map((file) => context.paths.toFileSystem(file));
  for (const file of real) {
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, '');
  }
  const known = { ...USUAL, ...lists };
  const run: Tools['run'] = async (tool, args, options) => {
    const [place = '', verb, saved] = args.map(String);
    if (tool !== 'icacls' || verb !== '/save') return context.tools.run(tool, args, options);
    const sddl = known[place] ?? null;
    const text = `${path.win32.basename(place)}\r\n${sddl}\r\n`;
    if (sddl !== null) await fs.writeFile(context.paths.toFileSystem(saved ?? ''), Buffer.from(text, 'utf16le'));
    return { tool, code: sddl === null ? 5 : 0, text: 'Words', bytes: Buffer.alloc(0), args: [] };
  };
  return { ...context, tools: { run }, program: real };
}

const open = (place: string, ...others: string[]) => ({ code: 'program-open', data: { place, others } });

test('a program where Windows or an installer puts one is not open to others', async () => {
  expect(await programProblems(await machine())).toEqual([]);
});

test.each([
  ['an empty line', (sddl: string) => `\r\n${sddl}\r\n`],
  ['nothing at all', (sddl: string) => `${sddl}\r\n`],
  ['the drive', (sddl: string) => `D:\\\r\n${sddl}\r\n`],
])('the access list of a drive is read where %s stands in place of a name', async (_what, written) => {
  const context = contextOf(lab, 'sqlw01');
  const run: Tools['run'] = async (tool, args) => {
    await fs.writeFile(context.paths.toFileSystem(String(args.at(-1))), Buffer.from(written(DRIVE), 'utf16le'));
    return { tool, code: 0, text: 'Words', bytes: Buffer.alloc(0), args: [] };
  };
  expect(await readSddl({ ...context, tools: { run } }, 'D:\\')).toBe(DRIVE);
});

test('a host whose program cannot be named, as in a rehearsal, is not checked', async () => {
  expect(await programProblems({ ...(await machine()), program: [path.resolve('dist/runner.mjs')] })).toEqual([]);
  expect(await programProblems(contextOf(lab, 'sqlw01'))).toEqual([]);
});

test('a folder below a drive is open to all users, and is named once for all that inherits from it', async () => {
  const own = 'D:\\certops\\runner.mjs';
  const inherited = 'D:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;0x1301bf;;;AU)';
  const lists = { 'D:\\': DRIVE, 'D:\\certops': inherited, [own]: inherited };
  expect(await programProblems(await machine(lists, [NODE, own]))).toEqual([
    open('D:\\certops', 'Authenticated Users'),
  ]);
});

test.each([
  ['a file that was granted to somebody', RUNNER, `${FILE}(A;;FA;;;S-1-5-21-1-2-3-1001)`, 'S-1-5-21-1-2-3-1001'],
  ['a folder in which others may put a library', 'C:\\Program Files\\nodejs', `${BELOW}(A;;DC;;;BU)`, 'Users'],
  ['a parent folder that others may remove', 'C:\\Program Files', `${PROGRAM_FILES}(A;;SD;;;WD)`, 'Everyone'],
  ['a parent folder in which others may remove anything', 'C:\\', `${DRIVE}(A;;DT;;;DU)`, 'Domain Users'],
])('%s is reported, with whom it is open to', async (_, place, sddl, who) => {
  expect(await programProblems(await machine({ [place]: sddl }))).toEqual([open(place, who)]);
});

test('a parent folder where others may make new folders is not open, and Domain Admins are administrators', async () => {
  const lists = { 'C:\\': `${DRIVE}(A;;DCLC;;;WD)`, [RUNNER]: `${FILE}(A;;FA;;;DA)` };
  expect(await programProblems(await machine(lists))).toEqual([]);
});

test('what cannot be read is reported as that, beside what can', async () => {
  const lists = { 'C:\\Program Files\\nodejs': null, [RUNNER]: `${FILE}(A;;FA;;;BU)` };
  expect(await programProblems(await machine(lists))).toEqual([
    open(RUNNER, 'Users'),
    { code: 'program-not-read', data: { places: ['C:\\Program Files\\nodejs'] } },
  ]);
});

test('the target of a link counts as well as the place of the link', async () => {
  const context = await machine(
    { 'C:\\nvm': DRIVE, 'C:\\nvm\\v20': `${BELOW}(A;;FA;;;BU)`, 'C:\\nvm\\v20\\node.exe': FILE },
    ['C:\\nvm\\v20\\node.exe'],
  );
  const link = context.paths.toFileSystem('C:\\Program Files\\linked');
  await fs.symlink(context.paths.toFileSystem('C:\\nvm\\v20'), link, 'junction');
  const found = await programProblems({ ...context, program: [path.join(link, 'node.exe')] });
  expect(found).toContainEqual(open('C:\\nvm\\v20', 'Users'));
  const places = ['C:\\Program Files\\linked', 'C:\\Program Files\\linked\\node.exe'];
  expect(found).toContainEqual({ code: 'program-not-read', data: { places } });
});

test('a tool that does not run leaves the answer unknown, and throws nothing', async () => {
  const context = await machine();
  const run: Tools['run'] = async () => {
    throw new CertopsError('ToolBlocked', {});
  };
  expect(await programProblems({ ...context, tools: { run } })).toEqual([
    { code: 'program-not-read', data: { places: Object.keys(USUAL).sort() } },
  ]);
});

test('a look reports an open program', async () => {
  const context = await machine({ 'C:\\Program Files\\certops': `${BELOW}(A;;FA;;;BU)` });
  expect((await look(context)).problems).toContainEqual(open('C:\\Program Files\\certops', 'Users'));
});
