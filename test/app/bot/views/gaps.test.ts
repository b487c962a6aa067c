import { hostRow } from '../../../../src/app/bot/views/running/host-row.ts';
import type { Envelope } from '../../../../src/domain/letters/protocol.ts';
import type { HostName } from '../../../../src/domain/values.ts';
import type { CardView } from '../../../../src/domain/views/view.ts';
import { closedCard } from '../closed-card.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const WORKERS = ['sqlw01', 'sqlw02'];

const newest = <K extends CardView['kind']>(kind: K): Extract<CardView, { kind: K }> => {
  const view = rig.chat.cards().findLast((one) => one.kind === kind);
  if (view === undefined) throw new Error(`no card ${kind}`);
  return view as Extract<CardView, { kind: K }>;
};

/** The master's service does not start again, on the way forward or back, until somebody has mended it. */
async function untilUnknown(host = 'sqlm01', meanwhile = async (): Promise<void> => {}): Promise<void> {
  rig = await createBotRig();
  await rig.start();
  rig.world.machines.get(host)?.faults.set('service.restart', { kind: 'fail', times: 50 });
  await rig.approved();
  await meanwhile();
  await rig.until(() => rig.chat.cards().at(-1)?.kind === 'needs-person');
  rig.world.machines.get(host)?.faults.delete('service.restart');
}

/** A while after people were asked, they have had all put back. */
async function allPutBack(): Promise<void> {
  await rig.pass(33_000);
  const { digest } = newest('needs-person');
  await rig.click('mei', 'put-back', { rotation: 'prod-1', digest });
  await rig.pass(1_000);
  for (const who of ['ana', 'tom'])
    await rig.click(who, 'approve', { rotation: 'prod-1', digest: newest('needs-person').digest });
  await rig.closed();
  await rig.pass(1_000);
}

const lanes = () => rig.feed()?.timeline?.lanes.filter(({ host }) => WORKERS.includes(host)) ?? [];

/** A rotation that has ended, in which one restart on this machine failed. */
async function failedOnce(host: string): Promise<void> {
  rig = await createBotRig();
  await rig.start();
  rig.world.machines.get(host)?.faults.set('service.restart', { kind: 'fail', times: 1 });
  await rig.approved();
  await rig.closed();
  await rig.pass(1_000);
}

test('while nobody knows how the master stands, nothing says how long its workers have been cut off', async () => {
  await untilUnknown();
  await rig.pass(33_000);
  const workers = newest('needs-person').rows.filter(({ host }) => WORKERS.includes(host));
  expect(workers.map(({ ms, cutOff }) => ({ ms, cutOff }))).toEqual(WORKERS.map(() => ({ ms: [], cutOff: false })));
  expect(lanes().map(({ ms, open }) => ({ ms, open }))).toEqual(WORKERS.map(() => ({ ms: [], open: false })));
});

test('what was put back shows both lengths on its card, and the same ones in the picture', async () => {
  await failedOnce('sqlw02');
  const { gaps } = newest('closed');
  const lane = (name: string) => rig.feed()?.timeline?.lanes.find(({ host }) => host === name)?.ms;
  expect(gaps.map(({ ms }) => ms.length)).toEqual([2, 1]);
  expect(gaps.map(({ host }) => lane(host))).toEqual(gaps.map(({ ms }) => ms));
  expect(lane('sqlm01')).toHaveLength(2);
  const slice = rig.rotation().plan?.slices.find(({ host }) => host === 'sqlm01');
  if (slice === undefined) throw new Error('no part of the plan for sqlm01');
  expect(hostRow(rig.rotation(), slice, 'back', rig.clock.now())).toMatchObject({ ms: lane('sqlm01') });
});

test('a gap that ended only once people had decided was not measured, and the card says so', async () => {
  await untilUnknown();
  await allPutBack();
  expect(newest('closed').gaps.map(({ host, ms, unmeasured }) => ({ host, ms, unmeasured }))).toEqual(
    WORKERS.map((host) => ({ host, ms: [], unmeasured: 'unwatched' })),
  );
  // What was drawn as cut off until a person came says so too.
  const kinds = lanes().map(({ segments }) => segments.map(({ kind }) => kind));
  expect(kinds).toEqual(WORKERS.map(() => ['connected', 'cut', 'cut', 'unknown', 'connected']));
});

test.each([
  ['its runner, which found it stopped', 'stopped', 'measured'],
  ['somebody before its runner came', 'running', 'unwatched'],
] as const)('when a worker came back whose service was started by %s is seen, or not', async (_who, state, how) => {
  const is = (now: 'stopped' | 'running'): void => {
    const service = rig.world.machines.get('sqlw02')?.services.worker;
    if (service === undefined) throw new Error('no worker service');
    service.facts = { ...service.facts, state: now };
  };
  await untilUnknown('sqlw02', async () => {
    await rig.until(() => rig.world.machines.get('sqlw02')?.performed.at(-1)?.type === 'service.restart');
    is('stopped');
  });
  is(state);
  await allPutBack();
  const gap = newest('closed').gaps.find(({ host }) => host === 'sqlw02');
  expect([gap?.unmeasured ?? 'measured', gap?.ms.length]).toEqual([how, how === 'measured' ? 1 : 0]);
  if (how === 'measured') expect(gap?.ms[0]).toBeGreaterThan(33_000);
});

test('a gap of which a time came in before clocks were compared was not measured, and the card says why', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.closed();
  const gapsOf = (unclocked: readonly HostName[]) =>
    closedCard(rig.farm, { ...rig.rotation(), unclocked }, rig.clock.now())?.gaps.map(({ unmeasured }) => unmeasured);
  expect(gapsOf([])).toEqual([undefined, undefined]);
  expect(gapsOf(['sqlw02' as HostName])).toEqual([undefined, 'unclocked']);
  expect(gapsOf(['sqlm01' as HostName])).toEqual(['unclocked', 'unclocked']);
});

test('a worker that seems to be back before it was cut off was not measured: a clock was set meanwhile', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.closed();
  const rotation = rig.rotation();
  const anHourLater = (at: string) => new Date(Date.parse(at) + 3_600_000).toISOString();
  const later = Object.entries(rotation.steps.sqlm01 ?? {}).map(([id, step]) => [
    id,
    { ...step, startedAt: step.startedAt === null ? null : anHourLater(step.startedAt) },
  ]);
  const set = { ...rotation, steps: { ...rotation.steps, sqlm01: Object.fromEntries(later) } };
  const gaps = closedCard(rig.farm, set, rig.clock.now())?.gaps ?? [];
  expect(gaps.map(({ ms, unmeasured }) => ({ ms, unmeasured }))).toEqual(
    WORKERS.map(() => ({ ms: [], unmeasured: 'unclocked' })),
  );
});

test('a worker that its master refused even before has no length of its own on the card, for it was cut off longer', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.closed();
  const rotation = rig.rotation();
  const look = rotation.looks.sqlw01;
  if (look?.worker == null) throw new Error('sqlw01 was not looked at');
  const log = { state: 'refused', at: look.at, line: '403' } as const;
  const { worker } = look;
  const measured = (tcp: boolean | null) => {
    const refused = { ...look, worker: { ...worker, connection: { ...worker.connection, log, tcp } } };
    const changed = { ...rotation, looks: { ...rotation.looks, sqlw01: refused } };
    return closedCard(rig.farm, changed, rig.clock.now())?.gaps.map(({ host }) => host);
  };
  expect(measured(false)).toEqual(['sqlw02']);
  expect(measured(null)).toEqual(['sqlw02']);
  // An old line of its log, which a connection contradicts.
  expect(measured(true)).toEqual(WORKERS);
});

test('status and /ssis alone say that a person is needed, not that the rotation runs', async () => {
  await untilUnknown();
  for (const line of ['status', '']) {
    const said = saidOf(await rig.type('mei', `/ssis ${line}`));
    expect(said).toContain('summary.needs-person');
    expect(said).not.toContain('summary.runs');
  }
  const { digest } = newest('needs-person');
  await rig.click('mei', 'put-back', { rotation: 'prod-1', digest });
  await rig.pass(1_000);
  expect(saidOf(await rig.type('ana', '/ssis'))).toEqual(
    expect.arrayContaining(['summary.waits-for-you', 'summary.needs-person']),
  );
  expect(saidOf(await rig.type('ana', '/ssis status'))).toEqual(
    expect.arrayContaining(['status.waits', 'summary.needs-person']),
  );
});

test('a request whose machines are still being looked at is not said to run', async () => {
  rig = await createBotRig();
  await rig.start();
  rig.post.faults.away = true;
  await rig.type('mei', '/ssis rotate-master');
  expect(saidOf(await rig.type('mei', '/ssis status'))).toContain('summary.looks');
  expect(saidOf(await rig.type('mei', '/ssis'))).toContain('summary.looks');
  rig.post.faults.away = false;
});

test('a master that puts itself back is followed at once, and the gap is measured', async () => {
  await failedOnce('sqlm01');
  const { gaps } = newest('closed');
  expect(gaps.map(({ host }) => host)).toEqual(WORKERS);
  for (const { ms } of gaps) expect(ms).toEqual([expect.any(Number)]);
});

test('a worker that failed, and was proved only after it had gone back with its master, was cut off once', async () => {
  rig = await createBotRig();
  await rig.start();
  rig.world.machines.get('sqlw01')?.faults.set('service.restart', { kind: 'fail', times: 1 });
  await rig.approved();
  const master = () => rig.rotation().orders.find(({ stage, kind }) => stage === 'master' && kind === 'apply');
  await rig.until(() => master()?.switchedAt != null);
  // Its orders are lost, and all is heard: they go back by themselves.
  const { toHost } = rig.post.office;
  Object.assign(rig.post.office, {
    toHost: (host: string, letter: Envelope) => (letter.type === 'order' ? Promise.resolve() : toHost(host, letter)),
  });
  await rig.until(() => master()?.finishedAt != null);
  await rig.clock.sleep(10_000);
  Object.assign(rig.post.office, { toHost });
  await rig.closed();
  await rig.pass(1_000);
  const { gaps } = newest('closed');
  // The other one has followed, alone, and then the way back.
  expect(gaps.map(({ host, ms }) => [host, ms.length])).toEqual([
    ['sqlw01', 1],
    ['sqlw02', 2],
  ]);
});

test.each(WORKERS)(
  'the card of a rotation that was put back because %s was late shows the line from that worker’s log',
  async (name) => {
    rig = await createBotRig();
    await rig.start();
    await rig.approved();
    await rig.until(() => rig.rotation().orders.some(({ switchedAt }) => switchedAt !== null));
    const { Root } = rig.world.machines.get(name)?.stores ?? { Root: new Map() };
    Root.delete(rig.world.machines.get('sqlm01')?.bindings[0]?.thumbprint ?? '');
    await rig.closed();
    await rig.pass(1_000);
    const line = 'The remote certificate is invalid';
    expect(newest('closed').why?.data).toMatchObject({
      code: 'GapLimitPassed',
      data: { hosts: [name], logOf: name, line },
    });
  },
);

test('how long the workers that kept their new certificates were cut off is on the next plan, even if others were put back', async () => {
  rig = await createBotRig({ farm: { gap: { limitMs: 60_000, leaveBehind: 0, canary: 1, concurrency: 1 } } });
  await rig.start();
  rig.world.machines.get('sqlw02')?.faults.set('service.restart', { kind: 'fail', times: 1 });
  await rig.type('mei', '/ssis rotate-worker all because Renewal');
  await rig.planned();
  await rig.pass(1_000);
  expect(newest('plan').gap).toBeNull();
  for (const who of ['ana', 'tom']) await rig.vote(who);
  await rig.closed();
  await rig.pass(1_000);
  const { outcome, gaps } = newest('closed');
  const kept = gaps.find(({ host }) => host === 'sqlw01')?.ms[0];
  expect([outcome, kept]).toEqual(['partly', expect.any(Number)]);
  await rig.type('mei', '/ssis rotate-worker sqlw02 because Renewal');
  await rig.planned('prod-2');
  await rig.pass(1_000);
  expect(newest('plan').gap).toEqual({ minMs: kept, maxMs: kept });
});

test('while a service does not come back, the card says when a person will be asked, and then one is', async () => {
  rig = await createBotRig();
  await rig.start();
  rig.world.machines.get('sqlm01')?.faults.set('service.restart', { kind: 'hang', times: 50 });
  await rig.approved();
  const waits = () => {
    const view = rig.chat.cards().at(-1);
    return view?.kind === 'running' ? view.waiting : null;
  };
  await rig.until(() => waits()?.id === 'waiting.put-back');
  expect(waits()?.data).toMatchObject({ hosts: ['sqlm01'], again: true });
  await rig.until(() => waits()?.data.again === false);
  // It moves on with what is heard meanwhile.
  let until = 0;
  await rig.until(() => {
    const at = waits()?.data.until;
    if (at !== undefined) until = Date.parse(String(at));
    return rig.chat.cards().at(-1)?.kind === 'needs-person';
  });
  expect(rig.clock.now()).toBeLessThanOrEqual(until + 5_000);
  // Its own restart cut off others.
  const asked = rig.chat.cards().at(-1);
  const rows = asked?.kind === 'needs-person' ? asked.rows : [];
  expect(rows.filter(({ cutAt }) => cutAt !== undefined).map(({ host }) => host)).not.toContain('sqlm01');
  expect(rows.map(({ host }) => host)).toContain('sqlm01');
});

test('no second try is promised if other workers keep what they proved, for none comes', async () => {
  rig = await createBotRig();
  await rig.start();
  rig.world.machines.get('sqlw01')?.faults.set('service.restart', { kind: 'hang', times: 50 });
  await rig.type('mei', '/ssis rotate-worker all because Renewal');
  await rig.planned();
  for (const who of ['ana', 'tom']) await rig.vote(who);
  const promised = new Set<unknown>();
  await rig.until(() => {
    const view = rig.chat.cards().at(-1);
    if (view?.kind === 'running' && view.waiting?.id === 'waiting.put-back') promised.add(view.waiting.data.again);
    return view?.kind === 'needs-person';
  });
  expect([...promised]).toEqual([false]);
});

test('the card of a rotation that was put back because a worker was late says what failed on that worker itself', async () => {
  rig = await createBotRig();
  await rig.start();
  rig.world.machines.get('sqlw01')?.faults.set('service.restart', { kind: 'hang', times: 1 });
  await rig.approved();
  await rig.closed('prod-1', 600_000);
  await rig.pass(1_000);
  expect(newest('closed').why?.data).toMatchObject({
    code: 'GapLimitPassed',
    data: { hosts: ['sqlw01'], late: { host: 'sqlw01', code: 'ToolTimedOut' } },
  });
});
