import { renderAdaptiveCard } from '../../../../cards/adaptive-card.ts';
import type { NeedsPersonView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig } from '../rig.ts';

const MASTER = 'sqlm01';
const CANARY = 'sqlw01';
const OTHER = 'sqlw02';

let rig: BotRig;
beforeEach(async () => {
  rig = await createBotRig();
  await rig.start();
});
afterEach(() => rig.stop());

const cards = () => rig.chat.cards().filter(({ kind }) => kind !== 'notice');
const asks = (): boolean => cards().at(-1)?.kind === 'needs-person';
function card(): NeedsPersonView {
  const found = cards().at(-1);
  if (found?.kind !== 'needs-person') throw new Error(`nobody is asked: ${JSON.stringify(rig.summary())}`);
  return found;
}
const ordersTo = (name: string, kind: string) =>
  rig.rotation().orders.filter((order) => order.host === name && order.kind === kind);
const pinned = (name: string) => rig.world.machines.get(name)?.settings.worker?.MasterHttpsCertThumbprint;

/** The canary has followed its master, and the other worker, off meanwhile, has not. */
async function followed(): Promise<void> {
  const stage = (host: string, name: string) =>
    rig.rotation().orders.find((one) => one.host === host && one.stage === name && one.kind === 'apply');
  await rig.approved();
  await rig.until(() => stage(MASTER, 'master')?.status === 'accepted');
  await rig.stopRunner(OTHER);
  await rig.until(() => stage(CANARY, 'workers')?.switchedAt != null);
}

/** Its folder is a copy now, made before (`with`: right after) it took its order of this stage; null: set up anew. */
async function restore(name: string, stage: string | null, more = 0): Promise<void> {
  await rig.stopRunner(name);
  const lines = rig.runnerDisks.get(name)?.lines ?? [];
  const at = lines.findIndex(
    ({ line: { entry } }) => entry.type === 'accepted' && JSON.parse(entry.order.body).stage === stage,
  );
  lines.splice(stage === null ? 0 : at + more);
  await rig.startRunner(name);
}

/** Until a person is asked about this machine only. */
async function goesBack(about: string): Promise<void> {
  await rig.pass(60_000);
  await rig.startRunner(OTHER);
  await rig.until(() => asks() && card().unknown.join() === about);
}

/** All that is asked about now, in the words of the card. */
const asked = (): string => JSON.stringify(renderAdaptiveCard(card(), 'approver', 'en', 'UTC'));

async function choose(verb: 'leave' | 'look'): Promise<void> {
  await rig.click('mei', verb, { rotation: 'prod-1', digest: card().digest });
  if (verb === 'look') return;
  await rig.until(() => card().asked !== null);
  for (const who of ['ana', 'tom']) await rig.click(who, 'approve', { rotation: 'prod-1', digest: card().digest });
}

describe('A worker whose runner was put back from a copy of before its switch, when all goes back,', () => {
  test.each([
    ['before it took its order', 'workers', 0],
    ['right after it took its order', 'workers', 1],
    ['before it had anything of this rotation', null, 0],
  ])('%s: its card says that no further try helps, and what does', async (_, stage, more) => {
    await followed();
    await restore(CANARY, stage, more);
    await goesBack(CANARY);
    expect(pinned(CANARY)).not.toBe(rig.world.old.thumbprint);
    expect(card().why).toMatchObject([
      { id: 'why.host', data: { host: CANARY, code: 'UndoNotRemembered', data: { remedy: 'reconnect' } } },
    ]);
    expect(asked()).toContain(`Leave it behind, then ask for /ssis reconnect ${CANARY}.`);
    await choose('leave');
    await rig.closed();
    expect(rig.rotation().closed).toMatchObject({ outcome: 'put-back', data: { left: [CANARY] } });
  });

  test('is not taken for one if what moved was changed there by somebody, and not by this rotation', async () => {
    await rig.approved();
    await rig.until(() =>
      rig.rotation().orders.some(({ stage, status }) => stage === 'trust' && status === 'finished'),
    );
    await rig.stopRunner(CANARY);
    const worker = rig.world.machines.get(CANARY)?.settings.worker;
    if (worker !== undefined) worker.MasterHttpsCertThumbprint = 'A'.repeat(40);
    await rig.startRunner(CANARY);
    await rig.pass(10 * 60_000);
    expect(JSON.stringify(rig.chat.cards())).not.toContain('UndoNotRemembered');
  });
});

describe('A master whose runner was put back from a copy of before its switch, when all goes back,', () => {
  test.each([
    ['as it was right before', 'master'],
    ['as it was before it had anything of this rotation', null],
  ])('%s: no worker goes back before it is bound by hand, and then all ends', async (_, stage) => {
    const published = rig.world.machines.get(MASTER)?.published;
    await followed();
    const before = rig.world.machines.get(MASTER)?.bindings[0];
    const followedTo = pinned(CANARY);
    await restore(MASTER, stage);
    await goesBack(MASTER);
    expect(card().why).toMatchObject([
      { id: 'why.host', data: { host: MASTER, code: 'UndoNotRemembered', data: { remedy: 'by-hand' } } },
    ]);
    expect(asked()).toContain('Bind the earlier certificate by hand');
    await rig.pass(5 * 60_000);
    expect(ordersTo(CANARY, 'undo')).toEqual([]);
    expect(pinned(CANARY)).toBe(followedTo);
    const machine = rig.world.machines.get(MASTER);
    if (machine === undefined || before === undefined) throw new Error('there is no master');
    machine.bindings = [{ ...before, thumbprint: rig.world.old.thumbprint }];
    machine.published = published ?? null;
    if (machine.settings.master !== undefined) machine.settings.master.SSLCertThumbprint = rig.world.old.thumbprint;
    await choose('look');
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('put-back');
    expect([CANARY, OTHER].map(pinned)).toEqual([rig.world.old.thumbprint, rig.world.old.thumbprint]);
  });
});

test('a master whose runner was set up anew before its switch is not to be bound by hand', async () => {
  await rig.approved();
  await rig.until(() =>
    rig.rotation().orders.some(({ stage, status }) => stage === 'publish' && status === 'finished'),
  );
  await rig.type('mei', '/ssis stop prod-1');
  await restore(MASTER, null);
  await rig.until(() => asks() || rig.rotation().closed !== null);
  expect(asked()).toContain('Leave it behind: what was prepared there stays.');
});

test('a worker that was being reconnected, and whose runner was put back from an older copy, is to be reconnected again', async () => {
  await rig.approved();
  await rig.closed();
  const now = pinned(CANARY);
  const settings = rig.world.machines.get(CANARY)?.settings.worker;
  if (settings === undefined) throw new Error('there is no worker');
  settings.MasterHttpsCertThumbprint = rig.world.old.thumbprint;
  await rig.type('mei', `/ssis reconnect ${CANARY} because it is cut off`);
  await rig.planned('prod-2');
  for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
  await rig.until(() => pinned(CANARY) === now);
  await rig.stopRunner(CANARY);
  await rig.type('mei', '/ssis stop prod-2');
  await rig.until(asks, 10 * 60_000);
  await restore(CANARY, 'reconnect');
  await rig.until(() => asks() && JSON.stringify(card().why).includes('UndoNotRemembered'), 10 * 60_000);
  expect(asked()).toContain(`Leave it behind, then ask for /ssis reconnect ${CANARY}.`);
});
