import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readEntry } from '../../../../adapters/windows/certificates/read.ts';
import { removeCertificate, removeKeyOf } from '../../../../adapters/windows/certificates/remove.ts';
import { readTraces } from '../../../../adapters/windows/certificates/traces.ts';
import { programDataIn } from '../../../../adapters/windows/index.ts';
import { keyFilesOf } from '../../../../adapters/windows/keys/key-file.ts';
import { createPaths } from '../../../../adapters/windows/paths.ts';
import type { ToolResult, Tools } from '../../../../adapters/windows/tools.ts';
import type { CertopsError } from '../../../../src/domain/errors.ts';
import type { Thumbprint } from '../../../../src/domain/values.ts';
import { fakeContext } from '../fake-context.ts';

const root = await fs.mkdtemp(path.join(os.tmpdir(), 'certops-key-file-'));
afterAll(() => fs.rm(root, { recursive: true, force: true }));

const GUID = '92adcd87-1855-4c11-89be-680e114a784c';
const PLACES = {
  legacy: ['RSA', 'MachineKeys'],
  legacySystem: ['RSA', 'S-1-5-18'],
  cng: ['Keys'],
  cngSystem: ['SystemKeys'],
} as const;
const KINDS = Object.keys(PLACES) as (keyof typeof PLACES)[];
const fileOf = (kind: keyof typeof PLACES, stem: string): string =>
  path.join(root, 'ProgramData', 'Microsoft', 'Crypto', ...PLACES[kind], `${stem}_${GUID}`);
async function lay(kind: keyof typeof PLACES, stem: string): Promise<void> {
  await fs.mkdir(path.dirname(fileOf(kind, stem)), { recursive: true });
  await fs.writeFile(fileOf(kind, stem), '');
}
afterEach(() => fs.rm(path.join(root, 'ProgramData', 'Microsoft'), { recursive: true, force: true }));

const ENHANCED = 'Microsoft Enhanced RSA and AES Cryptographic Provider';
const SOFTWARE = 'Microsoft Software Key Storage Provider';
const DEMO = 'f7717552e9ac0bf2063dc0c18c29c08c';
const THUMBPRINT = '19F647A3F4E60EABC126D73EF1EF6E9F84224997' as Thumbprint;

const SID = 'S-1-5-21-1-2-3-1105';
const PROFILE_LIST = `\ufeffWindows Registry Editor Version 5.00\r
\r
[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\${SID}]\r
"ProfileImagePath"="C:\\\\Users\\\\Łukasz-svc"\r
`;

/** A host whose store holds one certificate with these lines for its key; `-delkey` removes the file if it may. */
function hostWith(
  key: readonly string[],
  { acl = 'D:PAI(A;;FA;;;SY)(A;;FA;;;BA)', deletes = '', bound = '', inMyToo = false, isBlind = false } = {},
) {
  const paths = createPaths(root);
  let there = true;
  const listed = [
    'Root',
    '================ Certificate 0 ================',
    `Cert Hash(sha1): ${THUMBPRINT.toLowerCase()}`,
    ...key,
    'CertUtil: -store command completed successfully.',
  ].join('\r\n');
  const calls: string[] = [];
  const run: Tools['run'] = async (tool, args) => {
    const words = args.map(String);
    const answer = (code: number, text: string): ToolResult => ({
      tool,
      code,
      text,
      bytes: Buffer.from(text),
      args: [],
    });
    if (words.includes('-delkey') || words.includes('-delstore')) calls.push(words.join(' '));
    if (words.includes('-delstore')) there = false;
    if (words.includes('-delkey') && deletes !== '') await fs.rm(deletes);
    if (words.includes('/save'))
      await fs.writeFile(paths.toFileSystem(words.at(-1) ?? ''), Buffer.from(`x\r\n${acl}\r\n`, 'utf16le'));
    if (tool === 'reg' && words[0] === 'export')
      await fs.writeFile(paths.toFileSystem(words[2] ?? ''), Buffer.from(PROFILE_LIST, 'utf16le'));
    if (isBlind && (tool === 'reg' || tool === 'netsh')) return answer(1, 'Access is denied.');
    if (tool === 'reg') {
      const key = String(words[1]).replace('HKLM', 'HKEY_LOCAL_MACHINE');
      return answer(0, `${key}\\${key.endsWith('ProfileList') ? SID : 'x'}\r\n${bound}\r\n`);
    }
    if (words.includes('-store') && (!there || (words.includes('My') && !inMyToo))) return answer(17, '0x80090011');
    return answer(0, words.includes('-store') ? listed : '');
  };
  return { context: fakeContext({ run }, { paths, root }), calls };
}

test.each([
  ['iisWasKey', ENHANCED, 'legacy', '76944fb33636aeddb9590521c2e8815a'],
  ['te-User-c7bcc4bd-0498-4411-af44-da2257f54387', ENHANCED, 'legacy', 'a890fd7fbbfc072f8fe045e680c501cf'],
  [
    '{BCFFCA5D-B870-4CC2-A8E9-10A641CA58D0}',
    'Microsoft Enhanced Cryptographic Provider v1.0',
    'legacy',
    '8e5a57f198ccf38cb4e07149dcca663d',
  ],
  ['myDemoCA', SOFTWARE, 'cng', 'f7717552e9ac0bf2063dc0c18c29c08c'],
  ['31685cae-af6f-48fb-ac37-845c69b4c097', SOFTWARE, 'cng', 'bf4097e20d4480b8d6ebc139c9360f02'],
  ['Certificate-LTD-CA', SOFTWARE, 'cng', '26b68cbdfcd6f5e467996e3f3810f3ca'],
  [
    'te-CVI-WebServer-1f785bf2-fd35-4c19-9ff4-f24af89a19e4',
    'Microsoft Enhanced Cryptographic Provider v1.0',
    'legacy',
    '4cd8107392a5f6b158afc023fac7c473',
  ],
  // names as the provider's own setup makes them, for which certutil writes the container first
  [
    '6199522e-cbe4-4a69-b27d-edcbdf06911e',
    'Microsoft RSA SChannel Cryptographic Provider',
    'legacy',
    'b2c457fabbb5acb7fbac1c3585f8c079',
  ],
  ['CVI Issuing CA 1', SOFTWARE, 'cng', 'b52f658bb3f263e6f529f3a0187c63bc'],
  ['certificate-DC01-CA', SOFTWARE, 'cng', '6f761f351ca79dc7b0ee6f07b40ae906'],
  ['te-17582869-6761-449e-acba-19cc60027b39', SOFTWARE, 'cng', '5ebb8964060d3617e39cafeb52643b4e'],
  ['iisWasKey', 'Microsoft Base Cryptographic Provider v1.0', 'legacy', '76944fb33636aeddb9590521c2e8815a'],
  ['iisWasKey', 'Microsoft Strong Cryptographic Provider', 'legacy', '76944fb33636aeddb9590521c2e8815a'],
  ['iisWasKey', 'Microsoft RSA SChannel Cryptographic Provider', 'legacy', '76944fb33636aeddb9590521c2e8815a'],
  ['iisWasKey', ENHANCED, 'legacySystem', '76944fb33636aeddb9590521c2e8815a'],
  ['myDemoCA', SOFTWARE, 'cngSystem', 'f7717552e9ac0bf2063dc0c18c29c08c'],
] as const)('the file of the container %s under %s is found by its name', async (container, provider, kind, stem) => {
  const { context } = hostWith([]);
  expect(await keyFilesOf(context, { container, provider, keyFile: null })).toEqual([]);
  await lay(kind, stem);
  await lay(kind, stem.replace(/^./u, 'x'));
  const found = await keyFilesOf(context, { container, provider, keyFile: null });
  expect(found?.map((file) => path.win32.basename(file))).toEqual([`${stem}_${GUID}`]);
});

test.each(KINDS)('a key is found where Windows has its ProgramData, on whatever drive (%s)', async (kind) => {
  const context = { ...hostWith([]).context, programData: 'D:\\Shared Data' };
  const named = { container: null, provider: SOFTWARE, keyFile: `${DEMO}_${GUID}` };
  expect(await keyFilesOf(context, named)).toEqual([]);
  const folder = path.join(root, 'D$', 'Shared Data', 'Microsoft', 'Crypto', ...PLACES[kind]);
  await fs.mkdir(folder, { recursive: true });
  await fs.writeFile(path.join(folder, named.keyFile), '');
  const file = path.win32.join('D:\\Shared Data\\Microsoft\\Crypto', ...PLACES[kind], named.keyFile);
  expect(await keyFilesOf(context, named)).toEqual([file]);
  // a file from before the move is reported too: neither of two can be granted
  await lay(kind, DEMO);
  expect(await keyFilesOf(context, named)).toHaveLength(2);
  await fs.rm(path.join(root, 'D$'), { recursive: true });
});

test('a key is not found twice where ProgramData is in its usual place, however that is spelled', async () => {
  await lay('legacy', DEMO);
  for (const programData of [undefined, 'C:\\ProgramData', 'c:\\programdata']) {
    const context = { ...hostWith([]).context, programData };
    const named = { container: null, provider: ENHANCED, keyFile: `${DEMO}_${GUID}` };
    expect(await keyFilesOf(context, named)).toHaveLength(1);
  }
});

test('a key is found once where a link leads to the moved ProgramData', async () => {
  const elsewhere = path.join(root, 'D$', 'Shared Data', 'Microsoft');
  await fs.mkdir(elsewhere, { recursive: true });
  await fs.mkdir(path.join(root, 'ProgramData'), { recursive: true });
  await fs.symlink(elsewhere, path.join(root, 'ProgramData', 'Microsoft'), 'junction');
  await lay('legacy', STEM);
  const context = { ...hostWith([]).context, programData: 'D:\\Shared Data' };
  for (const keyFile of [`${STEM}_${GUID}`, null])
    expect(
      await keyFilesOf(context, { container: '{BCFFCA5D-B870-4CC2-A8E9-10A641CA58D0}', provider: ENHANCED, keyFile }),
    ).toHaveLength(1);
  await fs.rm(path.join(root, 'D$'), { recursive: true });
});

test.each([
  [{ ProgramData: 'D:\\Shared Data' }, 'D:\\Shared Data'],
  [{ PROGRAMDATA: 'C:\\ProgramData\\' }, 'C:\\ProgramData'],
  [{ programdata: '%SystemDrive%\\ProgramData' }, undefined],
  [{ ProgramData: '\\\\files\\shared' }, undefined],
  [{ ProgramData: '' }, undefined],
  [{}, undefined],
])('where Windows says that ProgramData is: %j', (environment, folder) => {
  expect(programDataIn(environment)).toBe(folder);
});

/** Windows does not let just anybody make a link. */
const whereLinksAre = process.platform === 'win32' ? test.skip : test;

whereLinksAre.each(KINDS)(
  'no key is taken for gone while the folder of %s keys cannot be looked into',
  async (kind) => {
    const folder = path.dirname(fileOf(kind, DEMO));
    await fs.mkdir(path.dirname(folder), { recursive: true });
    // A link to itself opens for nobody, whatever their rights.
    await fs.symlink(folder, folder);
    const { context } = hostWith([]);
    const code = 'KeyFolderNotReadable';
    const named = { container: null, keyFile: `${DEMO}_${GUID}`, provider: null };
    await expect(keyFilesOf(context, named)).rejects.toMatchObject({ code });
    await expect(
      keyFilesOf(context, { container: 'myDemoCA', keyFile: null, provider: SOFTWARE }),
    ).rejects.toMatchObject({ code });
  },
);

test('a key whose file the tool names is found if the file exists', async () => {
  const keyFile = `${DEMO}_${GUID}`;
  const { context } = hostWith([]);
  const named = { container: null, keyFile, provider: null };
  expect(await keyFilesOf(context, named)).toEqual([]);
  await lay('cng', DEMO);
  expect(await keyFilesOf(context, named)).toEqual([`C:\\ProgramData\\Microsoft\\Crypto\\Keys\\${keyFile}`]);
});

test.each([
  ['in hardware', 'x', 'Microsoft Platform Crypto Provider'],
  ['on a card', 'x', 'Microsoft Base Smart Card Crypto Provider'],
  ['in another vendor’s HSM', 'x', 'nCipher Security World Key Storage Provider'],
  ['whose container is not named', null, SOFTWARE],
  ['whose provider is not named', 'x', null],
  ['whose container begins with a letter outside ASCII', 'Öffentlich', SOFTWARE],
  ['whose container ends with such a letter', 'Menü', ENHANCED],
])('the file of a key %s is unknown', async (_what, container, provider) => {
  expect(await keyFilesOf(hostWith([]).context, { container, provider, keyFile: null })).toBeNull();
});

const NAMED_FIRST = ['  Key Container = {BCFFCA5D-B870-4CC2-A8E9-10A641CA58D0}', `  Provider = ${ENHANCED}`];
const STEM = '8e5a57f198ccf38cb4e07149dcca663d';
const MISSING = 'Missing stored keyset';
const remove = { type: 'certificate.remove', store: 'Root', thumbprint: THUMBPRINT, withKey: true } as const;
const never = new AbortController().signal;

test('an interrupted removal goes on where the tool names the container and its key is gone', async () => {
  const { context, calls } = hostWith([...NAMED_FIRST, MISSING]);
  await removeCertificate(context, remove, never);
  expect(calls).toEqual([`-delstore Root ${THUMBPRINT}`]);
});

test('a key that cannot be opened is not taken for gone', async () => {
  await lay('legacy', STEM);
  const { context, calls } = hostWith([...NAMED_FIRST, MISSING]);
  const failed = await removeCertificate(context, remove, never).catch((error: CertopsError) => error.code);
  expect(failed).toBe('KeyNotRemoved');
  expect(calls).toEqual([`-csp ${ENHANCED} -delkey {BCFFCA5D-B870-4CC2-A8E9-10A641CA58D0}`]);
  const second = hostWith([...NAMED_FIRST, MISSING], { deletes: fileOf('legacy', STEM) });
  await removeCertificate(second.context, remove, never);
  expect(second.calls.at(-1)).toBe(`-delstore Root ${THUMBPRINT}`);
});

test('a key in hardware that does not answer is not taken for gone either', async () => {
  const { context, calls } = hostWith([
    '  Key Container = x',
    '  Provider = Microsoft Platform Crypto Provider',
    MISSING,
  ]);
  const failed = await removeCertificate(context, remove, never).catch((error: CertopsError) => error.code);
  expect(failed).toBe('KeyNotRemovable');
  expect(calls).toEqual([]);
});

const FRENCH = ['  Conteneur de clé = myDemoCA', `  Fournisseur = ${SOFTWARE}`, 'Test de chiffrement réussi'];

test.each([
  ['its file lets us in', true, 'D:PAI(A;;FA;;;SY)', 'yes'],
  ['its file lets us in among others', true, 'D:PAI(A;;FR;;;S-1-5-80-1-2-3-4-5)(A;;FA;;;BA)', 'yes'],
  ['its file keeps us out', true, 'D:PAI(A;;FA;;;S-1-5-21-1-2-3-1104)', 'unreadable'],
  ['it has no file here', false, 'D:PAI(A;;FA;;;SY)', 'unreadable'],
])(
  'whether a key can be opened is found out where the tool does not name its file: %s',
  async (_what, isThere, acl, privateKey) => {
    if (isThere) await lay('cng', DEMO);
    const entry = await readEntry(hostWith(FRENCH, { acl }).context, 'Root', THUMBPRINT);
    expect(entry).toMatchObject({ privateKey, container: 'myDemoCA', keyFile: isThere ? `${DEMO}_${GUID}` : null });
  },
);

test('a key that could be in either of two files counts as unreadable', async () => {
  await lay('cng', DEMO);
  await lay('cngSystem', DEMO);
  const entry = await readEntry(hostWith(FRENCH).context, 'Root', THUMBPRINT);
  expect(entry).toMatchObject({ privateKey: 'unreadable', keyFile: null });
});

const traceOf = async (context: ReturnType<typeof hostWith>['context']) => {
  const [trace] = await readTraces(context, [THUMBPRINT]);
  return { keys: trace?.keys, users: trace?.users };
};

test.each([
  ['that answers', 'Signature test passed'],
  ['that does not answer', MISSING],
])('a key in hardware %s counts as a key elsewhere, and is not removed', async (_what, said) => {
  const provider = 'Securosys Primus HSM Key Storage Provider';
  const { context, calls } = hostWith(['  Key Container = myDemoCA', `  Provider = ${provider}`, said]);
  expect(await traceOf(context)).toEqual({ keys: ['Root'], users: [{ kind: 'key-elsewhere', where: provider }] });
  await expect(
    removeKeyOf(context, { type: 'key.remove', store: 'Root', thumbprint: THUMBPRINT }, never),
  ).rejects.toMatchObject({ code: 'KeyNotRemovable', data: { where: provider } });
  expect(calls).toEqual([]);
});

test('a key in hardware that a binding uses is first of all reported as in use', async () => {
  const lines = ['  Key Container = myDemoCA', '  Provider = Securosys Primus HSM Key Storage Provider', MISSING];
  const { context } = hostWith(lines, { bound: `    SslCertHash    REG_BINARY    ${THUMBPRINT}\r\n` });
  const kinds = (await traceOf(context)).users?.map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['binding', 'key-elsewhere']));
  await expect(
    removeKeyOf(context, { type: 'key.remove', store: 'Root', thumbprint: THUMBPRINT }, never),
  ).rejects.toMatchObject({ code: 'KeyUsedElsewhere' });
});

const ROAMING = 'C:\\Users\\Łukasz-svc\\AppData\\Roaming\\Microsoft\\Crypto';

test.each([
  ["an account's profile", `${ROAMING}\\RSA\\${SID}`, NAMED_FIRST, STEM],
  [
    "an account's profile, of CNG",
    `${ROAMING}\\Keys`,
    ['  Key Container = myDemoCA', `  Provider = ${SOFTWARE}`],
    'f7717552e9ac0bf2063dc0c18c29c08c',
  ],
  ["a service account's folder", 'C:\\ProgramData\\Microsoft\\Crypto\\RSA\\S-1-5-20', NAMED_FIRST, STEM],
])('a key in %s counts as a key elsewhere, and is not removed', async (_what, folder, lines, stem) => {
  const { context, calls } = hostWith([...lines, MISSING]);
  expect(await traceOf(context)).toEqual({ keys: [], users: [] });
  const where = `${folder}\\${stem}_${GUID}`;
  const real = context.paths.toFileSystem(where);
  await fs.mkdir(path.dirname(real), { recursive: true });
  await fs.writeFile(real, '');
  expect(await traceOf(context)).toEqual({ keys: ['Root'], users: [{ kind: 'key-elsewhere', where }] });
  await expect(
    removeKeyOf(context, { type: 'key.remove', store: 'Root', thumbprint: THUMBPRINT }, never),
  ).rejects.toMatchObject({ code: 'KeyNotRemovable', data: { where } });
  expect(calls).toEqual([]);
  await fs.rm(real);
});

test('a certificate that is bound only according to the registry is not removed', async () => {
  const bound = `    SslCertHash    REG_BINARY    ${THUMBPRINT}\r\n`;
  const { context, calls } = hostWith([...NAMED_FIRST, MISSING], { bound });
  const failed = await removeCertificate(context, remove, never).catch((error: CertopsError) => error.code);
  expect(failed).toBe('CertificateStillBound');
  expect(calls).toEqual([]);
});

test('nothing is removed where neither HTTP.SYS nor the registry can tell what is bound', async () => {
  const { context, calls } = hostWith([...NAMED_FIRST, MISSING], { isBlind: true });
  const failed = await removeCertificate(context, { ...remove, withKey: false }, never).catch(
    (error: CertopsError) => error.code,
  );
  expect(failed).toBe('CertificateStillBound');
  expect(calls).toEqual([]);
});

test('a key shared by the same certificate in the other store is not removed', async () => {
  await lay('legacy', STEM);
  const { context, calls } = hostWith([...NAMED_FIRST, 'Signature test passed'], { inMyToo: true });
  const failed = await removeCertificate(context, remove, never).catch((error: CertopsError) => error.code);
  expect(failed).toBe('KeyUsedElsewhere');
  expect(calls).toEqual([]);
});
