import { fallbackText } from '../../../../cards/fallback-text.ts';
import { sinceUndone } from '../../../../src/app/bot/views/closed/since-undone.ts';
import { unseenUndone } from '../../../../src/domain/next/unseen-since.ts';
import type { OrderState } from '../../../../src/domain/rotation/rotation.ts';
import type { ClosedView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig } from '../rig.ts';

const WORKER = 'sqlw01';

let rig: BotRig;
beforeEach(async () => {
  rig = await createBotRig();
  await rig.start();
});
afterEach(() => rig.stop());

const heads = (): readonly { readonly id: string; readonly data: object }[] =>
  rig.chat.notes
    .flatMap(({ notice }) => (notice.kind === 'notice' ? notice.messages : []))
    .filter(({ id }) => id === 'note.undone-by-hand');
const ended = (): ClosedView => {
  const found = rig.chat.cards().findLast((view) => view.kind === 'closed');
  if (found === undefined) throw new Error('no card tells of an end');
  return found;
};

async function done(): Promise<void> {
  await rig.approved();
  await rig.closed();
  await rig.pass(60_000);
}

describe('What a person puts back at a machine after a rotation is done', () => {
  test('is on its card, and is reported below it once, as soon as the runner reports', async () => {
    await done();
    const before = ended();
    expect(before.outcome).toBe('proved');
    await rig.undoHere(WORKER);
    await rig.until(() => heads().length > 0, 60_000);
    await rig.pass(120_000);
    expect(heads()).toMatchObject([{ data: { id: 'prod-1', hosts: [WORKER], sure: expect.any(Boolean) } }]);
    expect(ended()).toMatchObject({ outcome: 'proved', gaps: before.gaps, evidence: before.evidence });
    expect(ended().next).toMatchObject([{ id: 'next.undone-by-hand', data: { hosts: [WORKER] } }]);
    expect(ended().presented).toEqual(before.presented);
    // What the master presents is as it was.
    expect(ended().undone).toBeUndefined();
  });

  test('is looked at soon, once: the look shows what the worker pins now, and the channel is offered a reconnect of it', async () => {
    await done();
    const pinned = () => rig.state().latest[WORKER]?.worker?.masterThumbprint;
    expect(pinned()).not.toBe(rig.world.old.thumbprint);
    await rig.undoHere(WORKER);
    await rig.until(() => pinned() === rig.world.old.thumbprint, 180_000);
    const isOffered = (): boolean =>
      rig.chat
        .cards()
        .some(
          (view) => view.kind === 'notice' && view.actions.some(({ data }) => data.request === `reconnect ${WORKER}`),
        );
    await rig.until(isOffered, 60_000);
    const looks = () => rig.disk.lines.filter(({ line: { entry } }) => entry.type === 'ordered').length;
    const before = looks();
    await rig.pass(240_000);
    expect(looks()).toBe(before);
  });

  test('is looked at once nothing more is reported, and not between two of its stages', async () => {
    await done();
    await rig.undoHere('sqlm01');
    await rig.until(() => heads().length > 0, 60_000);
    const state = rig.state();
    const last = Math.max(...rig.rotation().orders.map(({ undoneAt }) => Date.parse(undoneAt ?? '1970-01-01')));
    expect(unseenUndone(state, last + 5_000)).toEqual([]);
    expect(unseenUndone(state, last + 60_000)).toEqual(['sqlm01']);
  });

  test('at the master takes the place of what it presents', async () => {
    await done();
    const before = ended();
    await rig.undoHere('sqlm01');
    await rig.until(() => heads().length > 0, 60_000);
    expect(ended()).toMatchObject({ presented: null, goodUntil: null, gaps: before.gaps, undone: true });
    expect(fallbackText(ended(), 'en', 'UTC')).toContain('prod ran on its new master certificate when this ended.');
    expect(fallbackText(ended(), 'zh-CN', 'UTC')).toContain('prod 在结束时使用新的 Master 证书');
    expect(ended().next).toMatchObject([
      { id: 'next.undone-by-hand', data: { hosts: ['sqlm01'] } },
      { id: 'next.pins-new', data: { hosts: ['sqlw01', 'sqlw02'] } },
    ]);
  });

  test('at a worker that had been given a certificate of its own shows in the title', async () => {
    await rig.type('mei', `/ssis rotate-worker ${WORKER} because Yearly`);
    await rig.planned();
    for (const who of ['ana', 'tom']) await rig.vote(who);
    await rig.closed();
    await rig.pass(60_000);
    expect(fallbackText(ended(), 'en', 'UTC')).toContain('sqlw01 runs on its new certificate.');
    await rig.undoHere(WORKER);
    await rig.until(() => heads().length > 0, 60_000);
    expect(fallbackText(ended(), 'en', 'UTC')).toContain('sqlw01 ran on its new certificate when this ended.');
    expect(fallbackText(ended(), 'zh-CN', 'UTC')).toContain('sqlw01 在结束时使用新证书');
  });

  test('at the master, which takes away its trust in a worker, leaves that worker’s certificate in the title', async () => {
    await rig.type('mei', `/ssis rotate-worker ${WORKER} because Yearly`);
    await rig.planned();
    for (const who of ['ana', 'tom']) await rig.vote(who);
    await rig.closed();
    await rig.pass(60_000);
    await rig.undoHere('sqlm01');
    await rig.until(() => heads().length > 0, 60_000);
    expect(ended().next[0]).toMatchObject({ id: 'next.undone-by-hand', data: { hosts: ['sqlm01'] } });
    expect(fallbackText(ended(), 'en', 'UTC')).toContain('sqlw01 runs on its new certificate.');
  });

  test('at the master names for a reconnect the workers that followed it, and not one that was put back by hand as well', async () => {
    await done();
    await rig.undoHere('sqlm01');
    await rig.undoHere(WORKER);
    await rig.until(() => ended().next[0]?.data.hosts?.toString() === 'sqlm01,sqlw01', 120_000);
    expect(ended().next).toMatchObject([{}, { id: 'next.pins-new', data: { hosts: ['sqlw02'] } }]);
  });

  test('at the master names for a reconnect also a worker whose own undo is not proved, for it may still name the new one', async () => {
    await done();
    await rig.undoHere('sqlm01');
    await rig.undoHere(WORKER);
    await rig.until(() => ended().next[0]?.data.hosts?.toString() === 'sqlm01,sqlw01', 120_000);
    const rotation = rig.rotation();
    const unproved = ({ host, stage }: OrderState): boolean => host === WORKER && stage === 'workers';
    expect(rotation.orders.filter(unproved)).toHaveLength(1);
    const orders = rotation.orders.map((one) => (unproved(one) ? { ...one, outcome: 'unknown' as const } : one));
    expect(sinceUndone({ ...rotation, orders }, [])).toMatchObject([
      { id: 'next.undone-by-hand', data: { hosts: ['sqlm01', WORKER], sure: false } },
      { id: 'next.pins-new', data: { hosts: [WORKER, 'sqlw02'] } },
    ]);
  });

  test('is on the card of a bot that was restarted meanwhile, and of one that was away', async () => {
    await done();
    await rig.stopBot();
    await rig.undoHere(WORKER);
    await rig.startBot();
    await rig.until(() => heads().length > 0, 60_000);
    await rig.stopBot();
    await rig.startBot();
    await rig.pass(60_000);
    expect(heads()).toHaveLength(1);
    expect(ended().next).toMatchObject([{ id: 'next.undone-by-hand' }]);
  });
});

test('what was put back automatically is not said to be put back by hand', async () => {
  await rig.approved();
  await rig.until(() => rig.rotation().orders.some(({ armedAt }) => armedAt !== null));
  await rig.click('mei', 'stop', { rotation: 'prod-1' });
  await rig.closed();
  await rig.pass(60_000);
  expect(ended().outcome).not.toBe('proved');
  expect(heads()).toEqual([]);
  const before = ended();
  for (const name of ['sqlm01', 'sqlw01']) await rig.undoHere(name);
  await rig.pass(60_000);
  expect(heads()).toEqual([]);
  expect(ended()).toEqual(before);
});

describe('Nothing is said to be put back by hand', () => {
  test('if the old certificate is gone, so that the undo of a person at the master ends without a change', async () => {
    await done();
    const before = ended();
    const machine = rig.world.machines.get('sqlm01');
    machine?.stores.Root.delete(rig.world.old.thumbprint);
    const bound = machine?.bindings.map(({ thumbprint }) => thumbprint);
    expect(await rig.undoHere('sqlm01')).toMatchObject([{ outcome: 'unknown' }]);
    await rig.pass(120_000);
    expect(machine?.bindings.map(({ thumbprint }) => thumbprint)).toEqual(bound);
    expect(heads()).toEqual([]);
    expect(ended()).toMatchObject({ presented: before.presented, goodUntil: before.goodUntil });
  });

  test.each([
    ['sqlm01', 'started'],
    ['sqlm01', 'switched'],
    ['sqlw01', 'accepted'],
    ['sqlw01', 'armed'],
  ] as const)('if the folder of %s is restored from a copy whose newest line is %s', async (name, newest) => {
    await done();
    const before = ended();
    await rig.pass(600_000);
    await rig.stopRunner(name);
    const lines = rig.runnerDisks.get(name)?.lines ?? [];
    lines.splice(lines.findLastIndex(({ line: { entry } }) => entry.type === newest) + 1);
    expect(lines.length).toBeGreaterThan(0);
    await rig.startRunner(name);
    await rig.pass(240_000);
    expect(heads()).toEqual([]);
    expect(ended()).toMatchObject({ presented: before.presented, outcome: 'proved' });
  });
});

test('what is put back by hand is reported even for a rotation that many dry runs have come after', async () => {
  await done();
  for (let n = 2; n <= 12; n += 1) {
    await rig.type('mei', '/ssis plan rotate-master');
    await rig.closed(`prod-${n}`);
  }
  await rig.undoHere(WORKER);
  await rig.pass(60_000);
  expect(heads()).toMatchObject([{ data: { id: 'prod-1', hosts: [WORKER] } }]);
  const card = rig.chat.cards().findLast((view) => view.kind === 'closed' && view.id === 'prod-1') as ClosedView;
  expect(card.next).toMatchObject([{ id: 'next.undone-by-hand', data: { hosts: [WORKER] } }]);
});

describe('What a person puts back at one machine when another was left behind', () => {
  const LEFT = { id: 'next.left-behind', data: { hosts: ['sqlw02'] } };
  const undoneAt = (name: string) => ({ id: 'next.undone-by-hand', data: { hosts: [name] } });
  const follows = () => rig.rotation().orders.findLast(({ host, stage }) => host === 'sqlw02' && stage === 'workers');

  beforeEach(async () => {
    await rig.stop();
    rig = await createBotRig({ farm: { gap: { limitMs: 60_000, leaveBehind: 1, canary: 1, concurrency: 50 } } });
    await rig.start();
    await rig.approved();
    await rig.until(() => follows()?.armedAt != null);
    await rig.stopRunner('sqlw02');
    await rig.closed();
    await rig.pass(60_000);
    expect(ended().next).toMatchObject([{ id: 'next.old-stays' }, LEFT]);
  });

  test('does not hide who is still cut off', async () => {
    await rig.undoHere(WORKER);
    await rig.until(() => heads().length > 0, 60_000);
    expect(ended().next).toMatchObject([undoneAt(WORKER), LEFT]);
  });

  test('leaves no worker called cut off that still follows what the master has gone back to', async () => {
    expect(ended().why).toMatchObject({ id: 'why.left' });
    await rig.undoHere('sqlm01');
    await rig.until(() => heads().length > 0, 60_000);
    expect(ended().next).toMatchObject([undoneAt('sqlm01'), { id: 'next.pins-new', data: { hosts: [WORKER] } }]);
    expect(ended().why).toBeNull();
    expect(JSON.stringify(ended().gaps)).not.toContain('"still":true');
  });

  test('still names the one left behind as cut off if it was put back there, for its master has not gone back', async () => {
    await rig.startRunner('sqlw02');
    await rig.pass(60_000);
    await rig.undoHere('sqlw02');
    await rig.until(() => heads().length > 0, 60_000);
    expect(ended().next).toMatchObject([undoneAt('sqlw02'), LEFT]);
  });
});
