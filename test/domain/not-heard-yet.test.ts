import type { Order } from '../../src/domain/letters/protocol.ts';
import { next } from '../../src/domain/next/index.ts';
import { farmOf, ID, NEW, OLD, Sim } from './sim.ts';

const isApplyOf = (stage: string, host?: string) => (order: Order) =>
  order.kind === 'apply' && order.stage === stage && (host === undefined || order.host === host);
const certificates = (sim: Sim): readonly string[] => [...new Set(Object.values(sim.certificate))];

const approve = (sim: Sim): Sim => {
  sim.request();
  sim.settle();
  sim.vote('ana');
  sim.vote('tom');
  sim.settle();
  return sim;
};

describe('A bot that has heard no machine yet takes no question for void', () => {
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

  test('votes about a paused machine stay what they are when the bot starts anew, and count once it is heard', () => {
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

  test('a machine that was resumed meanwhile is heard before the votes about it are void', () => {
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

  test('a denial is heard at once', () => {
    const sim = paused();
    const digest = sim.ask('leave-behind');
    sim.restart();
    sim.vote('ana', 'deny', digest);
    sim.settle();
    expect(sim.rotation()).toMatchObject({ resolve: null, resolved: {} });
  });

  test('votes about a master that nobody can reach outlast a moment in which nobody can be heard', () => {
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
