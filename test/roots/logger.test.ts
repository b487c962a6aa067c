import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CertopsError } from '../../src/domain/errors.ts';
import { createLogger, logged } from '../../src/roots/logger.ts';

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

test('a log that is kept in a file says there what it says elsewhere, and no secret', () => {
  log().warn({ code: 'X', password: 'hunter2', config: { redisUrl: 'redis://u:hunter2@h' } }, 'said');
  log().info({}, 'too little');
  expect(lines()).toEqual([
    expect.objectContaining({ name: 'runner sqlw01', code: 'X', password: '[secret]', msg: 'said' }),
  ]);
  expect(readFileSync(file, 'utf8')).not.toContain('hunter2');
});

test('no file is made where none is named', () => {
  createLogger('bot', 'silent').warn({}, 'said');
  expect(existsSync(file)).toBe(false);
});

test('why a process ended stands in it, with what to do', async () => {
  const error = new CertopsError('PreflightFailed', { problems: 'NotElevated {}' });
  await expect(logged(log(), file, () => Promise.reject(error))).rejects.toBe(error);
  expect(lines()).toEqual([
    expect.objectContaining({
      code: 'PreflightFailed',
      msg: 'This machine cannot be served: NotElevated {}. (PreflightFailed)',
    }),
  ]);
});

test('of what nobody foresaw the place stands in it, and not the words', async () => {
  const error = Object.assign(new Error('redis://u:hunter2@h is away'), { code: 'ECONNREFUSED' });
  await expect(logged(log(), file, () => Promise.reject(error))).rejects.toBe(error);
  const [line] = lines();
  expect(line).toMatchObject({ code: 'ECONNREFUSED', at: expect.arrayContaining([expect.stringContaining(' at ')]) });
  expect(readFileSync(file, 'utf8')).not.toContain('hunter2');
});

test('so does what is thrown later, when nobody waits for it any more', async () => {
  await logged(log(), file, async () => {});
  (process as NodeJS.EventEmitter).emit('uncaughtExceptionMonitor', new TypeError('hunter2'));
  expect(lines()).toEqual([expect.objectContaining({ level: 60, code: 'TypeError' })]);
});
