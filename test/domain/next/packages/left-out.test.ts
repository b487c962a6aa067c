import type { Order } from '../../../../src/domain/letters/protocol.ts';
import { blindLook, seen } from '../../../../src/domain/machine/ssisdb.ts';
import { next } from '../../../../src/domain/next/index.ts';
import { leftOneByOne, refusedChoice } from '../../../../src/domain/next/refused-choice.ts';
import type { HostName } from '../../../../src/domain/values.ts';
import { type Behaviour, farmOf, ID, Sim } from '../../sim.ts';
import { WorkerSim } from '../../worker-sim.ts';

type How = ReturnType<Behaviour>;

const waitedFor = ({ kind, stage, only }: Order): string | null =>
  kind === 'apply' && stage === 'drain' ? (only?.join().split('/').at(-1) ?? 'all') : null;

/** Packages of `endless` never end; `goes`: how workers switch. */
function approved(
  endless: readonly string[],
  { concurrency = 50, canary = 1, workers = 3, onebox = false, goes = (_order: Order): How => 'ok' } = {},
): WorkerSim {
  const base = farmOf(workers);
  const hosts = onebox
    ? base.hosts.map((host) => (host.name === 'sqlm01' ? { ...host, roles: ['master', 'worker'] as const } : host))
    : base.hosts;
  const sim = new WorkerSim({ ...base, hosts, gap: { ...base.gap, concurrency, canary, leaveBehind: 0 } }, (order) => {
    const worker = waitedFor(order);
    if (worker !== null) return endless.includes(worker) ? 'put-back' : 'ok';
    return order.stage === 'worker-switch' && order.kind === 'apply' ? goes(order) : 'ok';
  });
  sim.ssisdb = () => ({ ...blindLook('sqlm01', 'no-role'), running: seen([]) });
  sim.request();
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.settle();
  return sim;
}

const now = (sim: Sim) => next({ ...sim.rotation(), resolve: null }, sim.moment());
const asks = (sim: Sim) => now(sim).attention.map(({ step }) => step?.split('/').at(-1) ?? null);
const refused = (sim: Sim, hosts: readonly string[] | null = null) =>
  refusedChoice(sim.rotation(), 'leave-out', now(sim), hosts as readonly HostName[] | null);
const switched = (sim: Sim): readonly string[] =>
  sim.orders.flatMap(({ kind, stage, host }) => (kind === 'apply' && stage === 'worker-switch' ? [host] : []));
const undone = (sim: Sim): readonly string[] =>
  sim.orders.flatMap(({ kind, stage, host, only }) =>
    kind === 'undo' ? [`${host} ${stage}${only === undefined ? '' : ` ${only.length}`}`] : [],
  );

function leaveOut(sim: Sim, votes: readonly string[] = ['ana', 'tom'], hosts: readonly string[] | null = null): void {
  const digest = sim.ask('leave-out', undefined, hosts);
  for (const who of votes) sim.vote(who, 'approve', digest);
  sim.settle();
}

test('a worker whose packages never end can be left on its old certificate: the others keep theirs, its preparation is undone', () => {
  const sim = approved(['sqlw02']);
  expect(asks(sim)).toEqual(['sqlw02']);
  leaveOut(sim);
  sim.pass(60_000);
  expect(switched(sim)).toEqual(['sqlw01', 'sqlw03']);
  expect(undone(sim)).toEqual(['sqlm01 master-trust 1', 'sqlw02 worker-trust', 'sqlw02 worker-create']);
  expect(Object.keys(sim.own)).toEqual(['sqlw01', 'sqlw03']);
  expect(sim.rotation()).toMatchObject({
    turned: { host: 'sqlw02', code: 'LeftForPackages', data: { by: 'Mei Lin', hosts: ['sqlw02'] } },
    closed: { outcome: 'partly', data: { kept: ['sqlw01', 'sqlw03'], left: [] } },
  });
});

test('leaving one out takes the approvals of the farm, though the plan lets nobody be left behind', () => {
  const sim = approved(['sqlw02']);
  leaveOut(sim, ['ana']);
  sim.pass(60_000);
  expect(sim.rotation().closed).toBeNull();
  expect(sim.rotation().leftOut).toEqual({});
  const digest = sim.rotation().resolve?.digest ?? '';
  sim.vote('tom', 'approve', digest as never);
  sim.pass(60_000);
  expect(sim.rotation().closed?.outcome).toBe('partly');
});

test('a denial leaves the question as it was', () => {
  const sim = approved(['sqlw02']);
  const digest = sim.ask('leave-out');
  sim.vote('ana', 'deny', digest);
  sim.settle();
  expect(sim.rotation()).toMatchObject({ resolve: null, leftOut: {}, closed: null });
  expect(asks(sim)).toEqual(['sqlw02']);
});

describe('the canary', () => {
  test('can be left out like any other, and then the next worker is proved before the rest', () => {
    let isStuck = true;
    const sim = approved(['sqlw01'], { goes: ({ host }) => (host === 'sqlw02' && isStuck ? 'stuck' : 'ok') });
    expect(asks(sim)).toEqual(['sqlw01']);
    leaveOut(sim);
    sim.pass(10_000);
    expect(switched(sim)).toEqual(['sqlw02']);
    isStuck = false;
    const order = sim.orders.find(({ host, stage }) => host === 'sqlw02' && stage === 'worker-switch');
    if (order === undefined) throw new Error('it was not told to switch');
    sim.own.sqlw02 = sim.makes('sqlw02' as never);
    sim.end(order, 'applied');
    sim.pass(60_000);
    expect(switched(sim)).toEqual(['sqlw02', 'sqlw03']);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'partly', data: { kept: ['sqlw02', 'sqlw03'] } });
  });

  test('can be left out, and when the next worker fails nobody else begins and all stay on their old certificates', () => {
    const sim = approved(['sqlw01'], { goes: ({ host }) => (host === 'sqlw02' ? 'put-back' : 'ok') });
    leaveOut(sim);
    sim.pass(60_000);
    expect(switched(sim)).toEqual(['sqlw02']);
    expect(sim.rotation()).toMatchObject({ turned: { host: 'sqlw02' }, closed: { outcome: 'put-back' } });
    expect(sim.own).toEqual({});
  });
});

test('a worker that is held up later is a question of its own', () => {
  const sim = approved(['sqlw01', 'sqlw03']);
  leaveOut(sim);
  sim.pass(15_000);
  expect(asks(sim)).toEqual(['sqlw03']);
  leaveOut(sim);
  sim.pass(60_000);
  expect(sim.rotation().closed).toMatchObject({ outcome: 'partly', data: { kept: ['sqlw02'] } });
  expect(sim.rotation().turned?.data.hosts).toEqual(['sqlw01', 'sqlw03']);
});

test('one decision leaves out all that are held up', () => {
  const sim = approved(['sqlw02', 'sqlw03']);
  expect(asks(sim)).toEqual(['sqlw02', 'sqlw03']);
  leaveOut(sim);
  sim.pass(60_000);
  expect(sim.rotation().closed).toMatchObject({ outcome: 'partly', data: { kept: ['sqlw01'] } });
});

test('one of two can be left out, and the other is waited for and switches once its packages have ended', () => {
  const endless = ['sqlw02', 'sqlw03'];
  const sim = approved(endless);
  leaveOut(sim, ['ana', 'tom'], ['sqlw03']);
  expect(Object.keys(sim.rotation().leftOut)).toEqual(['sqlw03']);
  sim.pass(15_000);
  expect(asks(sim)).toEqual(['sqlw02']);
  endless.splice(0);
  sim.pass(120_000);
  expect(switched(sim)).toEqual(['sqlw01', 'sqlw02']);
  expect(sim.rotation().closed).toMatchObject({ outcome: 'partly', data: { kept: ['sqlw01', 'sqlw02'] } });
});

test('when nobody else could switch, one of two can still be left out, but not both', () => {
  const sim = approved(['sqlw01', 'sqlw02'], { workers: 2, canary: 0 });
  expect(asks(sim)).toEqual(['sqlw01', 'sqlw02']);
  expect(refused(sim)).toMatchObject({ code: 'packages-not-left' });
  expect(refused(sim, ['sqlw01'])).toBeNull();
  expect(refused(sim, ['sqlw01', 'sqlw02'])).toMatchObject({ code: 'packages-not-left' });
  expect(refused(sim, ['sqlm01'])).toMatchObject({ code: 'not-in-question', data: { asked: ['sqlw01', 'sqlw02'] } });
  leaveOut(sim, ['ana', 'tom'], ['sqlw01']);
  sim.pass(15_000);
  expect(refused(sim)).toMatchObject({ code: 'packages-not-left' });
});

describe('one of several workers that are held up', () => {
  const freeze = (sim: Sim): void => {
    const until = new Date(sim.now + 48 * 3_600_000).toISOString();
    sim.put({ type: 'frozen', until, by: { id: 'wei', name: 'Wei Zhang' }, reason: '' });
  };

  test.each(['at any time', 'in a freeze'])(
    'is not left out while others wait behind them as canaries, as the next would begin then, %s',
    (when) => {
      const sim = approved(['sqlw01', 'sqlw02'], { workers: 4, canary: 2 });
      if (when === 'in a freeze') freeze(sim);
      expect(asks(sim)).toEqual(['sqlw01', 'sqlw02']);
      expect(refused(sim, ['sqlw01'])).toMatchObject({
        code: 'others-would-begin',
        data: { id: ID, hosts: ['sqlw03', 'sqlw04'] },
      });
      expect(leftOneByOne(sim.rotation(), 'leave-out', now(sim))).toEqual([]);
      expect(refused(sim)).toBeNull();
      expect(refused(sim, ['sqlw02', 'sqlw01'])).toBeNull();
      leaveOut(sim, ['ana', 'tom'], ['sqlw01']);
      sim.pass(120_000);
      expect(switched(sim)).toEqual([]);
      expect(sim.rotation()).toMatchObject({ leftOut: {}, closed: null, voided: { hosts: ['sqlw01'] } });
    },
  );

  test('may be left out once nobody waits behind them, even in a freeze, as nobody is restarted by it', () => {
    const sim = approved(['sqlw01', 'sqlw02', 'sqlw03'], { canary: 0 });
    freeze(sim);
    expect(leftOneByOne(sim.rotation(), 'leave-out', now(sim))).toEqual(['sqlw01', 'sqlw02', 'sqlw03']);
    leaveOut(sim, ['ana', 'tom'], ['sqlw01', 'sqlw03']);
    sim.pass(120_000);
    expect(Object.keys(sim.rotation().leftOut)).toEqual(['sqlw01', 'sqlw03']);
    expect(switched(sim)).toEqual([]);
    expect(asks(sim)).toEqual(['sqlw02']);
  });
});

test('a worker that could go on meanwhile is not left out: the question becomes void', () => {
  const endless = ['sqlw02', 'sqlw03'];
  const sim = approved(endless);
  const digest = sim.ask('leave-out');
  sim.vote('ana', 'approve', digest);
  endless.pop();
  sim.pass(65_000);
  sim.vote('tom', 'approve', digest);
  sim.settle();
  expect(sim.rotation()).toMatchObject({ leftOut: {}, closed: null, voided: { choice: 'leave-out' } });
  expect(switched(sim)).toContain('sqlw03');
});

test('going on later applies to those that were not left out', () => {
  const sim = approved(['sqlw01', 'sqlw03'], { onebox: false });
  leaveOut(sim);
  sim.pass(15_000);
  const digest = sim.ask('go-on');
  for (const who of ['ana', 'tom']) sim.vote(who, 'approve', digest);
  sim.pass(60_000);
  expect(switched(sim)).toEqual(['sqlw02', 'sqlw03']);
  expect(sim.rotation().closed).toMatchObject({ outcome: 'partly', data: { kept: ['sqlw02', 'sqlw03'] } });
});

test.each(['stop', 'put-all-back'] as const)('a %s undoes everything, also for a worker that was left out', (how) => {
  const sim = approved(['sqlw01', 'sqlw03']);
  leaveOut(sim);
  sim.pass(15_000);
  if (how === 'stop') sim.put({ type: 'stop-asked', id: ID, by: { id: 'mei', name: 'Mei Lin' } });
  else
    for (const [digest, who] of [sim.ask(how)].flatMap(
      (one) =>
        [
          [one, 'ana'],
          [one, 'tom'],
        ] as const,
    ))
      sim.vote(who, 'approve', digest);
  sim.pass(60_000);
  expect(sim.rotation().closed?.outcome).toBe(how === 'stop' ? 'stopped' : 'put-back');
  expect(undone(sim)).toEqual(expect.arrayContaining(['sqlw01 worker-create', 'sqlw02 worker-create']));
});

describe('on a machine that is master and worker', () => {
  test('its worker can be left out, and the master goes on trusting the others', () => {
    const sim = approved(['sqlm01'], { onebox: true, workers: 2 });
    expect(asks(sim)).toContain('sqlm01');
    leaveOut(sim);
    sim.pass(60_000);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'partly', data: { kept: ['sqlw01', 'sqlw02'] } });
    expect(undone(sim)).toEqual(['sqlm01 master-trust 1', 'sqlm01 worker-create']);
  });

  test('its worker stays left out when something else is decided about the waits of its master', () => {
    const sim = approved(['sqlm01', 'sqlw02'], { onebox: true, workers: 2, canary: 1 });
    leaveOut(sim);
    sim.pass(15_000);
    expect(asks(sim)).toEqual(['sqlw02']);
    const digest = sim.ask('go-on');
    for (const who of ['ana', 'tom']) sim.vote(who, 'approve', digest);
    sim.pass(60_000);
    expect(switched(sim)).toEqual(['sqlw01', 'sqlw02']);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'partly', data: { kept: ['sqlw01', 'sqlw02'] } });
  });
});

describe('leaving out is no choice', () => {
  test('when nobody else has switched, or could: that is to put all back', () => {
    expect(refused(approved(['sqlw01'], { workers: 1 }))).toMatchObject({
      code: 'packages-not-left',
      data: { id: ID, alone: true },
    });
    expect(refused(approved(['sqlw01', 'sqlw02', 'sqlw03'], { canary: 0 }))).toMatchObject({
      code: 'packages-not-left',
    });
    const sim = approved(['sqlw01', 'sqlw02', 'sqlw03'], { canary: 1 });
    leaveOut(sim);
    sim.pass(15_000);
    expect(asks(sim)).toEqual(['sqlw02']);
    leaveOut(sim);
    sim.pass(15_000);
    expect(asks(sim)).toEqual(['sqlw03']);
    expect(refused(sim)).toMatchObject({ code: 'packages-not-left' });
  });

  test('before a master switches, which cuts off the workers left out as well', () => {
    const sim = new Sim(farmOf(2), ({ stage }) => (stage === 'drain' ? 'put-back' : 'ok'));
    sim.drains = true;
    sim.request();
    sim.settle();
    for (const who of ['ana', 'tom']) sim.vote(who);
    sim.settle();
    expect(now(sim).attention).toHaveLength(1);
    expect(refused(sim)).toMatchObject({ code: 'packages-not-left', data: { id: ID, alone: false } });
  });

  test('when a machine is unknown and no packages are in question', () => {
    const sim = approved([], { goes: ({ host }) => (host === 'sqlw02' ? 'unknown' : 'ok') });
    expect(now(sim).attention).toHaveLength(1);
    expect(refused(sim)).toMatchObject({ code: 'nothing-unknown' });
  });
});

test('who was left out is not among those that have yet to begin: of two that nobody knows of later, one may be left alone', () => {
  const sim = approved(['sqlw01'], {
    workers: 4,
    goes: ({ host }) => (host === 'sqlw02' ? 'ok' : 'unknown'),
  });
  leaveOut(sim);
  sim.pass(60_000);
  expect(Object.keys(sim.rotation().leftOut)).toEqual(['sqlw01']);
  expect(now(sim).attention.map(({ host }) => host)).toEqual(['sqlw03', 'sqlw04']);
  expect(refusedChoice(sim.rotation(), 'leave-behind', now(sim), ['sqlw03' as HostName])).toBeNull();
});
