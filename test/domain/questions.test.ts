import { next } from '../../src/domain/next/index.ts';
import { backWork, forthWork } from '../../src/domain/next/stages.ts';
import type { HostName } from '../../src/domain/values.ts';
import { type Behaviour, farmOf, ID, NEW, Sim } from './sim.ts';

const MASTER = 'sqlm01';
const by = { id: 'mei', name: 'Mei Lin' };

function approved(behaviour: Behaviour, prepare: (sim: Sim) => void = () => undefined): Sim {
  const sim = new Sim(farmOf(), behaviour);
  prepare(sim);
  sim.request();
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.settle();
  return sim;
}

const asks = (sim: Sim): readonly (string | null)[] =>
  next(sim.rotation(), sim.moment()).attention.map(({ host }) => host);

function lookAgain(sim: Sim): void {
  sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null });
  sim.settle();
}

describe('A second look covers what was known by then, and no order that comes later', () => {
  test('a wait for packages that was made longer says nothing of the master: unknown, it stops everything', () => {
    let run = true;
    const sim = approved(
      ({ stage }) => (stage === 'drain' ? (run ? 'put-back' : 'ok') : stage === 'master' ? 'unknown' : 'ok'),
      (one) => {
        one.drains = true;
      },
    );
    sim.pass(5_000);
    run = false;
    lookAgain(sim);
    expect(forthWork(sim.rotation(), MASTER, 'master')).toBe('unknown');
    expect(asks(sim)).toEqual([MASTER]);
    sim.pass(20_000);
    expect(sim.said.filter((word) => word.startsWith('go'))).toEqual([]);
    expect(sim.rotation().closed).toBeNull();
  });

  /** Nobody can tell how the master stands, and a second look finds it on the new certificate. */
  function lookedAt(behaviour: Behaviour): Sim {
    const sim = approved(behaviour);
    sim.pass(300_000);
    expect(asks(sim)).toEqual([MASTER]);
    sim.certificate[MASTER] = NEW;
    lookAgain(sim);
    sim.pass(120_000);
    expect(forthWork(sim.rotation(), MASTER, 'master')).toBe('good');
    expect(sim.rotation().closed).toBeNull();
    return sim;
  }

  test.each([
    ['unknown', 'unknown'],
    [null, 'silent'],
  ] as const)('the undo that a stop brings, and that ends %s, is asked about', (undone, work) => {
    const sim = lookedAt(({ kind, stage }) => (stage !== 'master' ? 'ok' : kind === 'apply' ? 'unknown' : undone));
    sim.put({ type: 'stop-asked', id: ID, by });
    sim.pass(600_000);
    expect(backWork(sim.rotation(), MASTER, 'master')).toBe(work);
    expect(sim.rotation().closed).toBeNull();
    expect(asks(sim)).toEqual([MASTER]);
  });

  test('of the same order too: what its host says later counts', () => {
    const sim = lookedAt(({ stage }) => (stage === 'master' ? 'stuck' : 'ok'));
    const order = sim.orders.findLast(({ stage }) => stage === 'master');
    const finished = { type: 'finished', n: order?.n ?? 0, rotation: ID, look: null, facts: {} } as const;
    sim.speak(MASTER as HostName, { ...finished, outcome: 'unknown' });
    expect(forthWork(sim.rotation(), MASTER, 'master')).toBe('unknown');
    expect(asks(sim)).toContain(MASTER);
  });
});
