import { type SpawnRequest, spawn } from '../../../adapters/windows/spawn.ts';

const happened: string[] = [];
beforeEach(() => void happened.splice(0));
/** Resolves once everything that follows a program's end is done. */
const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
afterEach(quiet);

const start = (name: string, more: Partial<SpawnRequest> = {}) =>
  spawn({
    file: process.execPath,
    args: ['--eval', '0'],
    limitMs: 20_000,
    signal: undefined,
    environment: undefined,
    call: { tool: name },
    isThere: false,
    started: () => {
      happened.push(`${name} runs`);
      return () => void happened.push(`${name} is wiped`);
    },
    ...more,
  });

test('a program known to be there is started at once', async () => {
  const running = start('add', { isThere: true });
  expect(happened).toEqual(['add runs']);
  await running;
});

test('a program started right after another has ended waits for nothing, and the record of the first is wiped later', async () => {
  await start('delete').then(() => start('add', { isThere: true }));
  await quiet();
  expect(happened).toEqual(['delete runs', 'add runs', 'delete is wiped', 'add is wiped']);
});

test('the record of a program that its limit ended is wiped, too, once the program is gone', async () => {
  const late = start('netsh', { args: ['--eval', 'setInterval(() => {}, 1000)'], limitMs: 50 });
  await expect(late).rejects.toMatchObject({ code: 'ToolTimedOut' });
  while (!happened.includes('netsh is wiped')) await quiet();
});

test('a program that ended while this process stood still for longer than its limit has ended in time', async () => {
  const limitMs = 2500;
  const standStill = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, limitMs + 500);
  const running = start('certutil', {
    limitMs,
    started: () => {
      setImmediate(standStill);
      return () => {};
    },
  });
  await expect(running).resolves.toMatchObject({ code: 0 });
});

/** On Windows cmd.exe would be asked for it, and say that there is no such program. */
const whereNobodyIsAsked = process.platform === 'win32' ? test.skip : test;

whereNobodyIsAsked('a program that was known to be there and is gone is missing', async () => {
  await expect(start('add', { file: '/nowhere/netsh.exe', isThere: true })).rejects.toMatchObject({
    code: 'ToolMissing',
  });
  expect(happened).toEqual([]);
});
