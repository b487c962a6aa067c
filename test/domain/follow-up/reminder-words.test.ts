import {
  dayAfter,
  dayDue,
  firstEnd,
  isWaiting,
  mostSnooze,
  nextWordOfAny,
  reminderDue,
  requestFor,
  saidOrWaiting,
  thresholdOf,
  toEscalate,
} from '../../../src/domain/follow-up/reminders.ts';

const policy = { days: [45, 14, 7, 3], at: '09:00', owner: null, escalateDays: 7, snoozeDays: 7 };
const ending = (days: number, thumbprint = 'A') => ({ host: 'sqlm01', thumbprint, days });
const said = (day: string, days: number, thumbprint = 'A') => ({ day, hosts: [ending(days, thumbprint)] });
const TODAY = '2026-11-24';
const at = (time: string): number => Date.parse(`2026-11-${time}Z`);
const untilDay = (day: string, ...thumbprints: readonly string[]) => ({ thumbprints, untilDay: day });

test.each<readonly [days: number, nearest: number | null]>([
  [46, null],
  [45, 45],
  [15, 45],
  [14, 14],
  [3, 3],
  [-2, 3],
])('with %i days left the threshold is %j', (days, nearest) => {
  expect(thresholdOf(policy.days, days)).toBe(nearest);
});

describe('A reminder is due', () => {
  const due = (endings: Parameters<typeof reminderDue>[1], known: Partial<Parameters<typeof reminderDue>[2]> = {}) =>
    reminderDue(policy, endings, { reminded: [], snooze: null, ...known }, TODAY);

  test('when any certificate has crossed a threshold of which nobody was told', () => {
    expect([due([]), due([ending(46)]), due([ending(46), ending(45, 'B')])]).toEqual([false, false, true]);
    expect(due([ending(14)], { reminded: [said('2026-11-20', 15)] })).toBe(true);
    expect(due([ending(13)], { reminded: [said('2026-11-20', 14)] })).toBe(false);
    expect(due([ending(13)], { reminded: [said('2026-11-20', 14, 'B')] })).toBe(true);
    expect(due([ending(14)], { reminded: [said(TODAY, 15)] })).toBe(false);
  });

  test('every day from the last threshold on', () => {
    expect(due([ending(3)], { reminded: [said('2026-11-23', 3)] })).toBe(true);
    expect(due([ending(4)], { reminded: [said('2026-11-23', 4)] })).toBe(false);
  });

  test('not while it is snoozed, and again on the named day, whatever was said before', () => {
    const reminded = [said('2026-11-20', 13)];
    expect(due([ending(2)], { snooze: untilDay('2026-11-25', 'A') })).toBe(false);
    expect(due([ending(2)], { snooze: untilDay('2026-11-25', 'B') })).toBe(true);
    expect(due([ending(9)], { reminded, snooze: untilDay(TODAY, 'A') })).toBe(true);
    expect(due([ending(9)], { reminded, snooze: untilDay(TODAY, 'B') })).toBe(false);
    expect(due([ending(9)], { reminded, snooze: untilDay('2026-11-20', 'A') })).toBe(false);
  });
});

test('approvers are called for each certificate that ends soon and is not snoozed, once', () => {
  const endings = [ending(8), ending(7, 'B'), ending(2, 'B'), ending(1, 'C')];
  expect(toEscalate(policy, endings, null, TODAY)).toEqual(['B', 'C']);
  expect(toEscalate(policy, [ending(7)], null, TODAY)).toEqual(['A']);
  expect(toEscalate(policy, endings, untilDay('2026-11-25', 'C'), TODAY)).toEqual(['B']);
  expect(toEscalate(policy, endings, untilDay(TODAY, 'C'), TODAY)).toEqual(['B', 'C']);
});

test('a reminder that no channel takes waits for three days, and counts as said as long', () => {
  const reminding = { ...said(TODAY, 14), at: '2026-11-24T09:00:00Z' };
  const waits = (time: string) => [
    isWaiting(reminding, at(time)),
    saidOrWaiting({ reminded: [], reminding }, at(time)).length,
  ];
  expect([waits('27T09:00:00'), waits('27T09:00:00.001')]).toEqual([
    [true, 1],
    [false, 0],
  ]);
  expect(saidOrWaiting({ reminded: [said('2026-11-20', 15)], reminding: null }, 0)).toHaveLength(1);
});

describe('The request that a reminder offers', () => {
  const of = (host: string, days: number, role: 'master' | 'worker' = 'worker') => ({ host, role, days });

  test('is about the master if that ends first, else about the workers that end on the same day', () => {
    expect(requestFor([of('sqlm01', 3, 'master'), of('sqlw01', 3)])).toBe('rotate-master');
    expect(requestFor([])).toBe('rotate-master');
    const workers = [of('sqlw02', 3), of('sqlm01', 3, 'master'), of('sqlw01', 3), of('sqlw02', 3), of('sqlw03', 4)];
    expect(requestFor(workers)).toBe('rotate-worker sqlw02 sqlw01');
  });

  test('names no more than fit', () => {
    const many = Array.from({ length: 60 }, (_, one) => of(`w${one}`, 1));
    expect(requestFor(many).split(' ')).toHaveLength(41);
  });
});

test('what ends first is found in any order', () => {
  const ends = ['2026-12-03T00:00:00Z', '2026-12-01T12:00:00+02:00', '2026-12-01T11:00:00Z'];
  expect(firstEnd(ends.map((notAfter) => ({ notAfter })))).toBe(ends[1]);
  expect(firstEnd([])).toBe('');
});

test.each<readonly [notAfter: string, most: number]>([
  ['2026-12-24T12:00:00Z', 7],
  ['2026-12-01T12:00:00Z', 7],
  ['2026-12-01T11:00:00Z', 6],
  ['2026-11-26T12:00:00Z', 2],
  ['2026-11-26T11:00:00Z', 1],
  ['2026-11-25T11:00:00Z', 0],
  ['2026-11-20T12:00:00Z', 0],
])('a certificate that ends on %s is snoozed for %i days at most', (notAfter, most) => {
  const later = { notAfter: '2027-12-01T00:00:00Z' };
  expect(mostSnooze(policy, [later, { notAfter }], 'UTC', at('24T11:00:00'))).toBe(most);
});

test('an end before the reminder hour of its day leaves one day less', () => {
  const late = { ...policy, at: '18:00' };
  expect(mostSnooze(late, [{ notAfter: '2026-11-28T12:00:00Z' }], 'UTC', at('24T11:00:00'))).toBe(3);
  expect(mostSnooze(late, [{ notAfter: '2026-11-27T18:00:00Z' }], 'UTC', at('24T11:00:00'))).toBe(2);
});

test.each([
  ['09:00', '24T09:00:00', '2026-11-24'],
  ['09:00', '24T08:59:59', null],
  ['09:05', '24T09:04:59', null],
  ['23:00', '24T22:59:00', null],
  ['23:00', '24T10:59:59', '2026-11-23'],
  ['23:00', '24T11:00:00', null],
])('with the reminder hour %s, at %s the reminder of %j is due', (hour, now, day) => {
  expect(dayDue({ ...policy, at: hour }, 'UTC', at(now))).toBe(day);
});

test('days are those of the farm’s clocks', () => {
  expect(dayAfter(1, 'Asia/Shanghai', at('24T16:00:00'))).toBe('2026-11-26');
  expect(dayAfter(-1, 'UTC', at('24T16:00:00'))).toBe('2026-11-23');
});

describe('The next reminder', () => {
  const next = (ends: readonly string[], now: string, snooze: ReturnType<typeof untilDay> | null = null) =>
    nextWordOfAny(
      policy,
      ends.map((notAfter, index) => ({ thumbprint: 'ABC'.charAt(index), notAfter })),
      snooze,
      { timeZone: 'UTC', now: at(now) },
    );

  test.each([
    ['on the day that crosses the next threshold', '2026-12-14T12:00:00Z', '24T10:00:00', '2026-12-01'],
    ['on this day if its hour is still to come', '2026-12-08T12:00:00Z', '24T08:00:00', '2026-11-25'],
    ['on the next day once there is one every day', '2026-11-27T12:00:00Z', '24T10:00:00', '2026-11-25'],
    ['on the threshold after one that is reached just now', '2026-12-08T09:00:00Z', '24T10:00:00', '2026-12-01'],
    ['on the next day, every day, after its hour', '2026-11-26T12:00:00Z', '24T10:00:00', '2026-11-25'],
    ['on this day, every day, before its hour', '2026-11-26T12:00:00Z', '24T08:00:00', '2026-11-24'],
    ['not any more once it has ended', '2026-11-24T10:00:00Z', '24T10:00:00', null],
  ])('comes %s', (_what, notAfter, now, day) => {
    expect(next([notAfter], now)).toBe(day);
  });

  test('is the first of all, and of those that are snoozed the named day', () => {
    const ends = ['2026-12-14T12:00:00Z', '2026-12-24T12:00:00Z'];
    expect(next(ends, '24T10:00:00', untilDay('2026-11-28', 'B'))).toBe('2026-11-28');
    expect(next(ends, '24T10:00:00', untilDay('2026-12-28', 'A', 'B'))).toBe('2026-12-28');
    expect(next(ends, '24T10:00:00', untilDay('2026-11-24', 'A', 'B'))).toBe('2026-12-01');
    expect(next(ends, '24T08:00:00', untilDay('2026-11-24', 'A', 'B'))).toBe('2026-11-24');
    expect(next([], '24T10:00:00')).toBeNull();
  });
});
