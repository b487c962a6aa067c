import { jest } from '@jest/globals';
import type { Lab } from '../../infra/lab/index.ts';
import { describeWithServer } from '../infra/redis/test-redis.ts';
import { ensureBuilt } from './demo-process.ts';
import { expectConnected } from './ends.ts';
import { type Change, killAtEach, killBehindEach } from './kills.ts';
import { type Processes, startProcesses } from './processes.ts';
import { MASTER, openLab } from './rig.ts';
import { type World, worldOf } from './world.ts';

jest.setTimeout(300_000);

let opened: Awaited<ReturnType<typeof openLab>>;
let lab: Lab;
let farm: Processes;
let before: World;
let old: string;

beforeAll(() => ensureBuilt());
/** A farm that was rotated, with a removal that waits for approval. */
beforeEach(async () => {
  opened = await openLab();
  lab = opened.lab;
  farm = await startProcesses(lab);
  await farm.ask();
  await farm.approve();
  expect((await farm.closed()).outcome).toBe('proved');
  old = farm.rotation().plan?.header.old?.thumbprint.toLowerCase() ?? '';
  before = worldOf(lab);
  await farm.ask('/ssis retire prod compromised because The old key was on a lost backup');
  expect(farm.rotation().closed).toBeNull();
});
afterEach(async () => {
  await farm.stop();
  await opened.end();
});

const CHANGES: readonly Change[] = [
  [MASTER, 'certutil-delkey'],
  [MASTER, 'certutil-delstore'],
  ['sqlw01', 'certutil-delstore'],
  ['sqlw02', 'certutil-delstore'],
];

/** The old certificate is gone with its key, and nothing else is. */
async function expectGone(): Promise<void> {
  const after = worldOf(lab);
  for (const { name } of lab.hosts) {
    const was = before[name];
    const without = (all: readonly string[] = []) => all.filter((one) => !one.includes(old));
    expect(was?.certificates.some((one) => one.includes(old))).toBe(true);
    expect(after[name]).toEqual({ ...was, certificates: without(was?.certificates), keys: without(was?.keys) });
  }
  const presented = lab.machine(MASTER).host.state.bindings[0]?.thumbprint.toUpperCase();
  await expectConnected(lab, farm, presented);
}

describeWithServer('A runner that is killed during a removal', () => {
  test('after each removal, with the tool and before it knew of it, continues when it is started again', async () => {
    expect(await killAtEach(farm, 'hangs-after', true, CHANGES)).toBe(CHANGES.length);
    expect((await farm.closed()).outcome).toBe('proved');
    await expectGone();
  });

  test('after each line "started" of its journal continues when it is started again', async () => {
    await killBehindEach(farm, 'started');
    expect(farm.rotation().closed?.outcome).toBe('proved');
    await expectGone();
  });
});
