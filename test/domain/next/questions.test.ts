import { decideVote } from '../../../src/domain/approval/approval.ts';
import type { ResolveChoice } from '../../../src/domain/journal/resolve.ts';
import { next } from '../../../src/domain/next/index.ts';
import { backWork, forthWork } from '../../../src/domain/next/stages.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { type Behaviour, farmOf, ID, NEW, OLD, Sim } from '../sim.ts';

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

function ask(sim: Sim, choice: ResolveChoice): string {
  const digest = sim.ask(choice, by);
  sim.settle();
  return digest;
}

function approve(sim: Sim, digest: string, ...people: readonly string[]): void {
  for (const who of people) sim.vote(who, 'approve', digest);
  sim.settle();
}

const late = (sim: Sim, who: string, digest: string) =>
  decideVote(
    sim.farm,
    sim.rotation(),
    sim.farm.people.find(({ id }) => id === who) ?? { refused: true, code: 'unknown-person', data: {} },
    { vote: 'approve', digest },
    sim.now,
  );

describe('A second look covers what was known by then, and no later order:', () => {
  test('a longer wait for packages says nothing about the master, which stops everything when it is unknown', () => {
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

  /** The master is unknown, and a second look finds it on the new certificate. */
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
  ] as const)('the undo after a stop needs a person when it ends %s', (undone, work) => {
    const sim = lookedAt(({ kind, stage }) => (stage !== 'master' ? 'ok' : kind === 'apply' ? 'unknown' : undone));
    sim.put({ type: 'stop-asked', id: ID, by });
    sim.pass(600_000);
    expect(backWork(sim.rotation(), MASTER, 'master')).toBe(work);
    expect(sim.rotation().closed).toBeNull();
    expect(asks(sim)).toEqual([MASTER]);
  });

  test('what a host says later of the same order counts', () => {
    const sim = lookedAt(({ stage }) => (stage === 'master' ? 'stuck' : 'ok'));
    const order = sim.orders.findLast(({ stage }) => stage === 'master');
    const finished = { type: 'finished', n: order?.n ?? 0, rotation: ID, look: null, facts: {} } as const;
    sim.speak(MASTER as HostName, { ...finished, outcome: 'unknown' });
    expect(forthWork(sim.rotation(), MASTER, 'master')).toBe('unknown');
    expect(asks(sim)).toContain(MASTER);
  });
});

describe('Votes on a question count only for the facts that it was asked about:', () => {
  /** All went forth, and the final look does not prove sqlw03, whose service runs as another process each time. */
  function doubted(behaviour: Behaviour = () => 'ok'): Sim {
    let pid = 1;
    const sim = approved(behaviour, (one) => {
      one.pidOf = (host) => (host === 'sqlw03' ? ++pid : 1);
    });
    sim.pass(120_000);
    expect(asks(sim)).toEqual(['sqlw03']);
    return sim;
  }

  const stop = (sim: Sim): void => {
    sim.put({ type: 'stop-asked', id: ID, by: { id: 'wei', name: 'Wei Zhang' } });
    sim.settle();
  };
  const badUndo: Behaviour = ({ kind, stage }) => (stage === 'master' && kind === 'undo' ? 'unknown' : 'ok');

  test('a stop makes it void, as nobody voted to leave behind the master, which is unknown by then', () => {
    const sim = doubted(badUndo);
    const digest = ask(sim, 'leave-behind');
    approve(sim, digest, 'ana');
    stop(sim);
    expect(sim.rotation()).toMatchObject({ resolve: null, voided: { choice: 'leave-behind', by, digest } });
    expect(late(sim, 'tom', digest)).toMatchObject({ code: 'stale-plan' });
    sim.pass(60_000);
    expect(asks(sim)).toEqual([MASTER]);
    approve(sim, digest, 'tom');
    sim.pass(120_000);
    expect(sim.rotation()).toMatchObject({ resolved: {}, closed: null });
    expect(sim.certificate).toEqual({ sqlm01: NEW, sqlw01: NEW, sqlw02: NEW, sqlw03: NEW });
  });

  test.each(['leave-behind', 'put-all-back'] as const)(
    'another machine that becomes unknown makes it void, as %s was meant for the first alone',
    (choice) => {
      const sim = doubted();
      const digest = ask(sim, choice);
      approve(sim, digest, 'ana');
      // Its newest look brings something else to light.
      const order = sim.orders.findLast(({ kind, host }) => kind === 'look' && host === 'sqlw02');
      const { look } = sim;
      sim.look = (host) => ({ ...look.call(sim, host), ...(host === 'sqlw02' ? { worker: null } : {}) });
      const finished = { type: 'finished', n: order?.n ?? 0, rotation: ID, outcome: 'looked', facts: {} } as const;
      sim.speak('sqlw02' as HostName, { ...finished, look: sim.look('sqlw02' as HostName) });
      sim.settle();
      approve(sim, digest, 'tom');
      expect(sim.rotation()).toMatchObject({ resolve: null, resolved: {}, voided: { choice, digest }, closed: null });
      // It was looked at only once until then.
      sim.pass(5_000);
      expect(asks(sim)).toEqual(['sqlw02', 'sqlw03']);
    },
  );

  test('the next question is decided by its own votes, and the void one is gone', () => {
    const sim = doubted(badUndo);
    const first = ask(sim, 'leave-behind');
    approve(sim, first, 'ana');
    stop(sim);
    sim.pass(60_000);
    sim.behaviour = () => 'ok';
    const second = ask(sim, 'put-all-back');
    expect(sim.rotation().voided).toBeNull();
    expect(late(sim, 'tom', first)).toMatchObject({ code: 'stale-plan' });
    approve(sim, second, 'tom');
    expect(sim.rotation().resolved).toEqual({});
    approve(sim, second, 'ana');
    sim.pass(120_000);
    expect(sim.rotation().closed?.outcome).toBe('stopped');
    expect(new Set(Object.values(sim.certificate))).toEqual(new Set([OLD]));
  });

  test.each(['go-on', 'put-all-back'] as const)('a stop makes void a %s about packages', (choice) => {
    const sim = approved(
      ({ stage }) => (stage === 'drain' ? 'put-back' : 'ok'),
      (one) => {
        one.drains = true;
      },
    );
    sim.pass(5_000);
    const digest = ask(sim, choice);
    approve(sim, digest, 'ana');
    stop(sim);
    approve(sim, digest, 'tom');
    sim.pass(60_000);
    expect(sim.rotation()).toMatchObject({ resolved: {}, closed: { outcome: 'stopped' } });
    expect(sim.orders.some(({ stage }) => stage === 'master')).toBe(false);
  });

  test('waiting longer for packages makes a question about them void, with its votes', () => {
    const sim = approved(
      ({ stage }) => (stage === 'drain' ? 'put-back' : 'ok'),
      (one) => {
        one.drains = true;
      },
    );
    sim.pass(5_000);
    const digest = ask(sim, 'go-on');
    approve(sim, digest, 'ana');
    sim.pass(5_000);
    lookAgain(sim);
    expect(sim.rotation()).toMatchObject({ resolve: null, voided: { choice: 'go-on', digest, waits: { id: 'mei' } } });
    approve(sim, digest, 'tom');
    expect(sim.orders.some(({ stage }) => stage === 'master')).toBe(false);
  });

  test('leaving the master behind is refused once more when the votes are complete', () => {
    const sim = approved(({ stage }) => (stage === 'master' ? 'unknown' : 'ok'));
    expect(asks(sim)).toEqual([MASTER]);
    const digest = ask(sim, 'leave-behind');
    approve(sim, digest, 'ana', 'tom');
    expect(sim.rotation()).toMatchObject({ resolve: null, resolved: {} });
  });

  test('they stay valid as long as nothing changes, however long that is', () => {
    const sim = doubted();
    const digest = ask(sim, 'leave-behind');
    approve(sim, digest, 'ana');
    sim.pass(3_600_000);
    expect(sim.rotation().resolve).toMatchObject({ digest });
    approve(sim, digest, 'tom');
    sim.pass(60_000);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlw03'] } });
  });
});
