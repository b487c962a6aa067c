import { needsPersonView } from '../../../../src/app/bot/views/running/needs-person-view.ts';
import { next } from '../../../../src/domain/next/index.ts';
import type { Cause } from '../../../../src/domain/next/moment.ts';
import { withoutEchoes } from '../../../../src/domain/next/proof/doubts.ts';
import { refusedChoice } from '../../../../src/domain/next/refused-choice.ts';
import type { PlanSlice } from '../../../../src/domain/plan/plan.ts';
import type { HostName, Thumbprint } from '../../../../src/domain/values.ts';
import { approve, farmOf, ID, Sim } from '../../sim.ts';

const STRANGER = 'F'.repeat(40) as Thumbprint;

test('What only a worker sees presented stays in question beside a master that is asked about for something else', () => {
  const doubt = (host: string, fact: string): Cause => {
    const data = { against: [{ fact, found: STRANGER, wanted: null }] };
    return { host: host as HostName, stage: null, step: null, code: 'NotProved', data };
  };
  const slices = [
    { host: 'sqlm01', roles: ['master'], stages: {} },
    { host: 'sqlw01', roles: ['worker'], stages: {} },
  ] as unknown as readonly PlanSlice[];
  const seen = doubt('sqlw01', 'TLS sqlm01:8391');
  const [other, same] = [doubt('sqlm01', 'sqlm01.cer'), doubt('sqlm01', 'TLS sqlm01:8391')];
  expect(withoutEchoes([other, seen], slices, [])).toEqual([other, seen]);
  expect(withoutEchoes([same, seen], slices, [])).toEqual([same]);
  expect(withoutEchoes([seen], slices, [])).toEqual([seen]);
});

describe('A master that presents a stranger after all that was prepared has gone back', () => {
  let presents: Thumbprint | null = STRANGER;
  let isPinAsBefore = true;

  function rehearsed(): Sim {
    const sim = new Sim(farmOf(), ({ kind, stage, host }) =>
      kind === 'apply' && stage === 'trust' && host === 'sqlw01' ? 'put-back' : 'ok',
    );
    const { look } = sim;
    sim.look = (host) => {
      const found = look.call(sim, host);
      if (sim.rotation().plan === null || presents === null) return found;
      const { master, worker } = found;
      const shown = presents;
      return {
        ...found,
        master: master && { ...master, presented: master.presented.map((one) => ({ ...one, thumbprint: shown })) },
        worker: worker && {
          ...worker,
          ...(isPinAsBefore || host !== 'sqlw02' ? {} : { masterThumbprint: STRANGER }),
          connection: {
            ...worker.connection,
            handshake: { ...worker.connection.handshake, thumbprint: shown, error: 'NAME_NOT_COVERED' },
          },
        },
      };
    };
    approve(sim);
    sim.pass(120_000);
    return sim;
  }
  const found = (sim: Sim) => next(sim.rotation(), sim.moment());
  const card = (sim: Sim) => needsPersonView(sim.farm, sim.rotation(), found(sim), sim.now);

  beforeEach(() => {
    presents = STRANGER;
    isPinAsBefore = true;
  });

  test('is alone in question: the workers, which see the same, are back, and the card says why all went back', () => {
    expect(card(rehearsed())).toMatchObject({
      unknown: ['sqlm01'],
      provedOn: 'old',
      why: [{ data: { host: 'sqlm01', code: 'NotProved' } }],
      wentBack: { id: 'why.host', data: { host: 'sqlw01', stage: 'trust' } },
      against: [{ data: { host: 'sqlm01', found: STRANGER } }],
      leave: 'as-it-is',
    });
  });

  test('is not put back once more, for nothing is left to put back', () => {
    const sim = rehearsed();
    expect(card(sim)?.nothingLeft).toBe(true);
    expect(refusedChoice(sim.rotation(), 'put-all-back', found(sim))?.code).toBe('nothing-left-to-undo');
  });

  test('holds up nobody once people leave it as it is', () => {
    const sim = rehearsed();
    const digest = sim.ask('leave-behind');
    for (const who of ['ana', 'tom']) sim.vote(who, 'approve', digest);
    sim.settle();
    sim.pass(120_000);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'put-back', data: { left: ['sqlm01'] } });
  });

  test('is proved by the next look once it presents its own again', () => {
    const sim = rehearsed();
    presents = null;
    sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by: { id: 'mei', name: 'Mei Lin' }, digest: null });
    sim.pass(60_000);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'put-back', data: { left: [] } });
  });

  test('does not hide a worker on which something else is not as before', () => {
    isPinAsBefore = false;
    const sim = rehearsed();
    expect(card(sim)?.unknown).toEqual(['sqlm01', 'sqlw02']);
    expect(card(sim)?.nothingLeft).toBeUndefined();
  });
});
