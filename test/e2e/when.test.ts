import { jest } from '@jest/globals';
import type { LabOptions } from '../../infra/lab/index.ts';
import type { PlanView } from '../../src/domain/views/view.ts';
import type { ChangeWindow } from '../../src/domain/when/windows.ts';
import { expectNew } from './ends.ts';
import { type E2e, MASTER, openLab, saidOf, startE2e } from './rig.ts';
import { type World, worldOf } from './world.ts';

// After a leap of the clock a runner is trusted again at its next hello, up to fifteen seconds later.
jest.setTimeout(300_000);

const MINUTE = 60_000;
const LENGTH_MS = 40 * MINUTE;

let opened: Awaited<ReturnType<typeof openLab>>;
let rig: E2e;
let before: World;
/** When the farm's window opens. Milliseconds since 1970. */
let opensAt: number;

afterEach(async () => {
  await rig.stop();
  await opened.end();
});

/** A farm whose one change window opens in half an hour, and a lab in which everybody is connected. */
async function ready(lab: Partial<LabOptions> = {}): Promise<void> {
  opened = await openLab(lab);
  before = worldOf(opened.lab);
  opensAt = Math.ceil((Date.now() + 30 * MINUTE) / MINUTE) * MINUTE;
  const at = new Date(opensAt);
  const cron = `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`;
  const windows: readonly ChangeWindow[] = [{ cron, lengthMs: LENGTH_MS, zone: 'UTC' }];
  rig = await startE2e(opened.lab, { farm: { windows } });
}

const planCard = (): PlanView | undefined =>
  rig.chat.cards().findLast((view) => view.kind === 'plan') as PlanView | undefined;
const applied = (): number => rig.rotation().orders.filter(({ kind }) => kind === 'apply').length;

/** Approved, and waiting for its window: no machine has an order, and nothing has changed on any. */
async function waiting(): Promise<void> {
  await rig.approved();
  await rig.until(() => planCard()?.when.waits != null);
  expect(planCard()?.when.from).toBe(new Date(opensAt).toISOString());
  expectUntouched();
}

function expectUntouched(): void {
  expect(applied()).toBe(0);
  expect(worldOf(opened.lab)).toEqual(before);
}

/** Moves the clocks of bot and machines to this long after the window has opened. */
const passTo = (afterMs: number): Promise<void> => rig.pass(opensAt + afterMs - rig.now());

test.each([
  ['a master and its workers', {}],
  ['a machine that is both, and a worker', { onebox: true, workers: 1 }],
])('an approved rotation of %s waits for its window, looks again, and is proved in it', async (_who, lab) => {
  await ready(lab);
  await waiting();
  await passTo(MINUTE);
  expect((await rig.closed(120_000)).outcome).toBe('proved');
  expect(rig.rotation().start?.checks.start).toMatchObject({ moved: [], unseen: [] });
  await expectNew(opened.lab, rig, before);
});

test('what somebody changed on the master meanwhile is named at the start, and approval is asked anew for what is there', async () => {
  await ready();
  await waiting();
  const { host } = opened.lab.machine(MASTER);
  host.setBindings(host.state.bindings.map((one) => ({ ...one, appId: '{00000000-0000-0000-0000-000000000001}' })));
  host.save();
  before = worldOf(opened.lab);
  await passTo(MINUTE);
  await rig.until(() => rig.rotation('prod-1').closed !== null, 120_000);
  expect(rig.rotation('prod-1').closed).toMatchObject({
    outcome: 'refused',
    data: { code: 'FactsMoved', host: MASTER },
  });
  await rig.until(() => rig.state().rotations['prod-2']?.plan != null);
  expectUntouched();
  await rig.vote('ana');
  await rig.vote('tom');
  expect((await rig.closed(120_000)).outcome).toBe('proved');
  await expectNew(opened.lab, rig, before);
});

describe('a freeze over the start of a window', () => {
  test('holds what was approved, and releases it when it is lifted', async () => {
    await ready();
    await waiting();
    expect(saidOf(await rig.type('tom', '/ssis freeze prod until 60 minutes because Quarter end'))).toContain('frozen');
    await rig.until(() => planCard()?.when.waits?.held != null);
    await passTo(MINUTE);
    // The runners are heard again by then, so that only the freeze holds it.
    await rig.until(() => rig.heard());
    expectUntouched();
    await rig.type('tom', '/ssis unfreeze prod');
    expect((await rig.closed(120_000)).outcome).toBe('proved');
    await expectNew(opened.lab, rig, before);
  });

  test('refuses a request for now, and lets one that waits begin after it', async () => {
    await ready();
    await rig.type('tom', '/ssis freeze prod until 45 minutes because Quarter end');
    expect(saidOf(await rig.type('mei', '/ssis rotate-master now because Yearly'))).toEqual(['refused.frozen']);
    expect(rig.state().order).toEqual([]);
    await rig.approved();
    await rig.until(() => planCard()?.when.waits != null);
    expectUntouched();
    await passTo(20 * MINUTE);
    expect((await rig.closed(120_000)).outcome).toBe('proved');
    await expectNew(opened.lab, rig, before);
  });
});

test('outside its windows, a rotation that was requested for now begins at once', async () => {
  await ready();
  await rig.type('mei', '/ssis rotate-master now because It cannot wait');
  await rig.planned();
  await rig.vote('ana');
  await rig.vote('tom');
  expect((await rig.closed()).outcome).toBe('proved');
  expect(rig.now()).toBeLessThan(opensAt);
  await expectNew(opened.lab, rig, before);
});
