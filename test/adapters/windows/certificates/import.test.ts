import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { PROVIDER } from '../../../../adapters/windows/certificates/half-import.ts';
import { importCertificate } from '../../../../adapters/windows/certificates/import.ts';
import { makeCertificate } from '../../../../adapters/windows/certificates/maker.ts';
import { openSecret } from '../../../../adapters/windows/certificates/secret.ts';
import type { WindowsContext } from '../../../../adapters/windows/context.ts';
import { createPaths } from '../../../../adapters/windows/paths.ts';
import { createTools, type MaskedArg, type ToolResult, type Tools } from '../../../../adapters/windows/tools.ts';
import { profileOf } from '../../../fixtures/profile.ts';
import { fakeContext } from '../fake-context.ts';
import { filesBelow } from '../lab-host.ts';

const profile = profileOf('sqlm01');
const { made, secret } = await makeCertificate(profile, Date.now());
const change = { type: 'certificate.import', store: 'Root', made, secret, profile } as const;
const root = await fs.mkdtemp(path.join(os.tmpdir(), 'certops-import-'));
const paths = createPaths(root);
const system32 = path.join(root, 'Windows', 'System32');
afterAll(() => fs.rm(root, { recursive: true, force: true }));
// An import that was stopped leaves its note to the next start.
afterEach(() => fs.rm(path.join(root, 'ProgramData', 'certops', `importing-${made.thumbprint}`), { force: true }));

const contextWith = (tools: Tools): WindowsContext =>
  fakeContext(tools, { paths, root, stateFolder: path.join(root, 'ProgramData', 'certops') });

const result = (tool: ToolResult['tool'], code: number, text: string): ToolResult => ({
  tool,
  code,
  text,
  bytes: Buffer.from(text),
  args: [],
});

/** Tools that record what they were given, and answer the import with `answer`. */
function scripted(answer: ToolResult | (() => Promise<ToolResult>)): { tools: Tools; calls: (string | MaskedArg)[][] } {
  const calls: (string | MaskedArg)[][] = [];
  const tools: Tools = {
    async run(tool, args) {
      calls.push([tool, ...args]);
      if (tool === 'icacls') return result(tool, 0, '');
      if (!args.includes('-importpfx')) return result(tool, -2146893807, '0x80090011');
      return typeof answer === 'function' ? answer() : answer;
    },
  };
  return { tools, calls };
}

const failureOf = async (context: WindowsContext, signal = new AbortController().signal): Promise<unknown> => {
  try {
    await importCertificate(context, change, signal);
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
};

/** Everything that could be seen of an error, including its causes and hidden properties. */
const seen = (error: unknown): string =>
  `${inspect(error, { depth: 20, showHidden: true })} ${JSON.stringify(error)} ${String((error as Error).stack)}`;

test('the folder is protected before the import, and the arguments are as documented', async () => {
  const { tools, calls } = scripted(result('certutil', 0, ''));
  await failureOf(contextWith(tools));
  const [icacls, certutil] = calls;
  const folder = icacls?.[1] as string;
  expect(folder).toMatch(/^C:\\ProgramData\\certops\\tmp\\[0-9a-f-]{36}$/u);
  expect(icacls?.slice(2)).toEqual(['/inheritance:r', '/grant', '*S-1-5-18:(OI)(CI)F', '*S-1-5-32-544:(OI)(CI)F']);
  expect(certutil).toEqual([
    'certutil',
    '-f',
    '-p',
    { secret: expect.stringMatching(/^p[0-9a-f]{48}$/u), shown: '***' },
    '-csp',
    'Microsoft Enhanced RSA and AES Cryptographic Provider',
    '-importpfx',
    'Root',
    `${folder}\\import.pfx`,
    'AT_KEYEXCHANGE,NoExport',
  ]);
});

test.each([
  ['the code that Windows gives', 0x8007_0020, ''],
  ['the words of certutil', 32, 'CertUtil: -importPFX command FAILED: 0x80070020 (WIN32: 32 ERROR_SHARING_VIOLATION)'],
  [
    'a locked range of the file',
    33,
    'CertUtil: -importPFX FEHLGESCHLAGEN: 0x80070021 (WIN32: 33 ERROR_LOCK_VIOLATION)',
  ],
])('a file that a virus scanner briefly has open is tried again: %s', async (_what, code, text) => {
  let busy = 3;
  const { tools, calls } = scripted(async () => {
    busy -= 1;
    return busy < 0 ? result('certutil', 0, '') : result('certutil', code, text);
  });
  // it goes on to look for what the fake has not imported
  expect(await failureOf(contextWith(tools))).toMatchObject({ code: 'CertificateNotImported' });
  const imports = calls.filter((call) => call.includes('-importpfx'));
  expect(imports).toHaveLength(4);
  expect(new Set(imports.map((call) => JSON.stringify(call))).size).toBe(1);
});

test('a file that stays open fails after five seconds, or at once when told to stop', async () => {
  const open = result('certutil', 0x8007_0020, 'ERROR_SHARING_VIOLATION');
  const patient = contextWith(scripted(open).tools);
  const begun = patient.clock.now();
  expect(await failureOf(patient)).toMatchObject({ code: 'CertificateImportFailed', data: { code: 0x8007_0020 } });
  expect(patient.clock.now() - begun).toBe(5000);
  const { tools, calls } = scripted(open);
  expect(await failureOf(contextWith(tools), AbortSignal.abort())).toMatchObject({ code: 'CertificateImportFailed' });
  expect(calls.filter((call) => call.includes('-importpfx'))).toHaveLength(1);
});

test('a folder that cannot be protected gets no file', async () => {
  const tools: Tools = {
    run: async (tool, args) => {
      const folder = paths.toFileSystem(String(args[0]));
      expect(await filesBelow(folder)).toEqual([]);
      return result(tool, 5, 'Access is denied.');
    },
  };
  expect(await failureOf(contextWith(tools))).toMatchObject({ code: 'FolderNotProtected' });
  expect(await filesBelow(root)).toEqual([]);
});

test('an import that reports success but did nothing fails', async () => {
  const { tools } = scripted(result('certutil', 0, 'CertUtil: -importPFX command completed successfully.'));
  expect(await failureOf(contextWith(tools))).toMatchObject({
    code: 'CertificateNotImported',
    data: { privateKey: 'absent' },
  });
});

describe('a real program that fails shows no password and leaves no file', () => {
  const program = async (name: string, script: string): Promise<void> => {
    await fs.mkdir(system32, { recursive: true });
    await fs.writeFile(path.join(system32, `${name}.exe`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  };
  /** The password as the program saw it. */
  const witnessed = async (): Promise<string> => {
    const text = await fs.readFile(path.join(root, 'seen.txt'), 'utf8').catch(() => '');
    return /^p[0-9a-f]{48}$/mu.exec(text)?.[0] ?? 'never started';
  };
  const tools = createTools({ systemRoot: 'C:\\Windows', paths, toolsRecord: null });
  const note = (): string => `printf '%s\\n' "$@" >> '${path.join(root, 'seen.txt')}'`;

  beforeEach(async () => {
    await fs.rm(path.join(root, 'seen.txt'), { force: true });
    await program('icacls', 'exit 0');
  });

  test.each([
    [
      'an exit code, with its command line in the output',
      () => `${note()}\necho "$@"; exit 5`,
      'CertificateImportFailed',
    ],
    ['an end by a signal', () => `${note()}\nkill -9 $$`, 'ToolKilled'],
    ['a program without an interpreter', null, 'ToolMissing'],
  ])('%s', async (_what, script, code) => {
    if (script === null) await fs.rm(path.join(system32, 'certutil.exe'), { force: true });
    else await program('certutil', script());
    const error = await failureOf(contextWith(tools));
    expect(error).toMatchObject({ code });
    const password = await witnessed();
    if (script !== null) expect(password).toMatch(/^p/u);
    expect(seen(error)).not.toContain(password);
    expect(seen(error)).not.toMatch(/p[0-9a-f]{48}/u);
    expect((await filesBelow(root)).filter((name) => name.endsWith('.pfx'))).toEqual([]);
  });

  test('a stop while it hangs', async () => {
    const stop = new AbortController();
    await program('certutil', `${note()}\nexec sleep 20`);
    const pending = failureOf(contextWith(tools), stop.signal);
    while ((await witnessed()) === 'never started') await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    const error = await pending;
    expect(error).toMatchObject({ code: 'ToolStopped' });
    expect(seen(error)).not.toContain(await witnessed());
    expect((await filesBelow(root)).filter((name) => name.endsWith('.pfx'))).toEqual([]);
  });

  test('a time limit', async () => {
    await program('certutil', `${note()}\nexec sleep 20`);
    const hasty: Tools = { run: (tool, args, options) => tools.run(tool, args, { ...options, timeLimitMs: 300 }) };
    const error = await failureOf(contextWith(hasty));
    expect(error).toMatchObject({ code: 'ToolTimedOut' });
    expect(seen(error)).not.toContain(await witnessed());
    expect((await filesBelow(root)).filter((name) => name.endsWith('.pfx'))).toEqual([]);
  });
});

test.each([
  ['with its key', ['  Key Container = x', `  Provider = ${PROVIDER}`, 'Signature test passed'], null],
  [
    'with a key that nobody can open',
    ['  Key Container = x', `  Provider = ${PROVIDER}`, 'Access denied'],
    'CertificateNotImported',
  ],
  ['without a key', [], 'CertificateNotImported'],
])('an import is judged by whether the store shows the certificate %s', async (_what, key, code) => {
  const one = await makeCertificate(profile, Date.now());
  const { thumbprint } = one.made;
  const mark = '================ Certificate 0 ================';
  const end = 'CertUtil: -store command completed successfully.';
  const listed = ['Root', mark, `Cert Hash(sha1): ${thumbprint.toLowerCase()}`, ...key, end].join('\r\n');
  const run: Tools['run'] = async (tool, args) => result(tool, 0, args.includes('-store') ? listed : '');
  const context = contextWith({ run });
  const importing = importCertificate(context, { ...change, ...one }, new AbortController().signal);
  expect(await importing.catch((error: { code?: string }) => error.code)).toBe(code ?? undefined);
  const note = path.join(context.stateFolder, `importing-${thumbprint}`);
  await expect(fs.stat(note)).rejects.toMatchObject({ code: 'ENOENT' });
  // Then the key is in the store alone; until then it is kept in memory.
  const open = () => openSecret(one.secret);
  if (code === null) expect(open).toThrow('SecretUnknown');
  else expect(open).not.toThrow();
});
