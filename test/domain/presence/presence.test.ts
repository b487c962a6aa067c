import type { Report } from '../../../src/domain/letters/protocol.ts';
import { isHeard, meet } from '../../../src/domain/presence/presence.ts';
import type { HostName } from '../../../src/domain/values.ts';

const START = Date.parse('2026-11-24T14:00:00.000Z');
const SECOND = 1000;

interface Letter {
  /** When it is heard, and how long before by the host's clock it was written. Seconds since the start. */
  readonly at: number;
  readonly sent?: number;
  readonly boot?: string;
  readonly lastN?: number;
}

const reportOf = ({ at, sent = at, boot = 'b', lastN = 3 }: Letter): Report => ({
  v: 1,
  farm: 'prod',
  host: 'sqlw01' as HostName,
  boot,
  version: '1.0.0',
  clock: new Date(START + sent * SECOND).toISOString(),
  lastN,
  from: 1,
  entries: [],
  notes: [],
});

/** What is known after the last of these letters. */
function heard(...letters: readonly Letter[]) {
  let met: ReturnType<typeof meet> | undefined;
  for (const letter of letters) met = meet(met?.presence, reportOf(letter), START + letter.at * SECOND);
  if (met === undefined) throw new Error('nothing was heard');
  const { presence, isTimely, isTwo } = met;
  const { boot, lastN } = presence;
  return { at: (presence.at - START) / SECOND, clock: (presence.clock - START) / SECOND, boot, lastN, isTimely, isTwo };
}

test('a machine is heard for 45 s after its newest letter, and never before the first', () => {
  expect([0, 45_000, 45_001].map((ms) => isHeard({ at: START }, START + ms))).toEqual([true, true, false]);
  expect(isHeard(undefined, START)).toBe(false);
});

describe('From the letters of a machine,', () => {
  test.each<[string, readonly Letter[], Partial<ReturnType<typeof heard>>]>([
    ['the newest letter is believed', [{ at: 0 }, { at: 15, lastN: 4 }], { at: 15, lastN: 4, isTimely: true }],
    [
      'a letter delivered twice says nothing the second time',
      [{ at: 0 }, { at: 40, sent: 0 }],
      { at: 0, isTimely: false },
    ],
    ['an older letter says nothing', [{ at: 20 }, { at: 40, sent: 10 }], { at: 20, clock: 20, isTimely: false }],
    [
      'a number that goes back says only that somebody speaks, and that there are two',
      [
        { at: 0, lastN: 9 },
        { at: 15, lastN: 8 },
        { at: 30, lastN: 8 },
      ],
      { at: 30, clock: 0, lastN: 9, isTimely: false, isTwo: true },
    ],
    [
      'the number of an order that both have heard of is believed again',
      [{ at: 0, lastN: 90 }, { at: 15 }, { at: 30, lastN: 91 }],
      { at: 30, clock: 30, lastN: 91, isTimely: true, isTwo: false },
    ],
    [
      'a start that comes back after another one says that two speak',
      [{ at: 0 }, { at: 15, boot: 'c' }, { at: 30 }],
      { at: 30, isTwo: true },
    ],
    [
      'one start after another is one runner',
      [{ at: 0 }, { at: 15, boot: 'c' }, { at: 30, boot: 'd', lastN: 0 }],
      { at: 30, lastN: 0, isTwo: false },
    ],
    [
      'a lost journal begins again',
      [
        { at: 0, lastN: 9 },
        { at: 15, lastN: 0, boot: 'c' },
      ],
      { lastN: 0 },
    ],
    [
      'a letter from an earlier start says nothing',
      [{ at: 0 }, { at: 90, boot: 'c' }, { at: 91, sent: 0, boot: 'b', lastN: 0 }],
      { at: 90, boot: 'c', lastN: 3 },
    ],
    [
      'a letter from the previous start says nothing, however soon it comes again',
      [{ at: 0 }, { at: 15, boot: 'c' }, { at: 30, sent: 0, lastN: 9 }],
      { at: 15, clock: 15, boot: 'c', lastN: 3, isTimely: false, isTwo: false },
    ],
    [
      'a repeated letter from the previous start makes no second speaker',
      [{ at: 0 }, { at: 15, boot: 'c' }, { at: 16, sent: 0 }, { at: 30, boot: 'c' }],
      { at: 30, clock: 30, boot: 'c', isTimely: true, isTwo: false },
    ],
    [
      'repeated letters from the two previous starts make no second speaker',
      [
        { at: 0, boot: 'a' },
        { at: 10 },
        { at: 20, boot: 'c' },
        { at: 21, sent: 0, boot: 'a' },
        { at: 22, sent: 10 },
        { at: 35, boot: 'c' },
      ],
      { at: 35, clock: 35, boot: 'c', isTimely: true, isTwo: false },
    ],
    [
      'a letter of a start not heard before, or dated by a clock that was put back, makes no second speaker',
      [
        { at: 0, sent: 20, boot: 'c' },
        { at: 15, boot: 'd' },
        { at: 16, sent: 20, boot: 'c' },
        { at: 17, sent: 0 },
        { at: 30, boot: 'd' },
      ],
      { at: 30, clock: 30, boot: 'd', isTwo: false },
    ],
    [
      'a start that comes back is found even if letters were repeated in between',
      [{ at: 0 }, { at: 15, boot: 'c' }, { at: 20, sent: 0 }, { at: 22, sent: 15, boot: 'c' }, { at: 30 }],
      { at: 30, boot: 'b', isTwo: true },
    ],
    [
      'two that speak in turn are found each time',
      [{ at: 0 }, { at: 5, boot: 'c' }, { at: 15 }, { at: 20, boot: 'c' }],
      { at: 20, boot: 'c', isTwo: true },
    ],
    ['a clock that was put right counts at once', [{ at: 0, sent: 400 }, { at: 15 }], { at: 15, clock: 15 }],
    [
      'a runner that starts with its clock put back counts at once',
      [
        { at: 0, sent: 30 },
        { at: 15, boot: 'c' },
      ],
      { at: 15, clock: 15, boot: 'c', isTimely: false },
    ],
    [
      'a clock that was put back a little is still heard, but changes nothing else',
      [{ at: 0 }, { at: 15, sent: -35 }, { at: 30, sent: -20, lastN: 4 }],
      { at: 30, clock: 0, lastN: 3, isTimely: false },
    ],
    ['a single letter dated far back says nothing', [{ at: 0 }, { at: 15, sent: -35 }], { at: 0 }],
    [
      'older letters that come all at once say nothing',
      [{ at: 60 }, { at: 70, sent: 15 }, { at: 70, sent: 30 }, { at: 70, sent: 45 }],
      { at: 60 },
    ],
    [
      'a letter that comes again and again says nothing',
      [{ at: 60 }, { at: 70, sent: 45 }, { at: 75, sent: 45 }, { at: 80, sent: 45 }],
      { at: 60 },
    ],
    [
      'repeated hellos keep a machine heard no longer than the tolerance',
      [
        ...[0, 15, 30, 45, 60].map((at) => ({ at })),
        ...[15, 30, 45, 60].map((sent) => ({ at: sent + 59, sent })),
        ...[15, 30, 45, 60].map((sent) => ({ at: sent + 120, sent })),
      ],
      { at: 119, clock: 60, isTimely: false },
    ],
    [
      'letters written before an order say nothing after it',
      [
        { at: 0, lastN: 2 },
        { at: 15, lastN: 2 },
        { at: 20 },
        { at: 40, sent: 0, lastN: 2 },
        { at: 55, sent: 15, lastN: 2 },
      ],
      { at: 20, lastN: 3 },
    ],
    ['a letter delayed for minutes is heard, but is not timely', [{ at: 200, sent: 0 }], { at: 200, isTimely: false }],
  ])('%s', (_what, letters, wanted) => {
    expect(heard(...letters)).toMatchObject(wanted);
  });

  test('a clock that was put right on the way is known to be right, whatever was known of it before', () => {
    const first = meet(undefined, reportOf({ at: 0, sent: 400 }), START, 400_000).presence;
    const put = meet(first, reportOf({ at: 15 }), START + 15 * SECOND, 400_000).presence;
    expect(first.skew.ms).toBe(400_000);
    expect(put.skew.ms).toBe(0);
  });
});
