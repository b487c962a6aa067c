import type { Desk } from '../../../../src/app/bot/desk.ts';
import { offerLeave } from '../../../../src/app/bot/inbox/leave.ts';
import { next } from '../../../../src/domain/next/index.ts';
import { approve, farmOf, ID, Sim } from '../../../domain/sim.ts';

/** Nobody knows how any worker stands, and the master has been silent for so long that it may never speak again. */
function lost(): Sim {
  let pid = 1;
  const sim = new Sim(farmOf(6), () => 'ok');
  sim.pidOf = (host) => (host === 'sqlm01' ? 1 : ++pid);
  approve(sim);
  sim.pass(120_000);
  sim.dead.add('sqlm01' as never);
  sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by: { id: 'mei', name: 'Mei Lin' }, digest: null });
  sim.settle();
  sim.pass(3_600_000);
  return sim;
}

test('naming five of seven machines means all of them if a lost master is among the five, and is answered with the card', () => {
  const sim = lost();
  const found = next(sim.rotation(), sim.moment());
  const [master = '', ...workers] = [...new Set(found.attention.map(({ host }) => host ?? ''))];
  expect([found.lost, workers.length]).toEqual([[master], 6]);
  const desk = {
    farm: sim.farm,
    state: () => sim.state,
    moment: () => sim.moment(),
    presence: {},
    refusal: () => null,
  } as unknown as Desk;
  const person = sim.farm.people.find(({ id }) => id === 'mei');
  if (person === undefined) throw new Error('nobody asks');
  const ask = (...names: readonly string[]) => offerLeave(desk, person, sim.rotation(), { names, queueUp: true });
  expect(ask(master, ...workers.slice(0, 4))).toMatchObject({ type: 'card' });
  expect(ask(...workers.slice(0, 5))).toMatchObject({ notice: { messages: [{ id: 'refused.too-many-left' }] } });
  expect(ask(master, 'sqlw77')).toMatchObject({ notice: { messages: [{ id: 'refused.not-in-question' }] } });
});
