import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { beNice, nicenessOf } from '../../src/roots/demo/turns.ts';

test.each([
  [4, 2, 0],
  [4, 8, 0],
  [6, 2, 5],
  [51, 2, 15],
  [51, 1, 18],
  [201, 2, 19],
  [51, 64, 0],
  [3, 0, 5],
])('%i runners on %i cores are %i nice', (runners, cores, niceness) => {
  expect(nicenessOf(runners, cores)).toBe(niceness);
});

describe('a process that is to be nice', () => {
  let child: ChildProcess;
  beforeEach(async () => {
    // A session of its own, as the rehearsal's processes have.
    child = spawn(process.execPath, ['-e', 'console.log(); setInterval(() => {}, 1000)'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout as NodeJS.ReadableStream, 'data');
  });
  afterEach(() => void child.kill('SIGKILL'));

  const session = (): string | null => {
    const file = `/proc/${child.pid}/autogroup`;
    return existsSync(file) ? (/nice (-?\d+)/u.exec(readFileSync(file, 'utf8'))?.[1] ?? null) : null;
  };

  test('is, among its session and as a session', () => {
    beNice(child.pid, 7);
    expect(os.getPriority(child.pid)).toBe(7);
    expect([null, '7']).toContain(session());
  });

  test('is left as it is where there is nothing to give', () => {
    const before = [os.getPriority(child.pid), session()];
    beNice(child.pid, 0);
    expect([os.getPriority(child.pid), session()]).toEqual(before);
  });

  test('may be gone, or never have been there', async () => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    expect(() => beNice(child.pid, 7)).not.toThrow();
    expect(() => beNice(undefined, 7)).not.toThrow();
  });
});
