import { next } from '../../../src/domain/next/index.ts';
import { isLeftAsItIs } from '../../../src/domain/next/lost-way-back.ts';
import { refusedChoice } from '../../../src/domain/next/refused-choice.ts';
import { leaveAfterMs, returnOf, silentMasters } from '../../../src/domain/next/silent-master.ts';
import { isPlanned, type Planned, type RotationState } from '../../../src/domain/rotation/rotation.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { approve, farmOf, ID, NEW, OLD, Sim } from '../sim.ts';

const MASTER = 'sqlm01' as HostName;
const WORKERS = ['sqlw01', 'sqlw02', 'sqlw03'];
const by = { id: 'mei', name: 'Mei Lin' };

const planned = (sim: Sim): Planned => {
  const rotation = sim.rotation();
  if (!isPlanned(rotation)) throw new Error('there is no plan');
  return rotation;
};
const now = (sim: Sim) => next({ ...sim.rotation(), resolve: null }, sim.moment());
const mayLeave = (sim: Sim): boolean => refusedChoice(sim.rotation(), 'leave-behind', now(sim)) === null;
const closed = (sim: Sim) => sim.rotation().closed;
const confirms = (sim: Sim): readonly string[] => sim.said.filter((word) => word.startsWith('confirm'));
const certificates = (sim: Sim) => WORKERS.map((host) => sim.certificate[host]);

/** Nobody asks a master whose machine is gone what it presents. */
function burnDown(sim: Sim): void {
  sim.dead.add(MASTER);
  for (const host of WORKERS) sim.blind.add(host);
}

/** Its machine is back, with disk and runner. */
function comeBack(sim: Sim): void {
  sim.dead.delete(MASTER);
  sim.blind.clear();
  sim.pass(2_500);
}

const farm = farmOf(3, { gap: { ...farmOf().gap, limitMs: 600_000 } });

/** Where it may have been when it went silent. */
const FALLS: { readonly [how: string]: () => Sim } = {
  'in the middle of its switch': () => {
    const sim = new Sim(farm, (order) => (order.stage === 'master' && order.kind === 'apply' ? 'stuck' : 'ok'));
    approve(sim);
    burnDown(sim);
    return sim;
  },
  'when it had switched and nobody had followed': () => {
    const sim = new Sim(farm, (order) => (order.stage === 'workers' ? 'stuck' : 'ok'));
    for (const host of WORKERS) sim.blind.add(host);
    approve(sim);
    burnDown(sim);
    return sim;
  },
  'when one worker had followed and two had not': () => {
    const sim = new Sim(farm, (order) => (order.host === 'sqlw03' && order.stage === 'workers' ? 'stuck' : 'ok'));
    approve(sim);
    burnDown(sim);
    return sim;
  },
  'when all had followed': () => {
    const sim = new Sim(farm, (order) => (order.host === 'sqlw03' && order.stage === 'workers' ? 'stuck' : 'ok'));
    approve(sim);
    const last = sim.held.find(({ order }) => order.host === 'sqlw03');
    burnDown(sim);
    if (last !== undefined) sim.letIn(last);
    sim.settle();
    return sim;
  },
  'when it was told to go back': () => {
    const sim = new Sim(farm, (order) => (order.host === 'sqlw03' && order.stage === 'workers' ? 'stuck' : 'ok'));
    approve(sim);
    burnDown(sim);
    sim.put({ type: 'stop-asked', id: ID, by });
    sim.settle();
    return sim;
  },
};

/** Time passes until people may leave it, and not a moment longer. */
function waitFor(sim: Sim): void {
  for (let waited = 0; !mayLeave(sim); waited += 2_500) {
    if (waited > 4 * leaveAfterMs(planned(sim))) throw new Error('nobody may ever leave it');
    sim.pass(2_500);
  }
}

test('It is known beforehand from when people may leave all as it is, and that holds', () => {
  const sim = new Sim(farm, (order) => (order.host === 'sqlw03' && order.stage === 'workers' ? 'stuck' : 'ok'));
  approve(sim);
  burnDown(sim);
  for (let waited = 0; now(sim).attention.length === 0; waited += 2_500) {
    if (waited > leaveAfterMs(planned(sim))) throw new Error('nobody is asked');
    sim.pass(2_500);
  }
  const { lost, lostAt = '' } = now(sim);
  expect([lost, Date.parse(lostAt) > sim.now]).toEqual([undefined, true]);
  sim.pass(Date.parse(lostAt) - sim.now - 2_500);
  expect([mayLeave(sim), now(sim).lostAt]).toEqual([false, lostAt]);
  sim.pass(2_500);
  expect([mayLeave(sim), now(sim).lostAt]).toEqual([true, undefined]);
});

function decide(sim: Sim, people: readonly string[] = ['ana', 'tom']): string {
  const digest = sim.ask('leave-behind', by);
  for (const who of people) sim.vote(who, 'approve', digest);
  sim.settle();
  return digest;
}

describe.each(Object.entries(FALLS))('A master that went silent for good %s', (_, fall) => {
  test('cannot be left before it has been silent for longer than its order may take plus ten minutes', () => {
    const sim = fall();
    const from = sim.presence[MASTER]?.at ?? 0;
    waitFor(sim);
    expect(sim.now - from).toBeGreaterThanOrEqual(leaveAfterMs(planned(sim)));
    expect(leaveAfterMs(planned(sim))).toBe(2 * 600_000 + 600_000);
    expect(now(sim)).toMatchObject({ lost: [MASTER] });
    // It may have been confirmed, with only its own journal knowing.
    const hasAll = certificates(sim).every((one) => one === NEW);
    expect(returnOf(planned(sim), MASTER)).toBe(hasAll ? 'unknown' : 'goes-back');
  });

  test('is not lost sooner because somebody asked about a worker: only a question about the master counts', () => {
    const sim = fall();
    sim.pass(120_000);
    sim.since = sim.now;
    const asked = { ...sim.rotation().resolve, choice: 'leave-behind', digest: 'a'.repeat(64), look: null } as const;
    const about = (hosts: readonly string[] | null) => {
      const resolve = { ...asked, hosts, at: new Date(sim.now).toISOString() } as unknown as RotationState['resolve'];
      return (
        silentMasters({ ...sim.rotation(), resolve }, { ...sim.moment(), presence: {}, now: sim.now + 120_000 })[0]
          ?.lostAt ?? 0
      );
    };
    expect(about(['sqlw02'])).toBeGreaterThan(about(null));
    expect(about([MASTER])).toBe(about(null));
  });

  test('is left behind once people agree, with every worker as it is', () => {
    const sim = fall();
    waitFor(sim);
    const were = certificates(sim);
    decide(sim, ['ana']);
    expect(isLeftAsItIs(sim.rotation())).toBe(false);
    expect(closed(sim)).toBeNull();
    sim.vote('tom', 'approve', sim.rotation().resolve?.digest ?? '');
    sim.settle();
    sim.pass(300_000);
    expect(closed(sim)).toMatchObject({ outcome: 'left-behind', data: { left: expect.arrayContaining([MASTER]) } });
    expect(certificates(sim)).toEqual(were);
    expect(sim.orders.some(({ kind, host }) => kind === 'undo' && host !== MASTER)).toBe(false);
    expect(sim.state.open).toBeNull();
    expect(confirms(sim).filter((word) => word.includes('workers'))).toEqual([]);
    // Whoever had not begun is disarmed.
    expect(sim.held.filter(({ state }) => state.part === 'follow' && !state.begun)).toEqual([]);
  });

  test('goes back by itself if it returns, with the workers that had followed, and the outcome stays what it was', () => {
    const sim = fall();
    waitFor(sim);
    decide(sim);
    sim.pass(300_000);
    const end = closed(sim);
    const given = sim.orders.length;
    comeBack(sim);
    const lead = sim.held.find(({ order }) => order.host === MASTER);
    // It finds what it was doing, and puts it back.
    if (lead?.state.switched === null) lead.state = { ...lead.state, switched: { goesBackAt: sim.now } };
    sim.pass(3_600_000);
    expect(certificates(sim)).toEqual(WORKERS.map(() => OLD));
    expect(sim.certificate[MASTER]).toBe(OLD);
    expect(sim.held).toEqual([]);
    expect(closed(sim)).toEqual(end);
    expect(sim.orders.length).toBe(given);
    expect(confirms(sim).filter((word) => word.includes('workers'))).toEqual([]);
  });

  test('no longer counts as lost once it speaks between two votes', () => {
    const sim = fall();
    waitFor(sim);
    const digest = decide(sim, ['ana']);
    comeBack(sim);
    sim.pass(2_500);
    expect(sim.rotation()).toMatchObject({ resolve: null, resolved: {}, voided: { digest } });
    sim.vote('tom', 'approve', digest);
    sim.settle();
    expect(isLeftAsItIs(sim.rotation())).toBe(false);
  });

  test('is still in question after the bot restarts between two votes, and left once nobody has heard it', () => {
    const sim = fall();
    waitFor(sim);
    const digest = decide(sim, ['ana']);
    sim.restart();
    sim.settle();
    sim.vote('tom', 'approve', digest);
    sim.settle();
    expect(sim.rotation()).toMatchObject({ resolve: { digest }, resolved: {} });
    sim.pass(60_000);
    expect(isLeftAsItIs(sim.rotation())).toBe(true);
    sim.pass(300_000);
    expect(closed(sim)).toMatchObject({ outcome: 'left-behind' });
  });

  test('and is up again when the bot restarts between two votes is heard before anything is decided', () => {
    const sim = fall();
    waitFor(sim);
    const digest = decide(sim, ['ana']);
    sim.restart();
    sim.vote('tom', 'approve', digest);
    sim.settle();
    comeBack(sim);
    sim.pass(60_000);
    expect(sim.rotation().resolved).toEqual({});
    expect(isLeftAsItIs(sim.rotation())).toBe(false);
  });

  test.each([0, 1, 2, 3, 5, 8, 13, 21, 34, 55])(
    'ends the same when the bot dies and restarts %s turns after the decision',
    (turns) => {
      const sim = fall();
      waitFor(sim);
      const were = certificates(sim);
      decide(sim);
      sim.pass(turns * 2_500);
      sim.restart();
      sim.pass(300_000);
      expect(closed(sim)).toMatchObject({ outcome: 'left-behind' });
      expect(certificates(sim)).toEqual(were);
      expect(confirms(sim).filter((word) => word.includes('workers'))).toEqual([]);
    },
  );

  test('is not left after a denial', () => {
    const sim = fall();
    waitFor(sim);
    const digest = decide(sim, ['ana']);
    sim.vote('tom', 'deny', digest);
    sim.settle();
    expect(sim.rotation()).toMatchObject({ resolve: null, resolved: {}, closed: null });
  });
});

describe('A master that went silent for good after it was confirmed', () => {
  function confirmed(): Sim {
    const sim = new Sim(farm);
    sim.request();
    sim.settle();
    sim.behaviour = ({ kind, host }) => (kind === 'look' && host === MASTER ? null : 'ok');
    for (const who of ['ana', 'tom']) sim.vote(who);
    sim.settle();
    burnDown(sim);
    waitFor(sim);
    return sim;
  }

  test('stays on the new certificate if it returns, so the workers that followed are let go', () => {
    const sim = confirmed();
    expect(returnOf(planned(sim), MASTER)).toBe('stays');
    decide(sim);
    sim.pass(60_000);
    expect(closed(sim)).toMatchObject({ outcome: 'left-behind', data: { left: [MASTER] } });
    sim.pass(10_000);
    expect(sim.held).toEqual([]);
    expect(certificates(sim)).toEqual(WORKERS.map(() => NEW));
  });
});

test('A master that is silent before the outage can be left at once', () => {
  const sim = new Sim(farm, (order) => (order.host === MASTER && order.kind === 'apply' ? null : 'ok'));
  approve(sim);
  burnDown(sim);
  sim.pass(120_000);
  expect(now(sim).lost).toBeUndefined();
  expect(mayLeave(sim)).toBe(true);
});
