import type { ClosedView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig } from '../rig.ts';

const MASTER = 'sqlm01';
const HOUR_MS = 3_600_000;

let rig: BotRig;
afterEach(() => rig.stop());

const switchOf = () => rig.rotation().orders.find(({ host, stage }) => host === MASTER && stage === 'master');
const why = () => (rig.chat.cards().findLast((view) => view.kind === 'closed') as ClosedView).why;

/** A worker does not follow, and the master's runner starts again while it waits for that. */
async function restartInOutage(byMs: number): Promise<void> {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.until(() => switchOf() !== undefined);
  await rig.stopRunner('sqlw01');
  await rig.until(() => switchOf()?.switchedAt != null);
  await rig.stopRunner(MASTER);
  rig.skewMs[MASTER] = byMs;
  await rig.startRunner(MASTER);
  await rig.until(() => switchOf()?.code === 'NotConfirmed', 5 * 60_000);
  await rig.startRunner('sqlw01');
  await rig.closed();
  await rig.pass(10_000);
}

test('a master that went back early because its clock was set forward is reported as that', async () => {
  await restartInOutage(HOUR_MS);
  expect(why()).toMatchObject({ data: { host: MASTER, code: 'NotConfirmed', data: { early: expect.any(Number) } } });
});

test('a master that went back at its limit because the bot was away is not reported as having gone back early', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.until(() => switchOf() !== undefined);
  await rig.stopRunner('sqlw01');
  await rig.until(() => switchOf()?.switchedAt != null);
  await rig.stopBot();
  await rig.stopRunner(MASTER);
  await rig.startRunner(MASTER);
  await rig.pass(120_000);
  await rig.startRunner('sqlw01');
  await rig.startBot();
  await rig.closed();
  await rig.pass(10_000);
  expect(switchOf()?.code).toBe('NotConfirmed');
  expect(JSON.stringify([why(), switchOf()?.data])).not.toContain('early');
});

test('a master that went back while the bot was away with its clock set back is reported with the worker that had not followed', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.until(() => switchOf() !== undefined);
  await rig.stopRunner('sqlw01');
  await rig.until(() => switchOf()?.switchedAt != null);
  await rig.stopBot();
  rig.setBotsClock(-30_000);
  await rig.startBot();
  await rig.until(() => switchOf()?.code === 'NotConfirmed', 5 * 60_000);
  await rig.startRunner('sqlw01');
  await rig.closed();
  await rig.pass(10_000);
  expect(switchOf()?.data).not.toHaveProperty('early');
  expect(why()).toMatchObject({ data: { code: 'GapLimitPassed', data: { hosts: ['sqlw01'] } } });
});
