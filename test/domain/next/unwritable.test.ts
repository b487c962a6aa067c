import { farmOf, Sim } from '../sim.ts';

/** A runner that speaks, and takes no order since it cannot write its journal. */
const withFull = (): Sim => {
  const sim = new Sim(farmOf(2), ({ host }) => (sim.full.has(host) ? null : 'ok'));
  sim.full.add('sqlm01');
  sim.request();
  sim.settle();
  return sim;
};

test('a request at a machine that cannot write its journal is refused as soon as it says so, not once its looks have lapsed', () => {
  const sim = withFull();
  // What it said before may be over: nobody has tried to write since.
  sim.pass(5_000);
  expect(sim.rotation().closed).toBeNull();
  sim.pass(15_000);
  expect(sim.rotation().closed).toMatchObject({
    outcome: 'refused',
    data: { code: 'JournalNotWritable', host: 'sqlm01' },
  });
  expect(sim.orders.filter(({ host }) => host === 'sqlm01')).toHaveLength(1);
});

test('a machine that has taken the order is not refused for what it said before', () => {
  const sim = new Sim(farmOf(2));
  sim.full.add('sqlm01');
  sim.request();
  sim.settle();
  sim.pass(15_000);
  expect(sim.rotation().closed).toBeNull();
  expect(sim.rotation().plan).not.toBeNull();
});
