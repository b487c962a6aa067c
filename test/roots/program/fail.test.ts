import fs, { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { CertopsError } from '../../../src/domain/errors.ts';
import { endUncaught, tellFailure } from '../../../src/roots/program/fail.ts';

function told(error: unknown): string {
  const said: string[] = [];
  const write = jest.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  try {
    tellFailure(error);
  } finally {
    write.mockRestore();
  }
  return said.join('');
}

const refused = (code: string, path?: string, dest?: string): Error =>
  Object.assign(new Error(`${code}: refused`), { code, path, dest });

test.each(['EACCES', 'EPERM', 'EROFS', 'UNKNOWN'])(
  'a file that the system refuses (%s) is reported with its path',
  (code) => {
    expect(told(refused(code, '/var/lib/certops'))).toMatch(
      new RegExp(`^/var/lib/certops cannot be used \\(${code}\\): .*\\(FileRefused\\)\n$`, 'u'),
    );
  },
);

test('a folder that cannot be made where all is read-only is explained, though Node says that it does not exist', () => {
  const error = Object.assign(refused('ENOENT', '/mnt/ro/state'), { syscall: 'mkdir' });
  expect(told(error)).toMatch(/^\/mnt\/ro\/state cannot be used \(ENOENT\): .*read-only.*\(FileRefused\)\n$/u);
});

test('a file that another program keeps open is reported with what to do', () => {
  expect(told(refused('EBUSY', 'C:\\ProgramData\\certops\\STOP'))).toMatch(
    /^C:\\ProgramData\\certops\\STOP cannot be used \(EBUSY\): another program has it open: .*\(FileRefused\)\n$/u,
  );
  for (const code of ['FileNotReadable', 'KeyNotReadable', 'JournalNotReadable'])
    expect(told(new CertopsError(code, { file: '/x', reason: 'EBUSY' }))).toContain('another program has it open');
});

test('a journal that may only be read is reported as one that has to be written too', () => {
  const said = told(new CertopsError('JournalNotReadable', { file: '/state/prod.journal', reason: 'EACCES' }));
  expect(said).toContain('this account may read and write it');
});

test.each([
  ['UndoBehindAnother', { host: 'sqlw01', other: 'prod-16', rotation: 'prod-17' }, '--here'],
  ['DemoRuns', { folder: '.state/farm', url: 'http://127.0.0.1:8080/?key=abc' }, 'key=abc'],
])('a command or address at the end is on its own, so that it can be copied: %s', (code, data, end) => {
  expect(told(new CertopsError(code, data))).toContain(`${end}\n(${code})\n`);
});

test('a command that is not the last word keeps its code on the same line', () => {
  expect(told(new CertopsError('NothingToUndo', { rotation: 'prod-17', host: 'sqlw01' }))).toMatch(
    / in chat\. \(NothingToUndo\)\n$/u,
  );
});

test('a runner that has lost its key is not sent to a command that refuses a folder with anything in it', () => {
  const said = told(new CertopsError('KeyFileMissing', { file: 'key.pem' }));
  expect(said).toMatch(
    /certops keys new; a runner that has lost it is set up anew \(docs.*\)\. \(KeyFileMissing\)\n$/u,
  );
  expect(said).not.toContain('init');
});

test('of a refused move, the file that was to be replaced is named', () => {
  expect(told(refused('EPERM', '/state/runner.json.new', '/state/runner.json'))).toMatch(
    /^\/state\/runner\.json cannot be used \(EPERM\): .*open in another program/u,
  );
});

test.each(['ENOSPC', 'EDQUOT'])('a full disk is reported even where a write names no file (%s)', (code) => {
  expect(told(refused(code))).toMatch(
    new RegExp(`^A file cannot be written \\(${code}\\): free space .*\\(FileRefused\\)\n$`, 'u'),
  );
});

test.each([
  ['EPERM', true],
  ['EISDIR', false],
])('a file that cannot be read (%s) calls for elevation where Windows protects it: %s', (reason, isNamed) => {
  const said = told(new CertopsError('FileNotReadable', { file: 'C:\\ProgramData\\certops\\runner.json', reason }));
  expect(said.includes('on Windows run this elevated')).toBe(isNamed);
});

test('a folder named in place of a file is called a folder, not a question of access', () => {
  const said = told(new CertopsError('FileNotReadable', { file: '/etc/certops', reason: 'EISDIR' }));
  expect(said).toBe('/etc/certops cannot be read (EISDIR): it is a folder; name the file in it. (FileNotReadable)\n');
});

test.each([
  ['of a file that is not there', refused('ENOENT', '/x')],
  ['that names no file', refused('EACCES')],
  ['of our own', new TypeError('x')],
])('an error %s is still a bug to be reported', (_what, error) => {
  expect(told(error)).toContain('please report it. (Unexpected)');
});

describe('An error that nobody caught', () => {
  /** What is printed about it, and the exit code of the process. */
  function uncaught(error: Error, write = (_text: string): number => 0): { said: string[]; exit: unknown } {
    const said: string[] = [];
    const { writeSync } = fs;
    fs.writeSync = ((_fd: number, text: string) => said.push(text) + write(text)) as typeof fs.writeSync;
    const exit = jest.spyOn(process, 'exit').mockImplementation((() => undefined) as typeof process.exit);
    const before = process.listeners('uncaughtException');
    endUncaught();
    const [end = () => undefined] = process.listeners('uncaughtException').filter((one) => !before.includes(one));
    process.off('uncaughtException', end);
    end(error, 'uncaughtException');
    Object.assign(fs, { writeSync });
    const code = exit.mock.calls[0]?.[0];
    exit.mockRestore();
    return { said, exit: code };
  }

  test('ends the process, and nothing attached to it is printed: a command, a header, a cause', () => {
    const error = Object.assign(new Error('WRONGPASS', { cause: new Error('hunter2') }), {
      command: { name: 'auth', args: ['certops', 'hunter2'] },
      config: { headers: { Authorization: 'Bearer hunter2' } },
    });
    const { said, exit } = uncaught(error);
    expect(said.join('')).toMatch(/^This is a bug in certops.*WRONGPASS/su);
    expect(said.join('')).not.toContain('hunter2');
    expect(exit).toBe(1);
  });

  test('ends the process even if nobody reads what it says, and a known one with its own exit code', () => {
    const unread = (): never => {
      throw refused('EPIPE');
    };
    expect(uncaught(new Error('x'), unread).exit).toBe(1);
    const known = uncaught(new CertopsError('RunnerNotSetUp', { file: '/x' }));
    expect([known.said.join(''), known.exit]).toEqual([expect.stringContaining('(RunnerNotSetUp)'), 2]);
  });
});

test.each([
  [
    'C:\\ProgramData\\certops\\runner.journal',
    'Then move its folder away, and set this runner up anew (docs/set-up.md',
  ],
  ['/var/lib/certops/prod.journal', "Then put back a copy of the bot's folder (docs/operations.md"],
])('a journal that is not to be believed (%s) is reported with how to go on', (file, next) => {
  for (const why of ['EnvelopeBadSignature', 'EnvelopeUnknownKey', 'former-key'])
    expect(told(new CertopsError('JournalBroken', { file, line: 7, why }))).toContain(next);
  expect(told(new CertopsError('JournalBroken', { file, line: 1, why: 'wrong-stream' }))).toMatch(
    /another runner or farm: if its name was changed .* put back the earlier one;/u,
  );
  for (const why of ['EntryOfNewerVersion', 'cut-before-exchange'])
    expect(told(new CertopsError('JournalBroken', { file, line: 7, why }))).not.toContain('Then ');
});

test.each([
  [
    'JournalNotWritable',
    { file: '/x/runner.journal', reason: 'ENOSPC' },
    /\(ENOSPC\): free space.*same command again/u,
  ],
  [
    'ToolsStillRunning',
    { tool: 'netsh', pid: 812 },
    /netsh\.exe \(process 812\).*end it there.*start the runner again/u,
  ],
  [
    'TemporaryFolderNotEmptied',
    { folder: '/t', name: 'a.pfx', cause: 'EPERM' },
    /^a\.pfx in \/t .*\(EPERM\).*by hand/u,
  ],
  ['TemporaryFolderNotEmptied', { folder: '/t', cause: 'EACCES' }, /^\/t cannot be removed \(EACCES\)/u],
  [
    'FileBusy',
    { file: '/t/tools.json', reason: 'EBUSY', seconds: 30 },
    /for 30 s \(EBUSY\): close it there.*same command again/u,
  ],
  ['NobodyKnowsThis', { x: 1 }, /^It did not work: \{"x":1\}\. Try again; if that fails too, report it/u],
])('%s is reported with what to do next', (code, data, sentence) => {
  expect(told(new CertopsError(code, data))).toMatch(sentence);
});

test('a missing farm file that nobody named is reported with how to name one', () => {
  const missing = (file: string) => told(new CertopsError('FileNotReadable', { file, reason: 'ENOENT' }));
  expect(missing('farm.yaml')).toContain('Name the farm file with --farm FILE or CERTOPS_FARM.');
  expect(missing('prod.yaml')).not.toContain('--farm');
});

test.each([
  [
    'that is no JSON is told what to look for',
    '',
    'JSON',
    /not valid JSON: look for a comma too many or missing.*doubled/u,
  ],
  ['with a word that nobody knows is told of it', '', 'Unrecognized key', /is wrong \(Unrecognized key\): correct it/u],
  ['with a wrong value is told where', 'host', 'a name', /is wrong at host \(a name\): correct it there/u],
])('a configuration %s, and nobody is told to make it anew', (_what, where, allowed, sentence) => {
  const said = told(new CertopsError('RunnerConfigNotValid', { file: 'runner.json', where, allowed }));
  expect(said).toMatch(sentence);
  expect(said).not.toContain('init');
});

test.each([
  ['WRONGPASS', /does not let this user in \(WRONGPASS\): compare user and password/u],
  ['SELF_SIGNED_CERT_IN_CHAIN', /not trusted here \(SELF_SIGNED_CERT_IN_CHAIN\): set NODE_EXTRA_CA_CERTS/u],
  ['CERT_HAS_EXPIRED', /that is not valid today \(CERT_HAS_EXPIRED\): renew it there/u],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /for another name than the one in REDIS_URL/u],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /tls-auth-clients no/u],
  ['ECONNRESET', /speaks TLS begins with rediss:\/\//u],
  ['ETIMEDOUT', /speaks TLS begins with rediss:\/\//u],
  ['ECONNREFUSED', /does not answer \(ECONNREFUSED\): check REDIS_URL/u],
  ['NOPERM', /refuses this user what is needed \(NOPERM\): .*redis acl.*number of a database/u],
  ['ERR', /answers with an error \(ERR\): .*database.*maxclients.*INFO/u],
  ['DENIED', /protected mode.*\(DENIED\): .*step 6/u],
])('a Redis that is away for %s is reported with what helps against that', (reason, sentence) => {
  expect(told(new CertopsError('RedisAway', { reason }))).toMatch(sentence);
});

test('a Redis that is unfit for production is described setting by setting', () => {
  const problems = [
    { code: 'RedisEvicts', setting: 'maxmemory-policy', found: 'allkeys-lru', wanted: 'noeviction' },
    { code: 'RedisSettingsHidden', wanted: '+info' },
  ];
  expect(told(new CertopsError('RedisUnfit', { problems }))).toContain(
    'in production: maxmemory-policy: found allkeys-lru, wanted noeviction; RedisSettingsHidden: wanted +info. certops',
  );
});

test('a file that stands where a folder is to be made is reported as such', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'certops-fail-'));
  const file = path.join(folder, 'state');
  writeFileSync(file, '');
  try {
    await mkdir(file, { recursive: true });
  } catch (error) {
    expect(told(error)).toMatch(/state cannot be used \(EEXIST\): it is not a folder.*\(FileRefused\)/u);
  }
  expect.assertions(1);
  rmSync(folder, { recursive: true });
});

test('nothing that a tool printed, or that a file is called, is obeyed by the terminal', () => {
  const output = 'Parse\tfile: C:\\certops\\\u001b]0;x\u0007\u009b2J\u202egnp.exe: Access is denied.\r\nFailed 1\r\n';
  const said = told(new CertopsError('FolderNotProtected', { folder: 'C:\\certops', code: 5, output }));
  expect(said).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
  expect(said).toMatch(/\\u001b\]0;x\\u0007\\u009b2J\\u202egnp\.exe: Access is denied\.\nFailed 1/u);
  expect(told(new Error('\u001b[2Jno'))).toContain('\\u001b[2Jno');
});

test('an icacls that prints nothing is said to have said nothing', () => {
  const error = new CertopsError('AclUnreadable', { file: 'C:\\certops', output: '' });
  expect(told(error)).toContain('cannot be read (nothing was answered): icacls must show it');
});

test('a lock that cannot be taken is reported with its folder', () => {
  const error = new CertopsError('LockNotTaken', { name: 'bot', folder: '/srv/certops', reason: 'EACCES' });
  expect(told(error)).toContain('The lock in /srv/certops cannot be taken (EACCES)');
  const noFolder = new CertopsError('LockNotTaken', { name: 'bot', folder: '/srv/certops', reason: 'EEXIST' });
  expect(told(noFolder)).toMatch(/^\/srv\/certops is not a folder \(EEXIST\): name another\. \(LockNotTaken\)\n$/u);
});

describe('For a machine that cannot be served, it is said what was found, what was wanted and what to do', () => {
  const preflight = (...problems: readonly { code: string; data: { [name: string]: string } }[]): string =>
    told(new CertopsError('PreflightFailed', { problems }));

  test.each([
    ['NodeNot64Bit', { arch: 'ia32' }, /Node is built for ia32; it must be x64 or arm64.*Install/u],
    ['NotElevated', { tool: 'whoami' }, /not elevated.*as a service or task of SYSTEM/u],
    ['ToolMissing', { tool: 'certutil' }, /certutil\.exe is not in System32.*systemRoot/u],
    [
      'ToolBlocked',
      { tool: 'netsh', cause: 'EACCES' },
      /netsh\.exe may not be started \(EACCES\): whoever.*AppLocker/u,
    ],
    ['ToolBlocked', { tool: 'netsh', cause: 'UNKNOWN' }, /\(UNKNOWN\): the paging file may be full.*AppLocker/u],
    ['ToolTimedOut', { tool: 'sc' }, /sc\.exe gave no answer within 60 s.*endpoint protection/u],
    ['ToolNotStarted', { tool: 'reg', cause: 'EMFILE' }, /reg\.exe could not be started \(EMFILE\)/u],
    [
      'ToolCrashed',
      { tool: 'icacls', cause: '0xC0000142' },
      /icacls\.exe crashed or could not be loaded \(0xC0000142\).*endpoint protection/u,
    ],
    ['ToolFailed', { tool: 'sc', code: '-1' }, /sc\.exe ended with -1 and printed nothing.*by hand/u],
    ['ToolOutputNotUnderstood', { tool: 'whoami', output: 'huh' }, /whoami\.exe gave an answer that is not .*: huh/u],
    ['ToolOutputNotUnderstood', { tool: 'whoami', output: '' }, /is not understood.*: it printed nothing \(/u],
    [
      'StateFolderOpen',
      { folder: 'C:\\x', others: 'S-1-1-0, S-1-5-11' },
      /may write into C:\\x.*"\*S-1-1-0" "\*S-1-5-11"/u,
    ],
    ['ToolKilled', { tool: 'reg' }, /reg\.exe.*\(ToolKilled\)/u],
  ])('%s', (code, data, sentence) => {
    const said = preflight({ code, data });
    expect(said).toMatch(sentence);
    expect(said).toMatch(/^This machine cannot be served\. [^{}]*\(PreflightFailed\)\n$/u);
  });

  test('all problems at once', () => {
    const said = preflight({ code: 'NodeNot64Bit', data: { arch: 'ia32' } }, { code: 'NotElevated', data: {} });
    expect(said).toMatch(/ia32.*not elevated/u);
  });
});
