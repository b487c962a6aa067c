import { emptyDisk } from '../../../../adapters/memory/journal.ts';
import type { BotEntry } from '../../../../src/domain/journal/entries.ts';
import { type BotRig, createBotRig } from '../rig.ts';

const MASTER = 'sqlm01';
const CANARY = 'sqlw01';
const OTHER = 'sqlw02';

let rig: BotRig;
afterEach(() => rig?.stop());

const pinned = () => rig.world.machines.get(CANARY)?.settings.worker?.MasterHttpsCertThumbprint;
const told = () => rig.chat.cards().flatMap((view) => (view.kind === 'notice' ? view.messages : []));

/** Bot and canary are copies now: the bot's of when it had planned, the canary's of when it had taken its order. */
async function bothRestored(): Promise<void> {
  const apply = (host: string, name: string) =>
    rig.rotation().orders.find((one) => one.host === host && one.stage === name && one.kind === 'apply');
  await rig.approved();
  await rig.until(() => apply(MASTER, 'master')?.status === 'accepted');
  await rig.until(() => apply(CANARY, 'workers')?.switchedAt != null);
  await rig.stopRunner(CANARY);
  await rig.stopBot();
  const lines = rig.runnerDisks.get(CANARY)?.lines ?? [];
  const taken = lines.findIndex(
    ({ line: { entry } }) => entry.type === 'accepted' && JSON.parse(entry.order.body).stage === 'workers',
  );
  lines.splice(taken + 1);
  const copy = emptyDisk<BotEntry>();
  copy.lines.push(
    ...rig.disk.lines.slice(0, rig.disk.lines.findIndex(({ line }) => line.entry.type === 'planned') + 1),
  );
  await rig.startRunner(CANARY);
  await rig.startBot(copy);
}

test('A worker that neither it nor the bot knows to have followed is found cut off minutes after both were restored', async () => {
  rig = await createBotRig();
  await rig.start();
  await bothRestored();
  await rig.closed();
  await rig.pass(4 * 60_000);
  expect(pinned()).not.toBe(rig.world.old.thumbprint);
  expect(told()).toContainEqual({
    id: 'told.out-of-line',
    data: expect.objectContaining({ host: CANARY, master: MASTER, presented: rig.world.old.thumbprint }),
  });
});

test('After a bot was restored each machine is looked at once more, when what was under way must have ended', async () => {
  rig = await createBotRig();
  await rig.start();
  await bothRestored();
  await rig.closed();
  const looks = () => [MASTER, CANARY, OTHER].map((name) => rig.state().latest[name]?.at ?? '');
  const before = looks();
  await rig.pass(2 * 60_000);
  expect(looks()).toEqual(before);
  await rig.pass(2 * 60_000);
  const after = looks();
  expect(after.map((at, index) => at > (before[index] ?? ''))).toEqual([true, true, true]);
  // The worker that is cut off is looked at further, together with its master.
  await rig.pass(20 * 60_000);
  expect(looks()[2]).toBe(after[2]);
});
