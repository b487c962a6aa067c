import fs, { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CertopsError } from '../../../src/domain/errors.ts';
import { createLogger, logged, mustBeLog } from '../../../src/roots/program/logger.ts';
import { VERSION } from '../../../src/roots/version.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'certops-logger-'));
  file = path.join(folder, 'runner.log');
});
afterEach(() => {
  process.removeAllListeners('uncaughtExceptionMonitor');
  rmSync(folder, { recursive: true });
});

const lines = (): readonly { readonly [name: string]: unknown }[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const log = () => createLogger('runner sqlw01', 'warn', file);

test('a log that is kept in a file says there what it says elsewhere, and no secrets', () => {
  log().warn({ code: 'X', password: 'hunter2', config: { redisUrl: 'redis://u:hunter2@h' } }, 'said');
  log().info({}, 'too little');
  expect(lines()).toEqual([
    expect.objectContaining({ name: 'runner sqlw01', code: 'X', password: '[secret]', msg: 'said' }),
  ]);
  expect(readFileSync(file, 'utf8')).not.toContain('hunter2');
});

test('it names the key that an error is about, in the registry, in a settings file or of a binding, but no private one', () => {
  log().warn({ code: 'RegistryNotReadable', data: { key: 'HKLM\\SYSTEM' }, key: 'HKLM\\SYSTEM' }, 'said');
  log().warn({ data: { key: '-----BEGIN PRIVATE KEY-----\nhunter2\n', password: 'hunter2' } }, 'said');
  const [named, hidden] = lines();
  expect(named).toMatchObject({ data: { key: 'HKLM\\SYSTEM' }, key: '[secret]' });
  expect(hidden).toMatchObject({ data: { key: '[secret]', password: '[secret]' } });
});

test('it begins with the version, including the mark of the build', async () => {
  await logged(createLogger('bot', 'info', file), file, async () => {});
  expect(lines()).toEqual([expect.objectContaining({ version: VERSION, msg: 'certops starts' })]);
});

test.each([
  ['nothing is there', null],
  ['it is empty', ''],
  ['it is a log of ours', '{"level":30,"time":1,"msg":"x"}\n'],
  ['it broke off in its first line', '{"lev'],
  ['an empty line precedes its lines', '\n{"level":30,"time":1,"msg":"x"}\n'],
  ['zeros stand where its lines were', `${'\0'.repeat(9000)}{"level":30}\n`],
  ['zeros precede its lines', `${'\0'.repeat(20)}{"level":30}\n`],
])('a file may be named for the log where %s', (_, text) => {
  if (text !== null) writeFileSync(file, text);
  expect(() => mustBeLog(file)).not.toThrow();
});

test.each([
  ['a key', '-----BEGIN PRIVATE KEY-----\nabc\n'],
  ['a farm file', 'farm: prod\n'],
  ['other JSON', '{"farm":"prod"}\n'],
  ['an empty line before a key', '\n-----BEGIN'],
])('%s is no file for a log, and stays as it is', (_, text) => {
  writeFileSync(file, text);
  expect(() => mustBeLog(file)).toThrow(expect.objectContaining({ code: 'LogFileNotOurs', data: { file } }));
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('what is no plain file, or cannot be read, is not judged', () => {
  expect(() => mustBeLog(folder)).not.toThrow();
  expect(() => mustBeLog('/dev/null')).not.toThrow();
  expect(() => mustBeLog(null)).not.toThrow();
});

test('no file is made where none is named', () => {
  createLogger('bot', 'silent').warn({}, 'said');
  expect(existsSync(file)).toBe(false);
});

test('it says why a process ended, with what to do', async () => {
  const error = new CertopsError('PreflightFailed', {
    problems: [{ code: 'NotElevated', data: { tool: 'whoami' } }],
  });
  await expect(logged(log(), file, () => Promise.reject(error))).rejects.toBe(error);
  expect(lines()).toEqual([
    expect.objectContaining({
      code: 'PreflightFailed',
      msg: expect.stringMatching(/^This machine cannot be served\. .*not elevated.*\(PreflightFailed\)$/u),
    }),
  ]);
});

test('of an unforeseen error it has the place, but not the message', async () => {
  const error = Object.assign(new Error('redis://u:hunter2@h is away'), { code: 'ECONNREFUSED' });
  await expect(logged(log(), file, () => Promise.reject(error))).rejects.toBe(error);
  const [line] = lines();
  expect(line).toMatchObject({ code: 'ECONNREFUSED', at: expect.arrayContaining([expect.stringContaining(' at ')]) });
  expect(readFileSync(file, 'utf8')).not.toContain('hunter2');
});

test('an error that is thrown later, when nobody waits for it any more, is in it too', async () => {
  await logged(log(), file, async () => {});
  (process as NodeJS.EventEmitter).emit('uncaughtExceptionMonitor', new TypeError('hunter2'));
  expect(lines()).toEqual([expect.objectContaining({ level: 60, code: 'TypeError' })]);
});

/** A standard error that answers like this from now on. */
function standardError(answer: (text: string) => number) {
  const { writeSync } = fs;
  const said: string[] = [];
  fs.writeSync = ((fd: number, text: string) => {
    if (fd !== 2) return Reflect.apply(writeSync, fs, [fd, text]);
    said.push(text);
    return answer(text);
  }) as typeof fs.writeSync;
  return { said, end: () => Object.assign(fs, { writeSync }) };
}
const refuse = (code: string) => (): number => {
  throw Object.assign(new Error(`${code}: write`), { code });
};

test.each(['EPIPE', 'EOF'])(
  'a log that nobody reads any more ends no process, and is not written again: %s',
  (code) => {
    const { said, end } = standardError(refuse(code));
    const unread = createLogger('bot', 'info');
    unread.info('once');
    unread.info('twice');
    end();
    expect(said).toHaveLength(1);
  },
);

test('a log that cannot be written for a while ends no process, and is written later', () => {
  let isFull = true;
  const { said, end } = standardError((text) => (isFull ? refuse('ENOSPC')() : Buffer.byteLength(text)));
  const waiting = createLogger('bot', 'info');
  waiting.info('on a full disk');
  isFull = false;
  waiting.info('later');
  end();
  expect(said.slice(1).join('')).toMatch(/on a full disk.*later/su);
});
