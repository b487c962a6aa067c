import { timelineOf } from '../../../../src/app/bot/views/console/timeline.ts';
import { numberSteps } from '../../../../src/app/bot/views/running/step-rows.ts';
import { startedAt } from '../../../../src/domain/rotation/rotation.ts';
import { type Behaviour, farmOf, Sim } from '../../../domain/sim.ts';

/** All clocks are set back by an hour in the middle of a rotation. */
function setBack(behaviour: Behaviour): Sim {
  const sim = new Sim(farmOf(1), behaviour);
  sim.request();
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.settle();
  expect(sim.rotation().closed).toBeNull();
  sim.now -= 3_600_000;
  sim.since = sim.now;
  for (const { name } of sim.farm.hosts) sim.hello(name);
  return sim;
}

/** Its worker takes its order only after that. */
function goneOn(): Sim {
  const sim = setBack((order) => (order.kind === 'apply' && order.stage === 'workers' ? null : 'ok'));
  sim.behaviour = () => 'ok';
  for (const order of sim.orders.filter(({ stage }) => stage === 'workers')) sim.answer(order);
  sim.pass(20_000);
  expect(sim.rotation().closed?.outcome).toBe('proved');
  return sim;
}

describe('When clocks were set back in the middle of a rotation,', () => {
  test('no step is shown with a negative time', () => {
    const rotation = goneOn().rotation();
    const { rows } = numberSteps(rotation, 'forth', Date.parse(startedAt(rotation) ?? ''));
    expect(rows.map(({ atMs }) => atMs).filter((ms) => ms !== null && ms < 0)).toEqual([]);
  });

  test('a master that is still switching is shown as having taken no time, not less than none', () => {
    const sim = setBack((order) => (order.kind === 'apply' && order.stage === 'master' ? 'stuck' : 'ok'));
    expect(timelineOf(sim.rotation(), sim.now)?.lanes[0]?.ms).toEqual([0]);
  });
});
