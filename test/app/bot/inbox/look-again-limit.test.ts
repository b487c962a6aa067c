import type { Desk } from '../../../../src/app/bot/desk.ts';
import { resolve } from '../../../../src/app/bot/inbox/decide.ts';
import { PER_HOUR } from '../../../../src/domain/request/per-hour.ts';
import type { FarmState } from '../../../../src/domain/rotation/farm-state.ts';
import { approve, farmOf, ID, Sim } from '../../../domain/sim.ts';

test('one person may ask for a second look twenty times in an hour, and others may go on', async () => {
  let pid = 1;
  const sim = new Sim(farmOf(2), () => 'ok');
  sim.pidOf = (host) => (host === 'sqlm01' ? 1 : ++pid);
  approve(sim);
  sim.pass(120_000);
  sim.dead.add('sqlm01' as never);
  sim.pass(600_000);
  const by = { id: 'mei', name: 'Mei Lin' };
  const look = async (who: string) => {
    const decided: unknown[] = [];
    const desk = {
      farm: sim.farm,
      moment: () => sim.moment(),
      commit: async (decide: (state: FarmState) => { entries: readonly unknown[]; answer: unknown }) => {
        const { entries, answer } = decide(sim.state);
        decided.push(...entries);
        return answer;
      },
    } as unknown as Desk;
    const person = sim.farm.people.find(({ id }) => id === who);
    if (person === undefined) throw new Error(who);
    return [await resolve(desk, person, ID, { choice: 'look-again', hosts: null, digest: '' }), decided.length];
  };
  for (let n = 0; n < PER_HOUR; n += 1) {
    expect(await look('mei')).toMatchObject([{ said: 'look-again' }, 1]);
    sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null });
    sim.settle();
    sim.pass(120_000);
  }
  expect(await look('mei')).toMatchObject([{ code: 'too-many-requests', data: { count: PER_HOUR } }, 0]);
  expect(await look('ana')).toMatchObject([{ said: 'look-again' }, 1]);
  sim.pass(20 * 60_000);
  expect(await look('mei')).toMatchObject([{ said: 'look-again' }, 1]);
});
