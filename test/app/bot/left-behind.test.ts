import { hostRow } from '../../../src/app/bot/views/host-row.ts';
import { farmOf, Sim } from '../../domain/sim.ts';

test('a worker that never saw its master switch is shown as left behind, and not as connected', () => {
  const sim = new Sim(farmOf(3, { gap: { ...farmOf().gap, leaveBehind: 1 } }));
  sim.blind.add('sqlw03');
  sim.request();
  sim.settle();
  sim.vote('ana');
  sim.vote('tom');
  sim.settle();
  const row = () => {
    const slice = sim.rotation().plan?.slices.find(({ host }) => host === 'sqlw03');
    if (slice === undefined) throw new Error('it is in no plan');
    return hostRow(sim.rotation(), slice, 'forth', sim.now);
  };
  sim.pass(70_000);
  expect(row()).toMatchObject({ state: 'waiting', what: { id: 'row.armed' } });
  sim.pass(120_000);
  expect(row()).toMatchObject({ state: 'bad', what: { id: 'row.left' } });
});
