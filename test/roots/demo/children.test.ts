import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Child, startChild } from '../../../src/roots/demo/children.ts';
import { SAYINGS } from '../../../src/roots/sayings/index.ts';

/** What a process of ours looks like from outside: it says when it is ready, and ends with its standard input. */
const POLITE = `
  process.stdin.on('close', () => process.exit(0)).resume();
  process.stdout.write(JSON.stringify({ ready: true, pid: process.pid, told: process.env.TOLD }) + '\\n');
`;

describe('a process that the rehearsal starts', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'certops-children-'));
  const children: Child[] = [];
  const said: string[] = [];

  const start = (code: string, more: { restart?: boolean; needs?: Child } = {}): Child => {
    const script = path.join(folder, `${children.length}.mjs`);
    writeFileSync(script, code);
    const log = path.join(folder, 'log', `${children.length}.log`);
    const child = startChild({
      name: 'child',
      script,
      args: [],
      env: { TOLD: 'this' },
      log,
      restart: more.restart ?? false,
      said: (sentence) => void said.push(sentence),
      ...(more.needs === undefined ? {} : { needs: more.needs }),
    });
    children.push(child);
    return child;
  };
  const pidOf = async (child: Child): Promise<number> => Number((await child.ready).pid);
  const gone = async (pid: number): Promise<void> => {
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  };

  afterEach(() => void said.splice(0));
  afterAll(async () => {
    for (const child of children) await child.end();
    rmSync(folder, { recursive: true, force: true });
  });

  test('passes on what it prints when it is ready, and gets its environment', async () => {
    expect(await start(POLITE).ready).toMatchObject({ ready: true, told: 'this' });
  });

  test('ends when its standard input is closed, and not before', async () => {
    const child = start(POLITE);
    const pid = await pidOf(child);
    expect(isAlive(pid)).toBe(true);
    await child.end();
    expect(isAlive(pid)).toBe(false);
    expect(said).toEqual([]);
  });

  test('may print lines that are not JSON, or say something else', async () => {
    const child = start(`console.log('hello'); console.log('{"ready":false}'); console.log('null'); ${POLITE}`);
    expect(await child.ready).toMatchObject({ ready: true });
  });

  test('is named with its log if it ends before it is ready', async () => {
    const child = start(`console.error('no disk'); process.exit(1);`);
    await expect(child.ready).rejects.toMatchObject({ code: 'ChildNotReady', data: { name: 'child' } });
    const { log } = (await child.ready.catch((error) => error)).data;
    expect(readFileSync(log, 'utf8')).toContain('no disk');
  });

  test('is told to look at the disk if it could not even write why it ended', async () => {
    const child = start('process.exit(1);');
    const { data } = await child.ready.catch((error) => error);
    expect(SAYINGS.ChildNotReady?.say(data)).toMatch(
      /could write nothing to .*\.log, so see whether the disk is full\.$/u,
    );
    expect(said.join()).toContain('whether the disk is full');
  });

  test('is not started again for ever if it fails, and that is said', async () => {
    const child = start(`console.error('again'); process.exit(3);`, { restart: true });
    await expect(child.ready).rejects.toMatchObject({ code: 'ChildNotReady' });
    expect(said.slice(0, -1)).toEqual(Array(4).fill('child ended (3) and is started again.'));
    expect(said.at(-1)).toMatch(/^child ended \(3\) and is not started again: .*\.log says why\. npm start /u);
  });

  test('is started again without a word if it finds a predecessor still there', async () => {
    const mark = path.join(folder, 'mark');
    const child = start(`
      import { existsSync, writeFileSync } from 'node:fs';
      if (!existsSync(${JSON.stringify(mark)})) { writeFileSync(${JSON.stringify(mark)}, ''); process.exit(75); }
      ${POLITE}
    `);
    expect(await child.ready).toMatchObject({ ready: true });
    expect(existsSync(mark)).toBe(true);
    expect(said).toEqual([]);
  });

  test('is started again if it is killed, and that is said', async () => {
    const file = path.join(folder, 'pid');
    const child = start(
      `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(file)}, String(process.pid)); ${POLITE}`,
      { restart: true },
    );
    const first = await pidOf(child);
    process.kill(first, 'SIGKILL');
    await gone(first);
    while (readFileSync(file, 'utf8') === String(first)) await new Promise((resolve) => setTimeout(resolve, 10));
    const how = process.platform === 'win32' ? '1' : 'SIGKILL';
    expect(said).toEqual([`child ended (${how}) and is started again.`]);
    await child.end();
    expect(isAlive(Number(readFileSync(file, 'utf8')))).toBe(false);
  });

  test('is started again although the machine that it keeps alive has ended for good', async () => {
    const machine = start(POLITE);
    const file = path.join(folder, 'alone');
    const runner = start(
      `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(file)}, String(process.pid)); ${POLITE}`,
      { restart: true, needs: machine },
    );
    const [machinePid, first] = [await pidOf(machine), await pidOf(runner)];
    process.kill(machinePid, 'SIGKILL');
    while (machine.input() !== null) await new Promise((resolve) => setTimeout(resolve, 10));
    process.kill(first, 'SIGKILL');
    while (readFileSync(file, 'utf8') === String(first)) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(isAlive(Number(readFileSync(file, 'utf8')))).toBe(true);
  });

  test('stays, if it is a machine, while a runner on it still finishes, even when whoever started them is gone', async () => {
    const heard = path.join(folder, 'heard');
    const machine = start(
      `import { writeFileSync } from 'node:fs'; ${POLITE}
      process.stdin.on('data', () => writeFileSync(${JSON.stringify(heard)}, ''));`,
    );
    const runner = start(
      `import { writeSync } from 'node:fs'; ${POLITE} process.stdin.on('data', (bytes) => writeSync(3, bytes));`,
      { needs: machine },
    );
    const [machinePid, runnerPid] = [await pidOf(machine), await pidOf(runner)];
    // This is what a kill -9 of the parent does to the pipe: it is closed here, and the runner still holds it.
    machine.input()?.destroy();
    // What the runner passes on afterwards arrives, so the machine has seen no end before it.
    runner.input()?.write('still here');
    while (isAlive(machinePid) && !existsSync(heard)) await new Promise((resolve) => setTimeout(resolve, 10));
    expect([existsSync(heard), isAlive(machinePid)]).toEqual([true, true]);
    await runner.end();
    await gone(machinePid);
    expect(isAlive(runnerPid)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
