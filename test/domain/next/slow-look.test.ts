import { next } from '../../../src/domain/next/index.ts';
import { approve, farmOf, Sim } from '../sim.ts';

const asks = (sim: Sim): readonly (string | null)[] =>
  next(sim.rotation(), sim.moment()).attention.map(({ host }) => host);

/** A tool gives no answer for a minute in so many of the last looks at a worker. */
function slow(times: number): Sim {
  let left = times;
  const sim: Sim = new Sim(farmOf(), ({ kind, host }) => {
    const isLast = sim.rotation().plan !== null;
    if (kind !== 'look' || host !== 'sqlw02' || !isLast || left === 0) return 'ok';
    left -= 1;
    sim.now += 61_000;
    for (const { name } of sim.farm.hosts) sim.hello(name);
    return 'unknown';
  });
  approve(sim);
  sim.pass(120_000);
  return sim;
}

test('a last look that brought nothing after a minute is taken once more before a person is asked', () => {
  const sim = slow(1);
  expect([asks(sim), sim.rotation().closed?.outcome]).toEqual([[], 'proved']);
});

test('and a person is asked when the second one brings nothing either', () => {
  const sim = slow(Number.POSITIVE_INFINITY);
  expect([asks(sim), sim.rotation().closed]).toEqual([['sqlw02'], null]);
  expect(sim.orders.filter(({ kind, host }) => kind === 'look' && host === 'sqlw02')).toHaveLength(3);
});
