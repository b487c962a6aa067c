import type { Order } from '../../../src/domain/letters/protocol.ts';
import { next } from '../../../src/domain/next/index.ts';
import { approve, farmOf, Sim } from '../sim.ts';

const isApplyOf = (stage: string, host?: string) => (order: Order) =>
  order.kind === 'apply' && order.stage === stage && (host === undefined || order.host === host);

describe('While a bot has heard no machine yet,', () => {
  /** All is being put back, and sqlw02 is paused. */
  function paused(): Sim {
    const silent = isApplyOf('workers', 'sqlw03');
    const sim = approve(new Sim(farmOf(3), (order) => (silent(order) ? null : 'ok')));
    sim.paused.add('sqlw02');
    sim.pass(2_500);
    sim.behaviour = () => 'ok';
    for (const order of sim.orders.filter(silent)) sim.answer(order);
    sim.pass(30_000);
    expect(next(sim.rotation(), sim.moment()).attention).toMatchObject([{ host: 'sqlw02', code: 'RunnerPaused' }]);
    return sim;
  }

  test('votes about a paused machine stay valid across a restart, and count once the machine is heard', () => {
    const sim = paused();
    const digest = sim.ask('leave-behind');
    sim.vote('ana', 'approve', digest);
    sim.restart();
    sim.settle();
    expect(sim.rotation()).toMatchObject({ resolve: { digest }, voided: null });
    sim.vote('tom', 'approve', digest);
    sim.settle();
    expect(sim.rotation()).toMatchObject({ resolve: { digest }, resolved: {} });
    sim.pass(2_500);
    expect(sim.rotation()).toMatchObject({ resolve: null, resolved: { sqlw02: { choice: 'leave-behind' } } });
    sim.pass(60_000);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'put-back' });
  });

  test('a machine that was resumed meanwhile is heard before votes about it count', () => {
    const sim = paused();
    const digest = sim.ask('leave-behind');
    for (const who of ['ana', 'tom']) sim.vote(who, 'approve', digest);
    sim.paused.clear();
    sim.restart();
    sim.settle();
    sim.pass(10_000);
    expect(sim.rotation()).toMatchObject({ resolved: {}, closed: { outcome: 'put-back' } });
    expect(sim.orders.some(({ kind, host }) => kind === 'undo' && host === 'sqlw02')).toBe(true);
  });

  test('a denial counts at once', () => {
    const sim = paused();
    const digest = sim.ask('leave-behind');
    sim.restart();
    sim.vote('ana', 'deny', digest);
    sim.settle();
    expect(sim.rotation()).toMatchObject({ resolve: null, resolved: {} });
  });

  test('votes about an unreachable master outlast a time in which nobody can be heard', () => {
    const sim = new Sim(farmOf(3, { gap: { ...farmOf().gap, limitMs: 600_000 } }));
    sim.behaviour = (order) => (isApplyOf('workers', 'sqlw03')(order) ? 'stuck' : 'ok');
    approve(sim);
    const held = sim.held.find(({ order }) => order.host === 'sqlw03');
    sim.dead.add('sqlm01');
    if (held !== undefined) sim.letIn(held);
    sim.pass(60_000);
    expect(next(sim.rotation(), sim.moment()).attention).toMatchObject([{ host: 'sqlm01', code: 'RunnerSilent' }]);
    const digest = sim.ask('put-all-back');
    sim.vote('ana', 'approve', digest);
    // Redis was away.
    sim.since = sim.now;
    sim.pass(30_000);
    expect(sim.rotation()).toMatchObject({ resolve: { digest }, voided: null });
    sim.pass(30_000);
    sim.vote('tom', 'approve', digest);
    sim.settle();
    expect(sim.rotation().turned).toMatchObject({ code: 'PutBackDecided', host: 'sqlm01' });
  });
});

describe('Workers that followed are let go before the rotation is closed,', () => {
  /** All have followed, and the last look of one worker is still to come. */
  function followed(): { readonly sim: Sim; readonly answer: () => void } {
    const sim = new Sim(farmOf(3));
    const last = ({ kind, host }: Order): boolean => kind === 'look' && host === 'sqlw03';
    sim.request();
    sim.settle();
    sim.behaviour = (order) => (last(order) ? null : 'ok');
    sim.vote('ana');
    sim.vote('tom');
    sim.settle();
    expect(sim.held.map(({ order }) => order.host)).toEqual(['sqlw01', 'sqlw02', 'sqlw03']);
    const answer = (): void => {
      sim.behaviour = () => 'ok';
      sim.answer(sim.orders.findLast(last) as Order);
    };
    return { sim, answer };
  }

  test('also by a bot that has just been restarted', () => {
    const { sim, answer } = followed();
    answer();
    sim.restart();
    sim.settle();
    expect(sim.rotation().closed).toMatchObject({ outcome: 'proved' });
    expect(sim.held.map(({ order }) => order.host)).toEqual([]);
  });

  test('even if nobody could be heard for a while', () => {
    const { sim, answer } = followed();
    sim.now += 60_000;
    sim.since = sim.now;
    answer();
    sim.settle();
    expect(sim.rotation().closed).toMatchObject({ outcome: 'proved' });
    expect(sim.held.map(({ order }) => order.host)).toEqual([]);
  });

  test('but one that stays silent does not keep it open', () => {
    const { sim, answer } = followed();
    answer();
    sim.dead.add('sqlw02');
    sim.restart();
    sim.settle();
    sim.pass(60_000);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'proved' });
    expect(sim.held.map(({ order }) => order.host)).toEqual(['sqlw02']);
  });
});
