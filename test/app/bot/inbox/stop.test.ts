import type { Desk } from '../../../../src/app/bot/desk.ts';
import { stop } from '../../../../src/app/bot/inbox/decide.ts';
import type { Decide } from '../../../../src/app/bot/record-together.ts';
import type { BotEntry } from '../../../../src/domain/journal/entries.ts';
import { isRefusal } from '../../../../src/domain/values.ts';
import { type Behaviour, farmOf, ID, Sim } from '../../../domain/sim.ts';

/** Stops it as that person does; what is recorded happens. */
async function stopped(sim: Sim, who: string, meant: 'withdraw' | 'stop', farm = sim.farm) {
  const person = farm.people.find(({ id }) => id === who);
  if (person === undefined) throw new Error(who);
  const recorded: BotEntry[] = [];
  const desk = {
    farm,
    moment: () => sim.moment(),
    commit: async <T>(decide: Decide<T>): Promise<T> => {
      const { entries, answer } = decide(sim.state);
      sim.put(...entries);
      recorded.push(...entries);
      return answer;
    },
  } as unknown as Desk;
  const answer = await stop(desk, person, ID, meant);
  return { recorded: recorded.map(({ type }) => type), ...(isRefusal(answer) ? answer : { code: null, data: answer }) };
}

function approved(sim: Sim): Sim {
  sim.request();
  sim.settle();
  sim.vote('ana');
  sim.vote('tom');
  return sim;
}

/** Runners that do not answer what they are told in that stage. */
const silentIn =
  (part: string): Behaviour =>
  ({ stage }) =>
    stage === part ? null : 'ok';

const at = (sim: Sim): string => new Date(sim.now).toISOString();

describe('Whoever withdraws', () => {
  test.each(['mei', 'ana'])('before the approval ends the request: %s', async (who) => {
    const sim = new Sim(farmOf());
    sim.request();
    sim.settle();
    expect(await stopped(sim, who, 'withdraw')).toMatchObject({ recorded: ['stop-asked'], data: { withdrawn: true } });
    sim.settle();
    expect(sim.rotation().closed?.outcome).toBe('withdrawn');
    const { id, closed } = sim.rotation();
    const data = { id, outcome: 'withdrawn', at: closed?.at };
    expect(await stopped(sim, who, 'withdraw')).toEqual({ recorded: [], code: 'closed', data, refused: true });
  });

  test('on a card from before the approval does not stop what runs, and reads since when', async () => {
    const sim = approved(new Sim(farmOf(), silentIn('trust')));
    const data = { id: ID, at: at(sim) };
    sim.settle();
    sim.pass(5_000);
    expect(await stopped(sim, 'mei', 'withdraw')).toMatchObject({ recorded: [], code: 'runs-already', data });
  });
});

describe('Whoever stops', () => {
  test('what somebody has stopped before reads who did and when, and nothing more is recorded', async () => {
    const sim = approved(new Sim(farmOf(), silentIn('trust')));
    sim.settle();
    const data = { id: ID, by: 'Mei Lin', at: at(sim) };
    expect(await stopped(sim, 'mei', 'stop')).toMatchObject({ recorded: ['stop-asked'], data: { withdrawn: false } });
    sim.pass(5_000);
    expect(await stopped(sim, 'ana', 'stop')).toMatchObject({ recorded: [], code: 'stops-already', data });
  });

  test('what goes back by itself reads that it does', async () => {
    const sim = approved(
      new Sim(farmOf(), ({ stage, kind }) => (kind === 'undo' ? null : stage === 'trust' ? 'put-back' : 'ok')),
    );
    sim.settle();
    expect(sim.rotation()).toMatchObject({ closed: null, stop: null, turned: { stage: 'trust' } });
    expect(await stopped(sim, 'tom', 'stop')).toMatchObject({
      recorded: [],
      code: 'goes-back-already',
      data: { id: ID, kept: false },
    });
  });

  // Whoever asked is named as that, and not a second time where they may approve others' requests.
  test.each([
    ['ana', 'tom'],
    ['mei', 'ana', 'tom'],
  ])('but neither asked for it nor may approve is refused with those who may: %j', async (...approvers) => {
    const approval = { quorum: 1, approvers, groups: [], lapsesAfterMs: 86_400_000 };
    const sim = new Sim(farmOf(2, { approval }));
    sim.request();
    sim.settle();
    const data = { id: ID, by: 'Mei Lin', others: ['Ana Ruiz', 'Tom Becker'] };
    expect(await stopped(sim, 'wei', 'stop')).toMatchObject({ recorded: [], code: 'may-not-stop', data });
    sim.settle();
    expect(sim.rotation()).toMatchObject({ closed: null, stop: null });
  });
});
