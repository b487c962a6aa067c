import type { HostName } from '../../../src/domain/values.ts';
import { approve, farmOf, ID, Sim } from '../sim.ts';

const [MASTER, WORKER] = ['sqlm01', 'sqlw01'] as HostName[] as [HostName, HostName];

test('A look belongs to the machine that signed it, whatever machine it names', () => {
  const sim = approve(new Sim(farmOf()));
  const look = { ...sim.look(MASTER), host: MASTER };
  const n = sim.rotation().orders.find((order) => order.host === WORKER && order.kind === 'look')?.n ?? 0;
  sim.speak(WORKER, { ...{ type: 'finished', n, rotation: ID, outcome: 'looked' }, look, facts: {} });
  expect(sim.rotation().proofs[WORKER]?.host).toBe(WORKER);
  sim.speak(WORKER, { ...{ type: 'finished', n: 99, rotation: 'scan', outcome: 'looked' }, look, facts: {} });
  const { latest } = sim.state;
  expect(Object.values(latest).map((one) => one.host)).toEqual(Object.keys(latest));
});
