import fc from 'fast-check';
import { needsPersonView } from '../../../src/app/bot/views/running/needs-person-view.ts';
import type { Order } from '../../../src/domain/letters/protocol.ts';
import { causeOf } from '../../../src/domain/next/cause/cause.ts';
import { next } from '../../../src/domain/next/index.ts';
import { unwritableNote } from '../../../src/domain/presence/unwritable.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { approve, farmOf, ID, NEW, OLD, Sim } from '../sim.ts';

const isApplyOf = (stage: string, host?: string) => (order: Order) =>
  order.kind === 'apply' && order.stage === stage && (host === undefined || order.host === host);
const certificates = (sim: Sim): readonly string[] => [...new Set(Object.values(sim.certificate))];
const orders = (sim: Sim, kind: string): readonly string[] =>
  sim.orders.filter((order) => order.kind === kind).map(({ stage, host }) => `${stage} ${host}`);

describe('A master that fails', () => {
  const failing = (): { sim: Sim; n: number } => {
    const sim = approve(new Sim(farmOf(), (order) => (isApplyOf('master')(order) ? 'stuck' : 'ok')));
    return { sim, n: sim.orders.find(isApplyOf('master'))?.n ?? 0 };
  };
  const goesBack = (sim: Sim, host: HostName): void => {
    const n = sim.orders.find(isApplyOf('workers', host))?.n ?? 0;
    sim.speak(host, { type: 'failed', n, rotation: ID, step: null, code: 'MasterWentBack', data: {} });
    sim.settle();
  };

  test.each(['sqlw01', 'sqlw02'] as HostName[])(
    'is named as the cause with what it failed at, even if %s, which goes back with it, finishes first',
    (host) => {
      const { sim, n } = failing();
      const step = 'sqlm01/master/write-setting';
      const data = { file: 'C:\\MasterSettings.config', reason: 'EBUSY' };
      sim.speak('sqlm01' as HostName, { type: 'failed', n, rotation: ID, step, code: 'FileBusy', data });
      goesBack(sim, host);
      expect(sim.rotation().turned).toEqual({ host: 'sqlm01', stage: 'master', step, code: 'FileBusy', data });
    },
  );

  test('is named once it says what it failed at, if a worker that went back with it was heard first', () => {
    const { sim, n } = failing();
    goesBack(sim, 'sqlw02' as HostName);
    const step = 'sqlm01/master/restart-service';
    const failed = { type: 'failed', n, rotation: ID, step, code: 'ToolTimedOut', data: {} } as const;
    sim.speak('sqlm01' as HostName, failed);
    const known = { host: 'sqlm01', stage: 'master', step, code: 'ToolTimedOut', data: {} };
    expect(causeOf(sim.rotation(), sim.moment())).toEqual(known);
  });

  test('is named as not confirmed where no worker held it up, and with how early it went back', () => {
    const { sim, n } = failing();
    goesBack(sim, 'sqlw02' as HostName);
    const failed = { type: 'failed', n, rotation: ID, step: null, code: 'NotConfirmed', data: { early: 42 } } as const;
    sim.speak('sqlm01' as HostName, failed);
    const known = { host: 'sqlm01', code: 'NotConfirmed', data: { early: 42 } };
    expect(causeOf(sim.rotation(), sim.moment())).toMatchObject(known);
  });

  test('is not named when it was only asked to stop', () => {
    const { sim, n } = failing();
    goesBack(sim, 'sqlw02' as HostName);
    const failed = { type: 'failed', n, rotation: ID, step: null, code: 'StopAsked', data: {} } as const;
    sim.speak('sqlm01' as HostName, failed);
    expect(sim.rotation().turned).toMatchObject({ host: 'sqlw02', code: 'MasterWentBack' });
    expect(causeOf(sim.rotation(), sim.moment())).toMatchObject({ host: 'sqlw02', code: 'MasterWentBack' });
  });
});

describe('Before the outage', () => {
  test.each(['refuse', 'FactsMoved'] as const)(
    'a worker that cannot be armed (%s) keeps the master untouched, and the preparation is undone',
    (how) => {
      const gap = { ...farmOf().gap, leaveBehind: 2 };
      const refuses = isApplyOf('workers', 'sqlw02');
      const sim = new Sim(farmOf(3, { gap }), (order) => (refuses(order) ? how : 'ok'));
      approve(sim);
      expect(orders(sim, 'apply')).not.toContain('master sqlm01');
      expect(orders(sim, 'stop')).toEqual(['workers sqlw01', 'workers sqlw03']);
      expect(orders(sim, 'undo')).toEqual(['trust sqlw01', 'trust sqlw02', 'trust sqlw03', 'create sqlm01']);
      expect(sim.rotation().closed).toMatchObject({ outcome: 'put-back' });
      expect(sim.held).toEqual([]);
      expect(certificates(sim)).toEqual([OLD]);
    },
  );

  test('a worker that says nothing keeps the master untouched, and its runner’s silence turns the rotation', () => {
    const silent = isApplyOf('workers', 'sqlw03');
    const sim = new Sim(farmOf(), (order) => (silent(order) ? null : 'ok'));
    approve(sim);
    sim.pass(40_000);
    expect(orders(sim, 'apply')).not.toContain('master sqlm01');
    sim.pass(60_000, ['sqlw03']);
    expect(sim.rotation().turned).toMatchObject({ host: 'sqlw03', code: 'RunnerSilent' });
    expect(orders(sim, 'apply')).not.toContain('master sqlm01');
  });

  test('a worker paused while it is armed keeps the outage from beginning, and is put back once resumed', () => {
    const silent = isApplyOf('workers', 'sqlw03');
    const sim = new Sim(farmOf(3, { gap: { ...farmOf().gap, leaveBehind: 3 } }), (order) =>
      silent(order) ? null : 'ok',
    );
    approve(sim);
    sim.paused.add('sqlw02');
    sim.pass(2_500);
    expect(sim.rotation().turned).toMatchObject({ host: 'sqlw02', stage: 'workers', code: 'RunnerPaused' });
    sim.behaviour = () => 'ok';
    for (const order of sim.orders.filter(silent)) sim.answer(order);
    sim.pass(30_000);
    expect(orders(sim, 'undo')).toEqual(['trust sqlw01', 'trust sqlw03', 'create sqlm01']);
    const asked = next(sim.rotation(), sim.moment());
    expect(asked.attention).toMatchObject([{ host: 'sqlw02', code: 'RunnerPaused' }]);
    const card = needsPersonView(sim.farm, sim.rotation(), asked, sim.now);
    expect(card).toMatchObject({ unknown: ['sqlw02'], paused: true, leave: 'as-it-is' });
    expect(card?.rows.map(({ state }) => state)).not.toContain('unknown');
    sim.paused.clear();
    sim.pass(5_000);
    expect(orders(sim, 'undo')).toContain('trust sqlw02');
    expect(orders(sim, 'apply')).not.toContain('master sqlm01');
    expect(sim.rotation().closed).toMatchObject({
      outcome: 'put-back',
      data: { host: 'sqlw02', code: 'RunnerPaused' },
    });
    expect(certificates(sim)).toEqual([OLD]);
  });

  test('a restarted bot hears a paused worker before it puts it back', () => {
    const silent = isApplyOf('workers', 'sqlw03');
    const sim = new Sim(farmOf(3), (order) => (silent(order) ? null : 'ok'));
    approve(sim);
    sim.paused.add('sqlw02');
    sim.pass(2_500);
    sim.behaviour = () => 'ok';
    for (const order of sim.orders.filter(silent)) sim.answer(order);
    sim.pass(30_000);
    sim.restart();
    sim.settle();
    sim.pass(5_000);
    expect(orders(sim, 'undo')).not.toContain('trust sqlw02');
    expect(next(sim.rotation(), sim.moment()).attention).toMatchObject([{ host: 'sqlw02', code: 'RunnerPaused' }]);
    sim.paused.clear();
    sim.pass(5_000);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'put-back' });
  });

  test('a restarted bot asks the same about a machine that had gone silent, so votes stay valid', () => {
    const sim = new Sim(farmOf(3), (order) => (isApplyOf('trust', 'sqlw02')(order) ? null : 'ok'));
    approve(sim);
    sim.dead.add('sqlw02');
    sim.pass(120_000);
    const asked = next(sim.rotation(), sim.moment()).attention;
    expect(asked).toMatchObject([{ host: 'sqlw02', code: 'RunnerSilent' }]);
    sim.restart();
    expect(next(sim.rotation(), sim.moment()).attention).toEqual(asked);
  });

  test('a restarted bot does not begin the outage before it has heard whether a worker is paused', () => {
    const silent = isApplyOf('workers', 'sqlw03');
    const sim = new Sim(farmOf(3), (order) => (silent(order) ? null : 'ok'));
    approve(sim);
    sim.paused.add('sqlw02');
    sim.restart();
    sim.behaviour = () => 'ok';
    for (const order of sim.orders.filter(silent)) sim.answer(order);
    sim.settle();
    expect(orders(sim, 'apply')).not.toContain('master sqlm01');
    sim.pass(2_500);
    expect(sim.rotation().turned).toMatchObject({ host: 'sqlw02', code: 'RunnerPaused' });
    expect(orders(sim, 'apply')).not.toContain('master sqlm01');
  });

  test('a worker paused after the master got its order turns nothing, as it may be resumed', () => {
    const waits = isApplyOf('master');
    const sim = new Sim(farmOf(3), (order) => (waits(order) ? null : 'ok'));
    approve(sim);
    sim.paused.add('sqlw02');
    sim.pass(5_000);
    expect(sim.rotation().turned).toBeNull();
    sim.paused.clear();
    sim.behaviour = () => 'ok';
    for (const order of sim.orders.filter(waits)) sim.answer(order);
    sim.pass(5_000);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'proved' });
  });

  test('a stop disarms without any change', () => {
    const silent = isApplyOf('workers', 'sqlw03');
    const sim = new Sim(farmOf(), (order) => (silent(order) ? null : 'ok'));
    approve(sim);
    sim.put({ type: 'stop-asked', id: ID, by: { id: 'mei', name: 'Mei Lin' } });
    sim.settle();
    sim.pass(200_000);
    expect(sim.held.filter(({ order }) => order.host !== 'sqlw03')).toEqual([]);
    expect(orders(sim, 'undo').filter((line) => line.startsWith('workers sqlw01'))).toEqual([]);
    expect(certificates(sim)).toEqual([OLD]);
  });
});

describe('An order of the lead that nobody is known to have begun', () => {
  const isLead = isApplyOf('master');

  /** A farm in which the first so many orders of the lead never arrive. */
  function losing(turns: number, farm = farmOf(3)): Sim {
    const isLost = (order: Order): boolean =>
      sim.orders
        .filter(isLead)
        .slice(0, turns)
        .some(({ n }) => isLead(order) && n === order.n);
    const sim: Sim = new Sim(farm, (order) => (isLost(order) ? null : 'ok'));
    const numbers = (host: string) => sim.orders.filter((order) => order.host === host && !isLost(order));
    sim.lastN = (host) => Math.max(0, ...numbers(host).map(({ n }) => n));
    return approve(sim);
  }

  test('is not given again because old hellos arrive a second time', () => {
    const sim = new Sim(farmOf(3));
    const words: (() => void)[] = [];
    let isWithheld = false;
    // From the master's order on, its old hellos are repeated, and nothing else that anybody says arrives.
    const hello = sim.hello.bind(sim);
    const speak = sim.speak.bind(sim);
    const answer = sim.answer.bind(sim);
    sim.speak = (...said) => void (isWithheld ? words.push(() => speak(...said)) : speak(...said));
    sim.hello = (host) => {
      const before = sim.presence[host];
      if (!isWithheld || before === undefined) hello(host);
      else sim.presence[host] = { ...before, at: sim.now };
    };
    sim.answer = (order) => {
      isWithheld ||= isLead(order);
      answer(order);
    };
    approve(sim);
    sim.pass(15 * 60_000);
    expect(sim.orders.filter(isLead).length).toBe(1);
    expect(certificates(sim)).toEqual([OLD]);
  });

  test('is given again to a machine that says, well past its deadline, that it knows of none', () => {
    const sim = losing(1);
    sim.pass(4 * 60_000);
    expect(sim.orders.filter(isLead).length).toBe(2);
    expect(certificates(sim)).toEqual([NEW]);
  });

  test('is also given again when its runner refuses the late letter after it has lapsed', () => {
    const sim = losing(1);
    const lead = sim.orders.find(isLead);
    if (lead === undefined) throw new Error('no order of the lead');
    const { host, n } = lead;
    sim.put({ type: 'lapsed', id: ID, host, n });
    sim.speak(host, { type: 'refused', n, rotation: ID, code: 'OrderExpired', data: {} });
    sim.settle();
    expect(sim.rotation().turned).toBeNull();
    expect(sim.orders.filter(isLead).length).toBe(2);
    expect(certificates(sim)).toEqual([NEW]);
  });

  test('is given three times to a runner whose clock was set and which refuses its date, and then the rotation turns', () => {
    const sim = losing(9);
    for (let given = 1; given <= 3; given += 1) {
      const lead = sim.orders.findLast(isLead);
      if (lead === undefined) throw new Error('no order of the lead');
      const { host, n, startBy } = lead;
      const now = new Date(sim.now + 600_000).toISOString();
      expect(sim.orders.filter(isLead).length).toBe(given);
      if (given > 1) expect(Date.parse(startBy)).toBeGreaterThan(Date.parse(now));
      sim.speak(host, { type: 'refused', n, rotation: ID, code: 'OrderExpired', data: { startBy, now } });
      sim.settle();
    }
    expect(sim.orders.filter(isLead).length).toBe(3);
    expect(sim.rotation().turned).toMatchObject({ code: 'OrderExpired', data: { now: expect.any(String) } });
    expect(certificates(sim)).toEqual([OLD]);
  });

  test('is not given again when a follower no longer holds its order, however many may be left behind', () => {
    const gap = { ...farmOf().gap, leaveBehind: 2 };
    const sim = losing(3, farmOf(3, { gap }));
    const held = sim.held.find(({ order }) => order.host === 'sqlw02');
    sim.held = sim.held.filter((one) => one !== held);
    const { n = 0 } = held?.order ?? {};
    sim.speak('sqlw02' as HostName, {
      ...{ type: 'finished', n, rotation: ID, outcome: 'unchanged', look: null, facts: {} },
    });
    sim.pass(10 * 60_000);
    expect(sim.orders.filter(isLead).length).toBe(1);
    expect(sim.rotation().turned).toMatchObject({ host: 'sqlw02' });
    expect(certificates(sim)).toEqual([OLD]);
  });
});

describe('The confirmation', () => {
  test('goes to the master only when all have followed, and to the workers only when the last look proved it', () => {
    const sim = approve(new Sim(farmOf(3), (order) => (isApplyOf('workers', 'sqlw03')(order) ? 'stuck' : 'ok')));
    expect(sim.said.filter((line) => line.startsWith('confirm'))).toEqual([]);
    const blind = new Sim(farmOf(3), (order) => (order.kind === 'look' && order.n > 3 ? 'unknown' : 'ok'));
    approve(blind);
    expect(blind.said.filter((line) => line.startsWith('confirm'))).toEqual(['confirm master sqlm01']);
  });

  test('is missed by a master that goes silent before it: a person is asked, as the master goes back by itself', () => {
    const sim = new Sim(farmOf());
    const speak = sim.speak.bind(sim);
    sim.speak = (host, entry) => {
      speak(host, entry);
      if (host === 'sqlw03' && entry.type === 'switched') sim.dead.add('sqlm01');
    };
    approve(sim);
    expect(sim.rotation().orders.find(({ stage }) => stage === 'master')?.status).toBe('accepted');
    sim.pass(50_000);
    expect(next(sim.rotation(), sim.moment()).attention.map(({ host }) => host)).toContain('sqlm01');
  });
});

describe('A confirmed master that does not report its end', () => {
  /** Its disk fills as soon as the last worker has followed. */
  function filled(says = true): Sim {
    const sim = new Sim(farmOf());
    const speak = sim.speak.bind(sim);
    sim.speak = (host, entry) => {
      speak(host, entry);
      if (host === 'sqlw03' && entry.type === 'switched') sim.full.add('sqlm01');
    };
    const { hello } = sim;
    if (!says)
      sim.hello = (host) => {
        hello.call(sim, host);
        const told = sim.presence[host];
        if (told !== undefined) sim.presence[host] = { ...told, notes: [] };
      };
    approve(sim);
    return sim;
  }
  const asked = (sim: Sim) => next(sim.rotation(), sim.moment()).attention.map(({ host, code }) => `${host} ${code}`);

  test('needs a person once its limit has passed, with its full disk named', () => {
    const sim = filled();
    sim.pass(50_000);
    expect(asked(sim)).toEqual([]);
    sim.pass(25_000);
    expect(asked(sim)).toEqual(['sqlm01 EndNotWritten']);
    expect(next(sim.rotation(), sim.moment()).actions).toEqual([]);
  });

  test('needs a person as soon as it says that it has ended and cannot write that', () => {
    const sim = filled();
    const n = sim.orders.find(isApplyOf('master'))?.n ?? 0;
    const { hello } = sim;
    sim.hello = (host) => {
      hello.call(sim, host);
      const told = sim.presence[host];
      const notes = unwritableNote('ENOSPC', new Map([[n, 'applied']]));
      if (told !== undefined && host === 'sqlm01') sim.presence[host] = { ...told, notes };
    };
    sim.pass(20_000);
    expect(asked(sim)).toEqual(['sqlm01 EndNotWritten']);
    expect(next(sim.rotation(), sim.moment()).actions).toEqual([]);
  });

  test('needs a person, as unknown, when it gives no reason', () => {
    const sim = filled(false);
    sim.pass(75_000);
    expect(asked(sim)).toEqual(['sqlm01 StateUnknown']);
  });

  test('needs no person before a restarted bot has listened', () => {
    const sim = filled();
    sim.pass(75_000);
    sim.restart();
    expect(asked(sim)).toEqual([]);
    sim.pass(12_500);
    expect(asked(sim)).toEqual(['sqlm01 EndNotWritten']);
  });

  test('no longer needs a person once there is room, and the rotation ends by itself', () => {
    const sim = filled();
    sim.pass(75_000);
    sim.full.clear();
    sim.pass(10_000);
    expect(asked(sim)).toEqual([]);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });
});

describe('With bot and queue gone for good', () => {
  /** The bot dies as soon as this is so. */
  function dieWhen(is: (sim: Sim) => boolean, how: (order: Order, sim: Sim) => ReturnType<Sim['behaviour']>): Sim {
    const sim: Sim = new Sim(farmOf(), (order) => how(order, sim));
    const speak = sim.speak.bind(sim);
    sim.speak = (host, entry) => {
      speak(host, entry);
      sim.botIsGone ||= is(sim);
    };
    const put = sim.put.bind(sim);
    sim.put = (...entries) => {
      if (!sim.botIsGone) put(...entries);
    };
    approve(sim);
    return sim;
  }
  const spoke = (stage: string, host: string, type: string) => (sim: Sim) =>
    sim.rotation().trail.some((line) => line.code === `runner.${type}` && line.host === host) &&
    sim.rotation().orders.some((order) => order.stage === stage && order.host === host);

  test.each([
    ['the first worker is armed', spoke('workers', 'sqlw01', 'armed'), OLD],
    ['the master has switched', spoke('master', 'sqlm01', 'switched'), OLD],
    ['the canary has switched', spoke('workers', 'sqlw01', 'switched'), OLD],
    ['the last one has switched', spoke('workers', 'sqlw03', 'switched'), OLD],
  ])('once %s, all are on one certificate within twice the gap limit', (_, is, wanted) => {
    const sim = dieWhen(is, () => 'ok');
    expect(sim.botIsGone).toBe(true);
    sim.pass(15_000);
    // Nobody waits for the deadline: whoever is cut off follows the master after ten seconds.
    expect(certificates(sim)).toHaveLength(1);
    sim.pass(2 * sim.farm.gap.limitMs - 15_000);
    expect(certificates(sim)).toEqual([wanted]);
  });

  test('after the master was confirmed, all stay on the new certificate', () => {
    const sim = dieWhen(
      (one) => one.rotation().orders.some(({ stage, status }) => stage === 'master' && status === 'finished'),
      () => 'ok',
    );
    expect(sim.botIsGone).toBe(true);
    sim.pass(10 * 60_000);
    expect(certificates(sim)).toEqual([NEW]);
  });

  test('whoever is killed and when, all machines end on one certificate', () => {
    const hosts = ['sqlm01', 'sqlw01', 'sqlw02', 'sqlw03'];
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.array(fc.record({ host: fc.constantFrom(...hosts), at: fc.nat(100), forMs: fc.nat(100_000) }), {
          maxLength: 4,
        }),
        fc.array(fc.constantFrom('ok', 'ok', 'ok', 'put-back') as fc.Arbitrary<'ok' | 'put-back'>, { maxLength: 8 }),
        fc.constantFrom(1, 2, 50),
        (botDiesAt, deaths, answers, concurrency) => {
          let lines = 0;
          let asked = 0;
          const gap = { ...farmOf().gap, concurrency };
          const sim: Sim = new Sim(farmOf(3, { gap }), (order) =>
            order.kind === 'apply' && (order.stage === 'master' || order.stage === 'workers')
              ? (answers[asked++] ?? 'ok')
              : 'ok',
          );
          const speak = sim.speak.bind(sim);
          const backAt = new Map<string, number>();
          sim.speak = (host, entry) => {
            speak(host, entry);
            lines += 1;
            for (const death of deaths.filter(({ at }) => at === lines)) {
              sim.dead.add(death.host);
              backAt.set(death.host, sim.now + death.forMs);
            }
            if (lines === botDiesAt) sim.botIsGone = true;
          };
          approve(sim);
          sim.botIsGone = true;
          const started = sim.now;
          while (sim.now < started + 400_000) {
            for (const [host, at] of backAt) if (sim.now >= at) sim.dead.delete(host);
            sim.pass(2_500);
          }
          expect(certificates(sim)).toHaveLength(1);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('a master that somebody puts back by hand after it was confirmed is named as put back by hand', () => {
  const sim = new Sim(farmOf(), (order) => (order.kind === 'look' && order.n > 1 ? null : 'ok'));
  approve(sim);
  const order = sim.orders.find(isApplyOf('master'));
  if (order === undefined) throw new Error('it was given no order');
  expect(sim.rotation().orders.find(({ n, host }) => n === order.n && host === order.host)?.outcome).toBe('applied');
  sim.end(order, 'put-back');
  expect(causeOf(sim.rotation(), sim.moment())).toMatchObject({ host: 'sqlm01', code: 'PutBackByHand' });
});
