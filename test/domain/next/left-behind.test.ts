import fc from 'fast-check';
import { say } from '../../../cards/wording/index.ts';
import type { Farm } from '../../../src/domain/farm/farm.ts';
import type { Order } from '../../../src/domain/letters/protocol.ts';
import { blindLook, seen } from '../../../src/domain/machine/ssisdb.ts';
import { next, signals } from '../../../src/domain/next/index.ts';
import { closedCard } from '../../app/bot/closed-card.ts';
import { approve, farmOf, ID, NEW, OLD, Sim } from '../sim.ts';

const MASTER = 'sqlm01';
const WORKERS = ['sqlw01', 'sqlw02', 'sqlw03', 'sqlw04'];

/** How a worker fares once the master has switched. */
type Fate = 'ok' | 'fails' | 'shut-out' | 'blind' | 'vanishes' | 'unknown';
type Fates = { readonly [host: string]: Fate };

const answerTo = (fates: Fates) => (order: Order) => {
  if (order.kind !== 'apply' || order.stage !== 'workers') return 'ok';
  const fate = fates[order.host] ?? 'ok';
  return fate === 'fails' ? 'put-back' : fate === 'shut-out' || fate === 'unknown' ? fate : 'ok';
};

/** A rotation that is approved, as far as it gets without time passing. */
function begin(fates: Fates, gap: Partial<Farm['gap']> = {}, diesAt = Number.POSITIVE_INFINITY): Sim {
  const sim = new Sim(farmOf(WORKERS.length, { gap: { ...farmOf().gap, ...gap } }), answerTo(fates));
  for (const host of WORKERS) if (fates[host] === 'blind') sim.blind.add(host);
  const speak = sim.speak.bind(sim);
  let lines = 0;
  sim.speak = (host, entry) => {
    speak(host, entry);
    lines += 1;
    sim.botIsGone ||= lines >= diesAt;
    if (entry.type !== 'switched' || host !== MASTER) return;
    for (const name of WORKERS) if (fates[name] === 'vanishes') sim.dead.add(name);
  };
  const put = sim.put.bind(sim);
  sim.put = (...entries) => {
    if (!sim.botIsGone) put(...entries);
  };
  return approve(sim);
}

const confirmed = (sim: Sim): boolean => sim.said.includes(`confirm master ${MASTER}`);

/** All clocks are set back by an hour, and the bot's desk counts silence from then on. */
function setBack(sim: Sim): void {
  sim.now -= 3_600_000;
  sim.since = sim.now;
  for (const { name } of sim.farm.hosts) sim.hello(name);
}

describe('With one worker that may be left behind', () => {
  const cases: readonly (readonly [string, Fate, number])[] = [
    ['is never let in', 'shut-out', 60_000],
    ['cannot see its master', 'blind', 60_000],
    ['vanishes', 'vanishes', 60_000],
    ['vanishes, and is not known to be silent by the gap limit,', 'vanishes', 20_000],
  ];
  test.each(cases)('a worker that %s is named at the end, and nobody goes back for it', (_, fate, limitMs) => {
    const sim = begin({ sqlw03: fate }, { leaveBehind: 1, limitMs });
    sim.pass(300_000);
    expect(sim.rotation()).toMatchObject({
      turned: null,
      closed: { outcome: 'left-behind', data: { left: ['sqlw03'] } },
    });
    expect(sim.certificate).toEqual({ sqlm01: NEW, sqlw01: NEW, sqlw02: NEW, sqlw03: OLD, sqlw04: NEW });
  });

  test('the master is confirmed without it shortly before it would go back, and not sooner', () => {
    const sim = begin({ sqlw03: 'shut-out' }, { leaveBehind: 1 });
    sim.pass(45_000);
    expect(confirmed(sim)).toBe(false);
    sim.pass(10_000);
    expect(confirmed(sim)).toBe(true);
    expect(sim.rotation().orders.find(({ stage }) => stage === 'master')?.status).toBe('finished');
  });

  test('nobody waits for its next heartbeats, as they cannot come', () => {
    const closedAfter = (beats: readonly string[]): number => {
      const sim = begin({ sqlw03: 'shut-out' }, { leaveBehind: 1 });
      const iso = (ms: number) => new Date(ms).toISOString();
      sim.ssisdb = () => ({
        ...blindLook(MASTER, 'no-role'),
        now: iso(sim.now),
        workers: seen(
          WORKERS.map((machine) => ({
            machine,
            lastOnline: beats.includes(machine) ? iso(sim.now) : null,
            enabled: true,
          })),
        ),
      });
      const from = sim.now;
      while (sim.rotation().closed === null && sim.now < from + 600_000) sim.pass(2_500);
      expect(sim.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlw03'] } });
      return sim.now - from;
    };
    expect(closedAfter(['sqlw01', 'sqlw02', 'sqlw04'])).toBe(closedAfter(WORKERS));
  });

  test('the worker has the time that its order gives it, and may connect after the gap limit', () => {
    const sim = begin({ sqlw03: 'shut-out' }, { leaveBehind: 1 });
    sim.pass(100_000);
    expect(sim.rotation().closed).toBeNull();
    const held = sim.held.find(({ order }) => order.host === 'sqlw03');
    if (held === undefined) throw new Error('it holds nothing');
    sim.letIn(held);
    sim.pass(10_000);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  describe('a worker that comes back after the rotation is closed', () => {
    const back = (how: (one: Sim) => void = () => {}): Sim => {
      const sim = begin({ sqlw03: 'vanishes' }, { leaveBehind: 1 });
      sim.pass(300_000);
      expect(sim.rotation().closed?.data.left).toEqual(['sqlw03']);
      how(sim);
      sim.dead.clear();
      sim.pass(30_000);
      return sim;
    };
    const orderOf = (sim: Sim) =>
      sim.rotation().orders.findLast(({ host, stage }) => host === 'sqlw03' && stage === 'workers');

    test('is let go only while it is heard, and only if its runner still knows the order', () => {
      const sim = back();
      const order = orderOf(sim);
      const { now, presence, ...moment } = sim.moment();
      const rotation = {
        ...sim.rotation(),
        orders: sim.rotation().orders.map((one) => (one === order ? { ...one, status: 'accepted' as const } : one)),
      };
      const toldWith = (lastN: number, later = 0) => {
        const hello = presence.sqlw03;
        if (hello === undefined) throw new Error('it says nothing');
        const said = { ...moment, now: now + later, presence: { ...presence, sqlw03: { ...hello, lastN } } };
        return signals(rotation, said).map(({ order: { host }, say }) => `${say} ${host}`);
      };
      const n = order?.n ?? 0;
      expect(toldWith(n)).toEqual(['confirm sqlw03']);
      expect(toldWith(n - 1)).toEqual([]);
      expect(toldWith(n, 3_600_000)).toEqual([]);
    });

    test('follows its master and is then let go', () => {
      const sim = back();
      expect(sim.certificate.sqlw03).toBe(NEW);
      expect(orderOf(sim)).toMatchObject({ status: 'finished', outcome: 'applied' });
      expect(sim.held).toEqual([]);
    });

    test('is let go as put back when it fails to follow', () => {
      const sim = back((one) => {
        one.behaviour = () => 'put-back';
      });
      expect(sim.certificate.sqlw03).toBe(OLD);
      expect(orderOf(sim)).toMatchObject({ status: 'finished', outcome: 'put-back' });
    });

    test('still holds its order when the master was put back by hand meanwhile, to go back with it', () => {
      const sim = back((one) => {
        const master = one.rotation().orders.findLast(({ host, stage }) => host === MASTER && stage === 'master');
        if (master === undefined) throw new Error('it never switched');
        const { host, n } = master;
        one.speak(host, { type: 'finished', n, rotation: ID, outcome: 'put-back', look: null, facts: {} });
      });
      expect(sim.held).toHaveLength(1);
    });
  });

  test('a second worker that is never let in makes all go back at the gap limit', () => {
    const sim = begin({ sqlw03: 'shut-out', sqlw04: 'shut-out' }, { leaveBehind: 1 });
    sim.pass(300_000);
    expect(confirmed(sim)).toBe(false);
    expect(sim.rotation().closed?.outcome).toBe('put-back');
    const gaps = closedCard(sim.farm, sim.rotation(), sim.now)?.gaps.filter(({ failed }) => failed);
    expect(gaps?.map(({ host }) => host)).toEqual(['sqlw03', 'sqlw04']);
    expect(new Set(Object.values(sim.certificate))).toEqual(new Set([OLD]));
  });

  test.each([
    ['the gap limit passed', { code: 'GapLimitPassed', data: { seconds: 60, hosts: ['sqlw03', 'sqlw04'] } }],
    ['people decided so', { code: 'PutBackDecided', data: {} }],
  ])('where all went back because %s, the card names one of two that failed, and the other beside it', (_, turned) => {
    const sim = begin({ sqlw03: 'shut-out', sqlw04: 'shut-out' }, { leaveBehind: 1 });
    sim.pass(300_000);
    const code = 'ServiceNotRunning';
    const decided = { choice: 'put-all-back', at: sim.rotation().at, orders: 0, facts: '' };
    const rotation = {
      ...sim.rotation(),
      turned: { ...turned, host: null, stage: null, step: null },
      resolved: { sqlw03: decided, sqlw04: decided },
      orders: sim.rotation().orders.map((one) => (one.code === 'StopAsked' ? { ...one, code } : one)),
    } as unknown as ReturnType<Sim['rotation']>;
    const view = closedCard(sim.farm, rotation, sim.now);
    expect(view?.why).toMatchObject({ data: { code: turned.code, data: { late: { host: 'sqlw03', code } } } });
    const also = view?.next.filter(({ id }) => id === 'next.failed-also');
    expect(also).toMatchObject([{ data: { host: 'sqlw04', code } }]);
    // That nobody confirmed a master in time followed from those; that it went back before its time did not.
    const beside = (data: object) => {
      const orders = rotation.orders.map((one) =>
        one.host === 'sqlm01' && one.kind === 'apply' && one.stage === 'master'
          ? { ...one, code: 'NotConfirmed', data }
          : one,
      );
      const card = closedCard(sim.farm, { ...rotation, orders } as typeof rotation, sim.now);
      return card?.next.filter(({ id }) => id === 'next.failed-also').map(({ data: of }) => of.host);
    };
    expect([beside({}), beside({ early: 40 })]).toEqual([['sqlw04'], ['sqlm01', 'sqlw04']]);
  });

  test('all failed workers are named when more fail than may be left behind', () => {
    const failing = { sqlw02: 'fails', sqlw03: 'fails', sqlw04: 'fails' } as const;
    const sim = begin(failing, { leaveBehind: 2, concurrency: 3 });
    sim.pass(300_000);
    expect(sim.rotation().closed?.outcome).toBe('put-back');
    const view = closedCard(sim.farm, sim.rotation(), sim.now);
    expect(view?.why).toMatchObject({ data: { host: 'sqlw02' } });
    expect(view?.next).toMatchObject([
      { id: 'next.ask-again', data: {} },
      ...['sqlw03', 'sqlw04'].map((host) => ({ id: 'next.failed-also', data: { host, code: 'ServiceNotRunning' } })),
      { id: 'next.failed-too', data: { hosts: [], most: 2 } },
    ]);
    expect(say({ id: 'next.failed-too', data: { hosts: [], most: 2 } }, 'en')).toMatch(/^At most 2 workers/u);
    expect(view?.gaps.filter(({ failed }) => failed).map(({ host }) => host)).toEqual(Object.keys(failing));
  });

  test('exactly as many as allowed are left behind, and shown as still cut off for an unknown time', () => {
    const sim = begin({ sqlw03: 'fails', sqlw04: 'fails' }, { leaveBehind: 2 });
    sim.pass(300_000);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlw03', 'sqlw04'] } });
    const gaps = closedCard(sim.farm, sim.rotation(), sim.now)?.gaps ?? [];
    const still = gaps.filter((gap) => gap.still);
    expect(still).toMatchObject([
      { host: 'sqlw03', ms: [], failed: true },
      { host: 'sqlw04', ms: [], failed: true },
    ]);
    expect(gaps.filter(({ ms }) => ms.length > 0)).toHaveLength(2);
  });

  test('all is put back when the canary is the one missing, even if nobody else is', () => {
    const sim = begin({ sqlw01: 'shut-out' }, { leaveBehind: 3 });
    sim.pass(300_000);
    expect(confirmed(sim)).toBe(false);
    expect(sim.rotation().turned).toMatchObject({ code: 'GapLimitPassed' });
    expect(new Set(Object.values(sim.certificate))).toEqual(new Set([OLD]));
  });

  test('its time counts from when it could go, so that a worker that sees its master late still connects', () => {
    const sim = begin({ sqlw03: 'blind' }, { leaveBehind: 1 });
    sim.pass(150_000);
    sim.blind.clear();
    sim.pass(10_000);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('it gets no more time when the clock is set back meanwhile', () => {
    const sim = begin({ sqlw03: 'blind' }, { leaveBehind: 1 });
    sim.pass(70_000);
    expect(confirmed(sim)).toBe(true);
    setBack(sim);
    sim.pass(130_000);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlw03'] } });
  });

  test('a bot that was away leaves nobody behind before it has listened for that time itself', () => {
    const sim = begin({ sqlw03: 'blind' }, { leaveBehind: 1 });
    sim.pass(100_000);
    const listens = sim.moment.bind(sim);
    const since = sim.now;
    sim.moment = () => ({ ...listens(), since });
    sim.pass(110_000);
    expect(sim.rotation().closed).toBeNull();
    sim.pass(20_000);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlw03'] } });
  });

  test('an unknown worker needs a person, and the others stay', () => {
    const sim = begin({ sqlw03: 'unknown' }, { leaveBehind: 1 });
    sim.pass(90_000);
    expect(confirmed(sim)).toBe(true);
    expect(sim.rotation().turned).toBeNull();
    expect(next(sim.rotation(), sim.moment()).attention.map(({ host }) => host)).toEqual(['sqlw03']);
  });
});

describe('When workers go one after the other,', () => {
  test('those behind a shut-out worker go as soon as the master is confirmed, and are not left behind', () => {
    const sim = begin({ sqlw02: 'shut-out' }, { leaveBehind: 3, concurrency: 1 });
    sim.pass(45_000);
    expect(sim.certificate).toMatchObject({ sqlw01: NEW, sqlw03: OLD, sqlw04: OLD });
    sim.pass(10_000);
    expect(sim.certificate).toMatchObject({ sqlw01: NEW, sqlw03: NEW, sqlw04: NEW });
    sim.pass(300_000);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlw02'] } });
  });

  test.each(['blind', 'vanishes'] as const)(
    'a worker that never moves (%s) keeps its place only for seconds, and nobody goes back for it',
    (fate) => {
      const sim = begin({ sqlw02: fate }, { leaveBehind: 1, concurrency: 1 });
      sim.pass(10_000);
      expect(sim.certificate).toMatchObject({ sqlw01: NEW, sqlw02: OLD, sqlw03: NEW, sqlw04: NEW });
      sim.pass(300_000);
      expect(sim.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlw02'] } });
    },
  );

  test('a worker that never moves keeps its place no longer when the clock is set back', () => {
    const sim = begin({ sqlw02: 'blind' }, { leaveBehind: 1, concurrency: 1 });
    setBack(sim);
    sim.pass(15_000);
    expect(sim.certificate).toMatchObject({ sqlw01: NEW, sqlw02: OLD, sqlw03: NEW, sqlw04: NEW });
  });

  test('a worker that moves at last gets another turn behind the others', () => {
    const sim = begin({ sqlw02: 'blind' }, { leaveBehind: 1, concurrency: 1 });
    sim.pass(10_000);
    sim.blind.clear();
    sim.pass(10_000);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('a paused worker is passed by too, and follows once it is resumed', () => {
    const silent = (order: Order) => (order.kind === 'apply' && order.stage === 'master' ? null : 'ok');
    const sim = new Sim(farmOf(4, { gap: { ...farmOf().gap, leaveBehind: 1, concurrency: 1 } }), silent);
    sim.request();
    sim.settle();
    for (const who of ['ana', 'tom']) sim.vote(who);
    sim.settle();
    sim.paused.add('sqlw02');
    sim.behaviour = () => 'ok';
    for (const order of sim.orders.filter((one) => silent(one) === null)) sim.answer(order);
    sim.pass(10_000);
    expect(sim.certificate).toMatchObject({ sqlw01: NEW, sqlw03: NEW, sqlw04: NEW });
    sim.paused.clear();
    sim.pass(10_000);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('never more workers are on their way at once than was approved', () => {
    const sim = begin({ sqlw02: 'blind', sqlw03: 'shut-out' }, { leaveBehind: 3, concurrency: 1 });
    sim.pass(20_000);
    expect(
      sim.held.filter(({ state }) => state.part === 'follow' && state.begun && state.switched === null),
    ).toHaveLength(1);
    expect(sim.certificate).toMatchObject({ sqlw04: OLD });
  });

  test('one that never moved gets no turn again before those that were not told yet, however many go at once', () => {
    const sim = begin({ sqlw01: 'shut-out', sqlw02: 'vanishes' }, { leaveBehind: 2, canary: 0, concurrency: 2 });
    sim.pass(10_000);
    expect(sim.certificate).toMatchObject({ sqlw01: OLD, sqlw02: OLD, sqlw03: NEW, sqlw04: NEW });
  });

  test.each(['sqlw01', 'sqlw02', 'sqlw03'])('no more workers begin when nobody has heard that %s has begun', (late) => {
    const fates: Fates = { sqlw01: 'shut-out', sqlw02: 'shut-out', sqlw03: 'shut-out' };
    const sim = new Sim(
      farmOf(4, { gap: { ...farmOf().gap, leaveBehind: 3, canary: 0, concurrency: 3 } }),
      answerTo(fates),
    );
    const speak = sim.speak.bind(sim);
    sim.speak = (host, entry) => {
      if (host !== late || !('step' in entry && entry.step?.includes('/workers/'))) speak(host, entry);
    };
    approve(sim);
    sim.pass(6_000);
    expect(sim.held.find(({ order }) => order.host === 'sqlw04')?.state.begun).toBe(false);
  });

  // The card counts who is connected by the gap limit, not who would be.
  test.each([
    [2, 'turned', [OLD, OLD]],
    [3, 'left-behind', [NEW, NEW]],
  ] as const)(
    'a worker whose turn does not come within a short gap limit, behind two that never move, is missing too: with %i allowed, it is %s',
    (leaveBehind, outcome, certificates) => {
      const sim = begin(
        { sqlw02: 'blind', sqlw03: 'vanishes' },
        { leaveBehind, canary: 0, concurrency: 1, limitMs: 20_000 },
      );
      sim.pass(500_000);
      expect([sim.certificate[MASTER], sim.certificate.sqlw04]).toEqual(certificates);
      const { closed, turned } = sim.rotation();
      expect(turned === null ? closed?.outcome : 'turned').toBe(outcome);
    },
  );

  test('with a gap limit of a minute the same worker has its turn in time, and nobody goes back', () => {
    const sim = begin({ sqlw02: 'blind', sqlw03: 'vanishes' }, { leaveBehind: 2, canary: 0, concurrency: 1 });
    sim.pass(500_000);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlw02', 'sqlw03'] } });
  });

  test('all go back when more workers wait behind a shut-out one than may be left behind', () => {
    const sim = begin({ sqlw02: 'shut-out' }, { leaveBehind: 2, concurrency: 1 });
    sim.pass(300_000);
    expect(sim.rotation().closed?.outcome).toBe('put-back');
    expect(new Set(Object.values(sim.certificate))).toEqual(new Set([OLD]));
  });
});

test('when none may be left behind, one worker that is never let in makes all go back', () => {
  const sim = begin({ sqlw03: 'shut-out' });
  sim.pass(300_000);
  expect(confirmed(sim)).toBe(false);
  expect(sim.rotation().closed?.outcome).toBe('put-back');
  expect(new Set(Object.values(sim.certificate))).toEqual(new Set([OLD]));
});

const fate = fc.constantFrom<Fate>('ok', 'ok', 'ok', 'fails', 'shut-out', 'blind', 'vanishes');
const fatesOf = fc
  .tuple(fate, fate, fate, fate)
  .map((four): Fates => Object.fromEntries(WORKERS.map((host, at) => [host, four[at] ?? 'ok'])));
const gaps = fc.record({
  leaveBehind: fc.integer({ min: 0, max: 3 }),
  canary: fc.integer({ min: 0, max: 2 }),
  concurrency: fc.constantFrom(1, 2, 50),
  limitMs: fc.constantFrom(20_000, 60_000),
});
const missing = (fates: Fates): readonly string[] => WORKERS.filter((host) => fates[host] !== 'ok');

/** For this long a worker that does not move keeps its place. */
const TURN_MS = 9_000;
/** This long before the gap limit, at most a third of it, the workers that have followed are enough. */
const CONFIRM_BEFORE_MS = 9_000;

/**
 * Healthy ones whose turn comes with the confirmation only: others keep the places before them, those that have begun
 * until then, and those that never move for seconds.
 */
function queued(fates: Fates, { concurrency, limitMs }: Farm['gap']): readonly string[] {
  let free: readonly number[] = Array.from({ length: concurrency }, () => 0);
  const confirmedAt = limitMs - Math.min(CONFIRM_BEFORE_MS, limitMs / 3);
  return WORKERS.filter((host) => {
    const [turn = 0, ...others] = [...free].sort((a, b) => a - b);
    const fate = fates[host];
    const isStill = fate === 'blind' || fate === 'vanishes';
    free = [fate === 'shut-out' ? Number.POSITIVE_INFINITY : isStill ? turn + TURN_MS : turn, ...others];
    return fate === 'ok' && turn > confirmedAt;
  });
}

/** As the plan card says it: at most so many are not connected by the gap limit. */
const staysNew = (fates: Fates, gap: Farm['gap']): boolean =>
  WORKERS.slice(0, gap.canary).every((host) => fates[host] === 'ok') &&
  missing(fates).length + queued(fates, gap).length <= gap.leaveBehind;

test('whoever is missing, the farm ends as its card said', () => {
  fc.assert(
    fc.property(fatesOf, gaps, (fates, gap) => {
      const sim = begin(fates, gap);
      sim.pass(500_000);
      const wanted = staysNew(fates, gap) ? NEW : OLD;
      const left = missing(fates);
      for (const host of [MASTER, ...WORKERS.filter((one) => !left.includes(one))])
        expect([host, sim.certificate[host]]).toEqual([host, wanted]);
      const { closed } = sim.rotation();
      if (wanted === NEW && left.length === 0) expect(closed?.outcome).toBe('proved');
      else if (wanted === NEW) expect(closed).toMatchObject({ outcome: 'left-behind', data: { left } });
      else expect(closed === null || closed.outcome === 'put-back').toBe(true);
    }),
    { numRuns: 150 },
  );
});

test('even with the bot gone for good at any point, nobody is left behind whom the card does not allow', () => {
  fc.assert(
    fc.property(fatesOf, gaps, fc.integer({ min: 20, max: 90 }), (fates, gap, diesAt) => {
      const sim = begin(fates, gap, diesAt);
      sim.pass(100_000);
      sim.botIsGone = true;
      sim.pass(400_000);
      const on = sim.certificate[MASTER];
      const off = WORKERS.filter((host) => sim.certificate[host] !== on);
      if (on === OLD) expect(off.filter((host) => fates[host] !== 'vanishes')).toEqual([]);
      else expect(staysNew(fates, gap)).toBe(true);
      expect(off.filter((host) => fates[host] === 'ok')).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
