import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { askByFile } from '../../../src/roots/runner/here/ask-by-file.ts';
import { watchForUndo } from '../../../src/roots/runner/watch-for-undo.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'certops-undo-'));
const file = path.join(folder, 'UNDO');
const quiet = { info() {}, warn() {} };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A runner that watches the file, with a clock that counts its looks: `looks(n)` resolves after n more. */
function watched(undoHere: (rotation: string) => Promise<readonly never[]>) {
  const asked: string[] = [];
  let count = 0;
  let waiting: { readonly at: number; resolve(): void }[] = [];
  const clock = {
    async sleep() {
      count += 1;
      for (const one of waiting.filter(({ at }) => count >= at)) one.resolve();
      waiting = waiting.filter(({ at }) => count < at);
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
  };
  const runner = {
    undoHere: (rotation: string) => {
      asked.push(rotation);
      return undoHere(rotation);
    },
  };
  const stop = watchForUndo(file, runner, quiet, clock);
  const looks = (more: number) => new Promise<void>((resolve) => waiting.push({ at: count + more, resolve }));
  return { asked, looks, stop };
}

describe('A runner that is asked by a file to put back', () => {
  test('does it, and removes the file when it is done', async () => {
    const wasThere: boolean[] = [];
    const { asked, looks, stop } = watched(async () => {
      wasThere.push(existsSync(file));
      return [];
    });
    writeFileSync(file, 'prod-17\n');
    while (existsSync(file)) await looks(1);
    await stop();
    expect([asked, wasThere]).toEqual([['prod-17'], [true]]);
  });

  test('keeps a file that cannot be read at the moment, and does what it asks for once it can', async () => {
    // It cannot be read, like a file that a virus scanner holds.
    mkdirSync(file);
    const { asked, looks, stop } = watched(async () => []);
    await looks(3);
    expect([existsSync(file), asked]).toEqual([true, []]);
    rmdirSync(file);
    writeFileSync(file, 'prod-17');
    while (existsSync(file)) await looks(1);
    await stop();
    expect(asked).toEqual(['prod-17']);
  });

  test('does both where another is asked for during the first', async () => {
    const { asked, looks, stop } = watched(async (rotation) => {
      if (rotation === 'prod-17') writeFileSync(file, 'prod-18');
      return [];
    });
    writeFileSync(file, 'prod-17');
    while (existsSync(file)) await looks(1);
    await stop();
    expect(asked).toEqual(['prod-17', 'prod-18']);
  });

  test('does both where two ask between two of its looks, and answers each only once its own is done', async () => {
    const done: string[] = [];
    const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
    const told = async (rotation: string) => {
      await askByFile(file, rotation, { now: () => 0, sleep: turn });
      return done.includes(rotation);
    };
    const first = told('prod-17');
    while (!existsSync(file)) await turn();
    const second = told('prod-18');
    for (let turns = 0; turns < 5; turns += 1) await turn();
    const { stop } = watched(async (rotation) => {
      done.push(rotation);
      return [];
    });
    expect(await Promise.all([first, second])).toEqual([true, true]);
    expect(done).toEqual(['prod-17', 'prod-18']);
    await stop();
  });

  test('does both where two ask at the same moment, and leaves nothing behind', async () => {
    const done: string[] = [];
    const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
    const told = async (rotation: string) => {
      await askByFile(file, rotation, { now: () => 0, sleep: turn });
      return done.includes(rotation);
    };
    const asked = ['prod-17', 'prod-18', 'prod-17'].map(told);
    while (!existsSync(file)) await turn();
    for (let turns = 0; turns < 5; turns += 1) await turn();
    const { stop } = watched(async (rotation) => {
      done.push(rotation);
      return [];
    });
    expect(await Promise.all(asked)).toEqual([true, true, true]);
    await stop();
    expect(done.toSorted()).toEqual(['prod-17', 'prod-17', 'prod-18']);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('does both where a scanner keeps the file of one from being placed, and another asks meanwhile', async () => {
    const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
    let isHeld = false;
    const held = async (): Promise<void> => {
      if (!isHeld) writeFileSync(file, 'prod-18');
      isHeld = true;
      throw Object.assign(new Error('held'), { code: 'EBUSY' });
    };
    const asking = askByFile(file, 'prod-17', { now: () => 0, sleep: turn }, held);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const { asked, stop } = watched(async () => []);
    await asking;
    await stop();
    expect([asked, readdirSync(folder)]).toEqual([['prod-18', 'prod-17'], []]);
  });

  test('does it where the disk has no hard links', async () => {
    const { asked, stop } = watched(async () => []);
    const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
    const none = async (): Promise<void> => {
      throw Object.assign(new Error('no links here'), { code: 'ENOTSUP' });
    };
    await askByFile(file, 'prod-17', { now: () => 0, sleep: turn }, none);
    await stop();
    expect([asked, readdirSync(folder)]).toEqual([['prod-17'], []]);
  });

  test('is given up by whoever asks once ten minutes have passed', async () => {
    writeFileSync(file, 'prod-17');
    let now = 0;
    const clock = {
      now: () => now,
      async sleep() {
        now += 60_000;
      },
    };
    await expect(askByFile(file, 'prod-18', clock)).rejects.toMatchObject({ code: 'UndoNotTaken', data: { file } });
    expect(now).toBe(660_000);
    rmSync(file);
  });

  test('leaves the file for its next start if it is ended before it is done', async () => {
    let end = (): void => {};
    const { asked, stop } = watched(
      () =>
        new Promise((resolve) => {
          end = () => resolve([]);
        }),
    );
    writeFileSync(file, 'prod-17');
    while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const stopped = stop();
    end();
    await stopped;
    expect(existsSync(file)).toBe(true);
    rmSync(file);
  });
});
