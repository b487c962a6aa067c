import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { beNice, nicenessOf } from '../../../src/roots/demo/turns.ts';

test.each([
  [4, 2, 0, 0],
  [4, 8, 0, 0],
  [6, 2, 2, 5],
  [51, 2, 12, 15],
  [51, 1, 15, 18],
  [201, 2, 16, 19],
  [51, 64, 0, 0],
  [4, 0, 4, 7],
])('of %i runners on %i cores, the first has niceness %i and the last %i', (runners, cores, first, last) => {
  const found = nicenessOf(runners, cores);
  expect([found.length, found[0], found.at(-1)]).toEqual([runners, first, last]);
  expect(found).toEqual([...found].sort((one, other) => one - other));
});

/** The niceness of a session as a whole; null if the system does not tell. */
function sessionOf(pid: number): string | null {
  const file = `/proc/${pid}/autogroup`;
  return existsSync(file) ? (/nice (-?\d+)/u.exec(readFileSync(file, 'utf8'))?.[1] ?? null) : null;
}

describe('a process that is to be nice', () => {
  let child: ChildProcess;
  beforeEach(async () => {
    // In a session of its own, like the rehearsal's processes.
    child = spawn(process.execPath, ['-e', 'console.log(); setInterval(() => {}, 1000)'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout as NodeJS.ReadableStream, 'data');
  });
  const others: ChildProcess[] = [];
  afterEach(() => {
    for (const each of [child, ...others.splice(0)]) each.kill('SIGKILL');
  });

  const session = (): string | null => sessionOf(child.pid ?? 0);

  test('is nice within its session and, as soon as Linux accepts it, as a session', async () => {
    const asIs = session();
    // Whoever runs the tests may be nice already, and only root can lower niceness.
    beNice(child.pid, 17);
    expect(os.getPriority(child.pid)).toBe(17);
    while (asIs !== null && session() !== '17') await new Promise((resolve) => setTimeout(resolve, 20));
  });

  test('becomes so by itself where many are set at once, however seldom the system accepts it', async () => {
    for (let count = 0; count < 5; count += 1)
      others.push(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' }));
    // If the system has no niceness of sessions there is nothing to wait for.
    const niceOf = (pid = 0): string => sessionOf(pid) ?? '19';
    for (const { pid } of others) beNice(pid, 19);
    while (others.some(({ pid }) => niceOf(pid) !== '19')) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  test('is left alone if its niceness is to be 0', () => {
    const before = [os.getPriority(child.pid), session()];
    beNice(child.pid, 0);
    expect([os.getPriority(child.pid), session()]).toEqual(before);
  });

  test('may be gone, or never have existed', async () => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    expect(() => beNice(child.pid, 7)).not.toThrow();
    expect(() => beNice(undefined, 7)).not.toThrow();
  });
});
