import { unseenFollowers } from '../../../src/domain/next/unseen-since.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { farmOf, NEW, Sim } from '../sim.ts';

const LATE = 'sqlw03' as HostName;

test('a worker that was left behind and is seen while it follows is looked at once more after it has followed', () => {
  const sim = new Sim(farmOf(3, { gap: { ...farmOf().gap, leaveBehind: 1 } }));
  sim.blind.add(LATE);
  sim.request();
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.settle();
  sim.pass(200_000);
  expect(sim.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: [LATE] } });
  const look = (state: 'running' | 'stopped'): void => {
    sim.now += 120_000;
    const seen = sim.look(LATE);
    if (seen.worker === null) throw new Error(LATE);
    const service = { ...seen.worker.service, state };
    const at = new Date(sim.now).toISOString();
    sim.speak(LATE, {
      type: 'finished',
      n: 99,
      rotation: 'scan',
      outcome: 'looked',
      look: { ...seen, at, worker: { ...seen.worker, service } },
      facts: {},
    });
    sim.settle();
  };
  sim.certificate[LATE] = NEW;
  look('stopped');
  expect([unseenFollowers(sim.state), sim.rotation().rejoined]).toEqual([[], {}]);
  const order = sim.orders.findLast(({ host, stage }) => host === LATE && stage === 'workers');
  sim.now += 3_000;
  sim.speak(LATE, {
    type: 'finished',
    n: order?.n ?? 0,
    rotation: 'prod-1',
    outcome: 'applied',
    look: null,
    facts: {},
  });
  sim.settle();
  expect(unseenFollowers(sim.state)).toEqual([LATE]);
  look('running');
  expect(unseenFollowers(sim.state)).toEqual([]);
  expect(sim.rotation().rejoined).toEqual({ [LATE]: { at: expect.any(String), presented: NEW } });
});
