import { type Assessment, next } from '../../../../src/domain/next/index.ts';
import { refusedChoice } from '../../../../src/domain/next/refused-choice.ts';
import type { When } from '../../../../src/domain/plan/wish.ts';
import { farmOf, ID, Sim } from '../../sim.ts';

/** The clock begins at 14:00 on a Tuesday. */
const UNTIL_1410 = { cron: '0 13 * * 2', lengthMs: 70 * 60_000, zone: 'UTC' };
const MINUTE = 60_000;
const by = { id: 'mei', name: 'Mei Lin' };

/** Packages run on, and a person is asked about them. */
function asked(when: When = { by: 'policy' }, windows = [UNTIL_1410]): Sim {
  const sim = new Sim(farmOf(2, { windows, drain: { limitMs: 5 * MINUTE } }), (order) =>
    order.stage === 'drain' ? 'put-back' : 'ok',
  );
  sim.drains = true;
  sim.request(when);
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.settle();
  return sim;
}
const now = (sim: Sim): Assessment => next({ ...sim.rotation(), resolve: null }, sim.moment());
const hasBegun = (sim: Sim): boolean => sim.orders.some(({ stage }) => stage === 'master');

describe('An outage that packages hold up until its change window closes', () => {
  test('may be waited for while the window is open', () => {
    const sim = asked();
    expect(now(sim).windowClosed).toBeUndefined();
    expect(refusedChoice(sim.rotation(), 'look-again', now(sim))).toBeNull();
  });

  test('can no longer be waited for after that, as nobody would have agreed to the time at which it begins', () => {
    const sim = asked();
    sim.pass(11 * MINUTE);
    expect(now(sim).windowClosed).toBe('2026-11-24T14:10:00.000Z');
    expect(refusedChoice(sim.rotation(), 'look-again', now(sim))).toMatchObject({
      code: 'window-closed',
      data: { id: ID, at: '2026-11-24T14:10:00.000Z' },
    });
    for (const choice of ['go-on', 'put-all-back'] as const)
      expect(refusedChoice(sim.rotation(), choice, now(sim))).toBeNull();
  });

  test('can no longer be waited for when the window would close before the wait ends', () => {
    const sim = asked();
    sim.pass(4 * MINUTE);
    expect(refusedChoice(sim.rotation(), 'look-again', now(sim))).toBeNull();
    sim.pass(2 * MINUTE);
    expect(now(sim).windowClosed).toBeUndefined();
    expect(refusedChoice(sim.rotation(), 'look-again', now(sim))).toMatchObject({
      code: 'window-closes',
      data: { id: ID, at: '2026-11-24T14:10:00.000Z' },
    });
    for (const choice of ['go-on', 'put-all-back'] as const)
      expect(refusedChoice(sim.rotation(), choice, now(sim))).toBeNull();
  });

  test('may be waited for when another window opens as the first closes', () => {
    const next = { cron: '10 14 * * 2', lengthMs: 2 * MINUTE, zone: 'UTC' };
    const sim = asked({ by: 'policy' }, [UNTIL_1410, next]);
    sim.pass(6 * MINUTE);
    expect(refusedChoice(sim.rotation(), 'look-again', now(sim))).toBeNull();
    sim.pass(3 * MINUTE);
    expect(now(sim).windowCloses).toBe('2026-11-24T14:12:00.000Z');
  });

  test('has its window closed when the last of several closed, whichever opened last', () => {
    const sim = asked({ by: 'policy' }, [UNTIL_1410, { cron: '30 13 * * 2', lengthMs: 35 * MINUTE, zone: 'UTC' }]);
    sim.pass(11 * MINUTE);
    expect(now(sim).windowClosed).toBe('2026-11-24T14:10:00.000Z');
  });

  test('begins when people agree to that after the window has closed', () => {
    const sim = asked();
    sim.pass(11 * MINUTE);
    const digest = sim.ask('go-on');
    for (const who of ['ana', 'tom']) sim.vote(who, 'approve', digest);
    sim.settle();
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('does not begin by votes on a question that was asked while the window was open', () => {
    const sim = asked();
    const digest = sim.ask('go-on');
    sim.vote('ana', 'approve', digest);
    sim.pass(11 * MINUTE);
    sim.vote('tom', 'approve', digest);
    sim.pass(MINUTE);
    expect(hasBegun(sim)).toBe(false);
    expect(sim.rotation()).toMatchObject({ resolve: null, voided: { choice: 'go-on' } });
  });

  test('may be waited for again in the next window', () => {
    const sim = asked({ by: 'policy' }, [UNTIL_1410, { ...UNTIL_1410, cron: '30 14 * * 2' }]);
    sim.pass(11 * MINUTE);
    expect(now(sim).windowClosed).toBe('2026-11-24T14:10:00.000Z');
    sim.pass(20 * MINUTE);
    expect(now(sim).windowClosed).toBeUndefined();
  });

  test('can be stopped as ever', () => {
    const sim = asked();
    sim.pass(11 * MINUTE);
    sim.put({ type: 'stop-asked', id: ID, by });
    sim.pass(MINUTE);
    expect(sim.rotation().closed?.outcome).toBe('stopped');
  });

  test.each<readonly [string, When, (typeof UNTIL_1410)[]]>([
    ['was asked for now', { by: 'now' }, [UNTIL_1410]],
    ['is of a farm without windows', { by: 'policy' }, []],
  ])('has no window that closes when it %s', (_, when, windows) => {
    const sim = asked(when, windows);
    sim.pass(11 * MINUTE);
    expect(now(sim).attention).toHaveLength(1);
    expect(now(sim).windowClosed).toBeUndefined();
  });
});

describe('An outage that waits for a decision about packages when somebody freezes the farm', () => {
  const frozen = { until: '2026-11-24T16:00:00.000Z', reason: 'Month end', by: { id: 'wei', name: 'Wei Zhang' } };
  const freeze = (sim: Sim): void => {
    sim.put({ type: 'frozen', ...frozen });
    sim.settle();
  };

  test.each([{ by: 'now' }, { by: 'policy' }] as const)(
    'can no longer be waited for, whenever it was asked for: %j',
    (when) => {
      const sim = asked(when);
      freeze(sim);
      expect(now(sim).frozen).toMatchObject(frozen);
      expect(refusedChoice(sim.rotation(), 'look-again', now(sim))).toMatchObject({
        code: 'frozen-meanwhile',
        data: { id: ID, farm: 'prod', by: 'Wei Zhang', until: frozen.until },
      });
      for (const choice of ['go-on', 'put-all-back'] as const)
        expect(refusedChoice(sim.rotation(), choice, now(sim))).toBeNull();
    },
  );

  test('begins by votes that were given after the freeze, and by none from before it', () => {
    const sim = asked();
    const before = sim.ask('go-on', by);
    sim.vote('ana', 'approve', before);
    freeze(sim);
    expect(sim.rotation()).toMatchObject({ resolve: null, voided: { choice: 'go-on', digest: before } });
    sim.vote('tom', 'approve', before);
    sim.pass(MINUTE);
    expect(hasBegun(sim)).toBe(false);
    const since = sim.ask('go-on', by);
    for (const who of ['ana', 'tom']) sim.vote(who, 'approve', since);
    sim.settle();
    expect(hasBegun(sim)).toBe(true);
  });

  describe('during a look for packages', () => {
    /** The look has been sent, and its answer is still to come. */
    function looking(): { readonly sim: Sim; readonly answer: () => void } {
      const sim = asked({ by: 'now' });
      sim.behaviour = ({ stage }) => (stage === 'drain' ? 'stuck' : 'ok');
      sim.pass(62_500);
      const look = sim.orders.at(-1);
      if (look?.stage !== 'drain') throw new Error('nobody looks');
      sim.behaviour = () => 'ok';
      return { sim, answer: () => sim.end(look, 'unchanged') };
    }

    test('does not begin by what that look finds, and still needs a person', () => {
      const { sim, answer } = looking();
      freeze(sim);
      answer();
      sim.pass(5 * MINUTE);
      expect(hasBegun(sim)).toBe(false);
      expect(now(sim)).toMatchObject({ attention: [{ code: 'PackagesRun' }], frozen });
    });

    test('still begins by people’s decision, or when a look after the freeze sees no packages', () => {
      const { sim, answer } = looking();
      freeze(sim);
      answer();
      sim.settle();
      sim.put({ type: 'unfrozen', by: frozen.by, reason: '' });
      sim.pass(2 * MINUTE);
      expect(sim.rotation().closed?.outcome).toBe('proved');
      const other = looking();
      freeze(other.sim);
      other.answer();
      other.sim.settle();
      const digest = other.sim.ask('go-on', by);
      for (const who of ['ana', 'tom']) other.sim.vote(who, 'approve', digest);
      other.sim.settle();
      expect(hasBegun(other.sim)).toBe(true);
    });

    test('begins by that look when nobody has frozen the farm', () => {
      const { sim, answer } = looking();
      answer();
      sim.settle();
      expect(hasBegun(sim)).toBe(true);
    });
  });

  test('that is still within its approved wait, with nobody asked yet, begins as planned', () => {
    const sim = new Sim(farmOf(2), ({ stage }) => (stage === 'drain' ? 'stuck' : 'ok'));
    sim.drains = true;
    sim.request({ by: 'now' });
    sim.settle();
    for (const who of ['ana', 'tom']) sim.vote(who);
    sim.settle();
    const wait = sim.orders.at(-1);
    if (wait?.stage !== 'drain') throw new Error('nobody waits');
    sim.behaviour = () => 'ok';
    freeze(sim);
    sim.end(wait, 'unchanged');
    sim.settle();
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('may be waited for again when the freeze is over', () => {
    const sim = asked({ by: 'now' });
    freeze(sim);
    sim.pass(2 * 60 * MINUTE);
    expect(refusedChoice(sim.rotation(), 'look-again', now(sim))).toBeNull();
  });

  test('that has begun is not affected', () => {
    const sim = asked();
    sim.pass(MINUTE);
    const digest = sim.ask('go-on', by);
    for (const who of ['ana', 'tom']) sim.vote(who, 'approve', digest);
    sim.settle();
    freeze(sim);
    expect(now(sim)).toMatchObject({ direction: 'forth', attention: [] });
    expect(now(sim).frozen).toBeUndefined();
  });
});
