import type { ResolveChoice } from '../../../src/domain/journal/resolve.ts';
import { next } from '../../../src/domain/next/index.ts';
import { leftOneByOne, refusedChoice } from '../../../src/domain/next/refused-choice.ts';
import { backWork } from '../../../src/domain/next/stages.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { type Behaviour, farmOf, ID, NEW, OLD, Sim } from '../sim.ts';
import { WorkerSim } from '../worker-sim.ts';

const by = { id: 'mei', name: 'Mei Lin' };
const named = (...names: readonly string[]) => names as readonly HostName[];
const found = (sim: Sim) => next({ ...sim.rotation(), resolve: null }, sim.moment());
const asks = (sim: Sim): readonly (string | null)[] => found(sim).attention.map(({ host }) => host);
const refused = (sim: Sim, choice: ResolveChoice, ...names: readonly string[]) =>
  refusedChoice(sim.rotation(), choice, found(sim), named(...names));

function approved(
  behaviour: Behaviour,
  { workers = 3, leaveBehind = 0, prepare = (_sim: Sim): void => undefined } = {},
) {
  const base = farmOf(workers);
  const sim = new Sim({ ...base, gap: { ...base.gap, leaveBehind } }, behaviour);
  prepare(sim);
  sim.request();
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.settle();
  return sim;
}

function leave(sim: Sim, ...names: readonly string[]): void {
  const digest = sim.ask('leave-behind', by, names);
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who, 'approve', digest);
  sim.settle();
}

/** All switched, but the final look no longer proves two of three: their services have a new process each time. */
function doubted(gap: { readonly leaveBehind?: number } = {}): Sim & { steady: boolean } {
  let pid = 1;
  const steady = { is: false };
  const sim = approved(() => 'ok', {
    ...gap,
    prepare: (one) => {
      one.pidOf = (host) => (host === 'sqlw01' || host === 'sqlm01' || steady.is ? 1 : ++pid);
    },
  });
  sim.pass(120_000);
  expect(asks(sim)).toEqual(['sqlw02', 'sqlw03']);
  return Object.defineProperty(sim, 'steady', { set: (is: boolean) => (steady.is = is) }) as never;
}

describe('When several machines are unknown,', () => {
  test('one can be left behind, and the others stay a question of their own', () => {
    const sim = doubted();
    leave(sim, 'sqlw03');
    sim.pass(60_000);
    expect(sim.rotation().resolved).toMatchObject({ sqlw03: { choice: 'leave-behind' } });
    expect(Object.keys(sim.rotation().resolved)).toEqual(['sqlw03']);
    expect(sim.rotation().closed).toBeNull();
    expect(asks(sim)).toEqual(['sqlw02']);
    leave(sim, 'sqlw02');
    sim.pass(60_000);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlw03', 'sqlw02'] } });
  });

  test('one is left behind, and another that a second look proves is not', () => {
    const sim = doubted();
    leave(sim, 'sqlw03');
    sim.steady = true;
    sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null });
    sim.pass(60_000);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlw03'] } });
  });

  test('one is left only with the approvals of the farm, and does not count against its limit', () => {
    const sim = doubted({ leaveBehind: 0 });
    const digest = sim.ask('leave-behind', by, ['sqlw03']);
    sim.settle();
    sim.vote('ana', 'approve', digest);
    sim.settle();
    expect(sim.rotation()).toMatchObject({ resolve: { hosts: ['sqlw03'] }, resolved: {}, turned: null });
    sim.vote('tom', 'approve', digest);
    sim.settle();
    expect(sim.rotation()).toMatchObject({ resolve: null, turned: null, closed: null });
  });

  test('votes about one become void once what is known of another changes', () => {
    const sim = doubted();
    const digest = sim.ask('leave-behind', by, ['sqlw03']);
    sim.settle();
    sim.vote('ana', 'approve', digest);
    const order = sim.orders.findLast(({ kind, host }) => kind === 'look' && host === 'sqlw02');
    const look = { ...sim.look('sqlw02' as HostName), worker: null };
    const finished = { type: 'finished', n: order?.n ?? 0, rotation: ID, outcome: 'looked', facts: {} } as const;
    sim.speak('sqlw02' as HostName, { ...finished, look });
    sim.settle();
    sim.vote('tom', 'approve', digest);
    sim.settle();
    expect(sim.rotation()).toMatchObject({
      resolve: null,
      resolved: {},
      voided: { choice: 'leave-behind', hosts: ['sqlw03'] },
    });
  });

  test('votes to leave one are not votes to leave all, nor to leave another', () => {
    const sim = doubted();
    const all = new Set(
      [null, ['sqlw03'], ['sqlw02']].map((hosts) => {
        const one = new Sim(sim.farm, () => 'ok');
        one.state = sim.state;
        one.now = sim.now;
        return one.ask('leave-behind', by, hosts);
      }),
    );
    expect(all.size).toBe(3);
  });

  test('a machine that is known cannot be left: the refusal names it and those in question', () => {
    const sim = doubted();
    expect(refused(sim, 'leave-behind', 'sqlw01')).toMatchObject({
      code: 'not-in-question',
      data: { hosts: ['sqlw01'], asked: ['sqlw02', 'sqlw03'] },
    });
    expect(refused(sim, 'leave-behind', 'sqlw02', 'sqlw01')).toMatchObject({ code: 'not-in-question' });
    expect(refused(sim, 'leave-behind')).toMatchObject({ code: 'not-in-question', data: { hosts: [] } });
    expect(refused(sim, 'leave-behind', 'sqlw02')).toBeNull();
    expect(leftOneByOne(sim.rotation(), 'leave-behind', found(sim))).toEqual(['sqlw02', 'sqlw03']);
  });

  test('a last one is not offered by itself, as it is all of them', () => {
    const sim = doubted();
    leave(sim, 'sqlw03');
    sim.pass(60_000);
    expect(leftOneByOne(sim.rotation(), 'leave-behind', found(sim))).toEqual([]);
  });
});

test('one question leaves no more machines than its card names, unless it leaves all of them', () => {
  let pid = 1;
  const sim = approved(() => 'ok', {
    workers: 6,
    prepare: (one) => {
      one.pidOf = (host) => (host === 'sqlm01' ? 1 : ++pid);
    },
  });
  sim.pass(120_000);
  const [one = '', ...five] = ['sqlw01', 'sqlw02', 'sqlw03', 'sqlw04', 'sqlw05', 'sqlw06'];
  expect(asks(sim)).toEqual([one, ...five]);
  expect(refused(sim, 'leave-behind', ...five)).toMatchObject({ code: 'too-many-left', data: { id: ID, most: 4 } });
  expect(refused(sim, 'leave-behind', ...five.slice(1))).toBeNull();
  expect(refused(sim, 'leave-behind', one, ...five)).toBeNull();
  leave(sim, ...five);
  expect(sim.rotation()).toMatchObject({ resolved: {}, voided: { hosts: five } });
});

describe('When all go back and several workers do not answer,', () => {
  const stuck: Behaviour = ({ kind, stage, host }) =>
    kind === 'undo' && stage === 'workers' && host !== 'sqlw01'
      ? null
      : host === 'sqlw03' && stage === 'workers'
        ? 'put-back'
        : 'ok';

  function goingBack(): Sim {
    const sim = approved(stuck);
    sim.pass(600_000);
    expect(asks(sim)).toEqual(expect.arrayContaining(['sqlw02', 'sqlw03']));
    return sim;
  }

  test('one is left as it is, and the other is waited for and put back when it speaks', () => {
    const sim = goingBack();
    leave(sim, 'sqlw03');
    sim.pass(60_000);
    expect(sim.rotation().closed).toBeNull();
    expect(backWork(sim.rotation(), 'sqlw03', 'workers')).toBe('left');
    expect(asks(sim)).toEqual(['sqlw02']);
    const { orders } = sim.rotation();
    const undo = orders.findLast(
      ({ host, kind, stage }) => host === 'sqlw02' && kind === 'undo' && stage === 'workers',
    );
    sim.speak('sqlw02' as HostName, {
      type: 'finished',
      n: undo?.n ?? 0,
      rotation: ID,
      outcome: 'put-back',
      look: null,
      facts: {},
    });
    sim.certificate.sqlw02 = OLD;
    sim.behaviour = () => 'ok';
    sim.pass(120_000);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'put-back', data: { left: ['sqlw03'] } });
  });
});

describe('A master among them', () => {
  test('is never left behind, but a worker beside it may be', () => {
    let pid = 1;
    const sim = approved(() => 'ok', {
      prepare: (one) => {
        one.pidOf = (host) => (host === 'sqlm01' || host === 'sqlw02' ? ++pid : 1);
      },
    });
    sim.pass(120_000);
    expect(asks(sim)).toEqual(['sqlm01', 'sqlw02']);
    expect(refused(sim, 'leave-behind', 'sqlm01')).toMatchObject({ code: 'master-not-left' });
    expect(refused(sim, 'leave-behind', 'sqlw02')).toBeNull();
    expect(leftOneByOne(sim.rotation(), 'leave-behind', found(sim))).toEqual(['sqlw02']);
    leave(sim, 'sqlw02');
    sim.pass(60_000);
    expect(sim.rotation().closed).toBeNull();
    expect(asks(sim)).toEqual(['sqlm01']);
    expect(sim.certificate.sqlm01).toBe(NEW);
  });
});

test('while others of a wave have yet to begin, none of several is left by itself: the wave would end without them', () => {
  const base = farmOf(5);
  const gap = { ...base.gap, canary: 1, concurrency: 2, leaveBehind: 0 };
  const sim = new WorkerSim({ ...base, gap }, ({ stage, kind, host }) =>
    stage === 'worker-switch' && kind === 'apply' && host !== 'sqlw01' ? 'unknown' : 'ok',
  );
  sim.request();
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.settle();
  sim.pass(300_000);
  expect(asks(sim)).toEqual(['sqlw02', 'sqlw03']);
  expect(refused(sim, 'leave-behind', 'sqlw02')).toMatchObject({
    code: 'others-would-stay',
    data: { hosts: ['sqlw04', 'sqlw05'] },
  });
  expect(leftOneByOne(sim.rotation(), 'leave-behind', found(sim))).toEqual([]);
  expect(refused(sim, 'leave-behind', 'sqlw02', 'sqlw03')).toBeNull();
});
