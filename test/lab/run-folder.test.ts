import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openChannel } from '../../infra/lab/channel/daemon.ts';
import { leaveRunFolder, makeRunFolder } from '../../infra/lab/channel/run-folder.ts';

const labs: string[] = [];
const newLab = (): string => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'run-folder-'));
  labs.push(folder);
  return folder;
};

afterAll(() => {
  for (const folder of labs) rmSync(folder, { recursive: true, force: true });
});

/** Whether this system has a place in memory for us; elsewhere there is only the lab's own folder. */
function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
const hasMemory = canWrite('/dev/shm');
const isInMemory = (folder: string): boolean => folder.startsWith('/dev/shm/');

describe('The folder where shims and daemon meet', () => {
  test('holds pipes that only its owner may use, in memory where there is such a place', () => {
    const place = makeRunFolder(newLab());
    expect(lstatSync(place).mode & 0o777).toBe(0o700);
    expect(lstatSync(path.join(place, 'ring')).isFIFO()).toBe(true);
    expect(isInMemory(place)).toBe(hasMemory);
    leaveRunFolder(place);
  });

  test('is the same at each start of a lab, and different for each lab', () => {
    const [one, other] = [newLab(), newLab()];
    const places = [makeRunFolder(one), makeRunFolder(one), makeRunFolder(other)];
    expect(new Set(places).size).toBe(2);
    for (const place of places) leaveRunFolder(place);
  });

  test('is cleared when the lab ends, and removed if it is in memory', () => {
    const channel = openChannel({ folder: newLab(), handle: async () => ({ code: 0, bytes: Buffer.alloc(0) }) });
    expect(existsSync(path.join(channel.runFolder, 'pid'))).toBe(true);
    channel.close();
    expect(existsSync(path.join(channel.runFolder, 'pid'))).toBe(false);
    expect(isInMemory(channel.runFolder) && existsSync(channel.runFolder)).toBe(false);
  });

  test('is removed by the next lab if its own was killed and deleted', () => {
    const killed = newLab();
    const place = makeRunFolder(killed);
    rmSync(killed, { recursive: true });
    const next = makeRunFolder(newLab());
    expect(existsSync(place)).toBe(false);
    leaveRunFolder(next);
  });

  test('is inside the lab instead where others may enter the usual place', () => {
    const lab = newLab();
    const place = makeRunFolder(lab);
    leaveRunFolder(place);
    mkdirSync(place, { recursive: true });
    chmodSync(place, 0o777);
    const own = makeRunFolder(lab);
    expect(own).toBe(path.join(lab, 'run'));
    expect(isInMemory(place) ? readdirSync(place) : []).toEqual([]);
    rmSync(place, { recursive: true });
  });
});
