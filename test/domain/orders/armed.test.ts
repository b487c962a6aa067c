import fc from 'fast-check';
import {
  ARMED,
  aloneAt,
  type Decision,
  decide,
  type HeldState,
  hear,
  NEW_WATCH,
  see,
  type Watch,
} from '../../../src/domain/orders/armed.ts';

const NOW = 1_000_000;
const LIMIT = NOW + 60_000;
const ago = (ms: number): number => NOW - ms;

const lead: HeldState = { part: 'lead', begun: false, switched: null, failed: false };
const bound: HeldState = { ...lead, begun: true, switched: { goesBackAt: LIMIT } };
const staying: HeldState = { ...lead, begun: true, switched: { goesBackAt: null, endsAt: LIMIT } };
const follower: HeldState = { part: 'follow', begun: false, switched: null, failed: false };
const midway: HeldState = { ...follower, begun: true };
const followed: HeldState = { ...midway, switched: { goesBackAt: null } };
const failed: HeldState = { ...midway, failed: true };

/** The master presents the new certificate, or the old one, since then. */
const next = (since: number, over: Partial<Watch> = {}): Watch => ({
  ...NEW_WATCH,
  nextSince: since,
  sawNext: true,
  ...over,
});
const old = (since: number, over: Partial<Watch> = {}): Watch => ({ ...NEW_WATCH, oldSince: since, ...over });

describe('The master of an armed cutover', () => {
  test.each<[string, HeldState, Partial<Watch>, number, Decision]>([
    ['switches as soon as it has its order', lead, {}, NOW, 'forth'],
    ['waits to be confirmed', bound, {}, LIMIT - 1, 'hold'],
    ['goes back at its limit if nobody has', bound, {}, LIMIT, 'back'],
    ['stays once it was confirmed', bound, { confirmedAt: NOW }, NOW, 'end'],
    [
      'stays if it was confirmed in time, however late it gets to act',
      bound,
      { confirmedAt: LIMIT - 1 },
      LIMIT + 1,
      'end',
    ],
    ['goes back if it was confirmed too late', bound, { confirmedAt: LIMIT }, LIMIT, 'back'],
    ['goes back if its service fell, confirmed or not', { ...bound, failed: true }, { confirmedAt: NOW }, NOW, 'back'],
    ['with nothing to go back to, waits', staying, {}, LIMIT - 1, 'hold'],
    ['with nothing to go back to, ends as it is', staying, {}, LIMIT, 'end'],
    ['with nothing to go back to, ends when confirmed', staying, { confirmedAt: NOW }, NOW, 'end'],
  ])('%s', (_, state, watch, now, decision) => {
    expect(decide(state, { ...NEW_WATCH, ...watch }, now)).toBe(decision);
  });
});

describe('A worker of an armed cutover', () => {
  test.each<[string, HeldState, Watch, Decision]>([
    ['waits while it has seen nothing', follower, NEW_WATCH, 'hold'],
    ['whose rotation is over ends where it is', { ...follower, isOver: true }, old(ago(2_000)), 'end'],
    [
      'that failed, is not let go as if it had begun nothing, although its rotation is over',
      { ...follower, failed: true, isOver: true },
      old(ago(2_000)),
      'hold',
    ],
    ['whose rotation is over waits to see its master', { ...follower, isOver: true }, NEW_WATCH, 'hold'],
    ['whose rotation is over still follows its master', { ...follower, isOver: true }, next(ago(10_000)), 'forth'],
    ['whose rotation is over still goes back', { ...followed, isOver: true }, old(ago(2_000)), 'back'],
    ['waits for its turn while the master presents the new certificate', follower, next(ago(9_999)), 'hold'],
    ['follows when told to go', follower, next(NOW, { go: true }), 'forth'],
    [
      'does not follow when told to go before it has seen the new certificate',
      follower,
      old(NOW, { go: true }),
      'hold',
    ],
    ['follows alone if nobody has said anything for ten seconds', follower, next(ago(10_000)), 'forth'],
    ['does not follow alone while it is told to wait', follower, next(ago(60_000), { wordAt: ago(9_999) }), 'hold'],
    ['follows alone ten seconds after the last word', follower, next(ago(60_000), { wordAt: ago(10_000) }), 'forth'],
    ['restarted midway, goes on at once', midway, next(NOW), 'forth'],
    ['restarted midway, waits while it cannot see the master', midway, NEW_WATCH, 'hold'],
    ['that has followed, waits to be confirmed', followed, next(ago(60_000)), 'hold'],
    ['that has followed, ends when confirmed', followed, next(ago(60_000), { confirmedAt: NOW }), 'end'],
    [
      'that has begun nothing, is let go when the cutover is confirmed',
      follower,
      next(NOW, { confirmedAt: NOW }),
      'end',
    ],
    ['midway, goes on although the cutover is confirmed', midway, next(NOW, { confirmedAt: NOW }), 'forth'],
    ['that failed, does not try again', failed, next(ago(60_000), { go: true }), 'hold'],
    ['that failed, is let go when the cutover is confirmed', failed, next(NOW, { confirmedAt: NOW }), 'end'],
    ['that has followed, goes back two seconds after its master', followed, old(ago(2_000)), 'back'],
    [
      'that has followed, does not go back at the first sight of the old certificate',
      followed,
      old(ago(1_999)),
      'hold',
    ],
    ['midway, goes back with its master', midway, old(ago(2_000)), 'back'],
    [
      'that has begun nothing, gives up after its master went back',
      follower,
      old(ago(2_000), { sawNext: true }),
      'back',
    ],
    ['that never saw the new certificate, goes on waiting', follower, old(ago(60_000)), 'hold'],
  ])('%s', (_, state, watch, decision) => {
    expect(decide(state, watch, NOW)).toBe(decision);
  });

  const anyWatch = fc
    .array(
      fc.tuple(
        fc.integer({ min: 1, max: 15_000 }),
        fc.oneof(
          fc.constantFrom<'old' | 'next' | 'other'>('old', 'next', 'other').map((seen) => ({ seen })),
          fc.record({
            say: fc.constantFrom<'wait' | 'go' | 'confirm'>('wait', 'go', 'confirm'),
            issued: fc.integer({ min: 1, max: 9 }),
          }),
        ),
      ),
      { maxLength: 12 },
    )
    .map((told) =>
      told.reduce(
        ({ watch, now }, [ms, what]) => {
          const at = now + ms;
          return {
            now: at,
            watch: 'say' in what ? hear(watch, what.say, what.issued, at) : see(watch, what.seen, at),
          };
        },
        { watch: NEW_WATCH, now: NOW },
      ),
    );
  const anyState = fc.constantFrom(follower, midway, followed, failed);

  test('goes only to where it sees its master, whatever it is told', () => {
    fc.assert(
      fc.property(anyState, anyWatch, ({ part, ...rest }, { watch, now }) => {
        const decision = decide({ part, ...rest }, watch, now);
        if (decision === 'forth') expect(watch.nextSince).not.toBeNull();
        if (decision === 'back') expect(now - (watch.oldSince ?? now)).toBeGreaterThanOrEqual(ARMED.backAfterMs);
      }),
    );
  });

  test('needs nobody: with the new certificate in sight it has followed by the time that it may go alone', () => {
    fc.assert(
      fc.property(anyWatch, ({ watch, now }) => {
        const seen = see(watch, 'next', now);
        if (seen.confirmedAt !== null) return;
        expect(decide(follower, seen, Math.max(now, aloneAt(seen)))).toBe('forth');
      }),
    );
  });
});

describe('What a machine of an armed cutover remembers', () => {
  const later = NOW + 5_000;

  test('since when its master presents the same certificate, and whether the new one was ever seen', () => {
    const first = see(NEW_WATCH, 'next', NOW);
    expect(see(first, 'next', later)).toMatchObject({ nextSince: NOW, oldSince: null, sawNext: true });
    const back = see(see(first, 'old', NOW), 'old', later);
    expect(back).toMatchObject({ nextSince: null, oldSince: NOW, sawNext: true });
    expect(see(back, 'other', later)).toMatchObject({ nextSince: null, oldSince: null, sawNext: true });
  });

  test('the newest word of the bot, and none that is older or the same again', () => {
    const told = hear(NEW_WATCH, 'go', 2, NOW);
    for (const issued of [1, 2]) expect(hear(told, 'wait', issued, later)).toEqual(told);
    expect(hear(told, 'wait', 3, later)).toMatchObject({ go: false, wordAt: later });
  });

  test('when it was first confirmed, whatever is said later', () => {
    const confirmed = hear(NEW_WATCH, 'confirm', 1, NOW);
    expect(hear(hear(confirmed, 'confirm', 2, later), 'wait', 3, later)).toMatchObject({ confirmedAt: NOW });
  });
});
