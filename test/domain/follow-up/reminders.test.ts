import fc from 'fast-check';
import {
  dayAfter,
  dayDue,
  hourOf,
  isWaiting,
  mostSnooze,
  nextWordOfAny,
  reminderDay,
  reminderDue,
  saidOrWaiting,
  thresholdOf,
  toEscalate,
} from '../../../src/domain/follow-up/reminders.ts';

const policy = { days: [45, 30, 14, 7, 3, 1], at: '09:00', owner: null, escalateDays: 7, snoozeDays: 7 };
const ending = (days: number, thumbprint = 'A') => ({ host: 'sqlm01', thumbprint, days });
const word = (day: string, days: number, thumbprint = 'A') => ({ day, hosts: [{ host: 'sqlm01', thumbprint, days }] });

const nextWordOf = (notAfter: string, timeZone: string, now: number, by = policy): string | null =>
  nextWordOfAny(by, [{ thumbprint: 'A', notAfter }], null, { timeZone, now });

describe('A reminder', () => {
  test.each([
    [46, [], false],
    [45, [], true],
    [44, [word('2026-11-01', 45)], false],
    [30, [word('2026-11-01', 45)], true],
    [29, [word('2026-11-01', 45)], true],
    [14, [word('2026-11-01', 29)], true],
    [13, [word('2026-11-01', 14)], false],
    [1, [word('2026-11-01', 2)], true],
    [0, [word('2026-11-01', 1)], true],
  ] as const)('with %i days left and %j said before is due: %s', (days, said, due) => {
    expect(reminderDue(policy, [ending(days)], { reminded: said, snooze: null }, '2026-11-24')).toBe(due);
  });

  test('is sent once a day, whatever else crosses a threshold', () => {
    expect(
      reminderDue(
        policy,
        [ending(14), ending(3, 'B')],
        { reminded: [word('2026-11-24', 14)], snooze: null },
        '2026-11-24',
      ),
    ).toBe(false);
  });

  test('starts again for a new certificate', () => {
    expect(
      reminderDue(policy, [ending(45, 'B')], { reminded: [word('2026-11-01', 1, 'A')], snooze: null }, '2026-11-24'),
    ).toBe(true);
  });

  test('is sent at most once a day, and always sent when the bot is up on any of the last 45 days, through all outages', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 51, maxLength: 51 }), (up) => {
        const said: ReturnType<typeof word>[] = [];
        for (let days = 50; days >= 0; days -= 1) {
          const day = `day ${days}`;
          if (up[days] && reminderDue(policy, [ending(days)], { reminded: said, snooze: null }, day))
            said.push(word(day, days));
        }
        expect(new Set(said.map((one) => one.day)).size).toBe(said.length);
        const upDays = [...up.keys()].filter((days) => up[days] && days <= 45);
        expect(said.length > 0).toBe(upDays.length > 0);
      }),
    );
  });

  test('comes at its hour in the farm’s zone', () => {
    const now = Date.parse('2026-11-24T23:30:00.000Z');
    expect(reminderDay(policy, 'Asia/Shanghai', now)).toEqual({ day: '2026-11-25', come: false });
    expect(reminderDay(policy, 'UTC', now)).toEqual({ day: '2026-11-24', come: true });
  });

  test.each([
    ['09:00', '2026-11-24T08:59:00.000Z', null],
    ['09:00', '2026-11-24T09:00:00.000Z', '2026-11-24'],
    ['09:00', '2026-11-24T23:59:00.000Z', '2026-11-24'],
    ['09:00', '2026-11-25T00:00:00.000Z', null],
    ['23:30', '2026-11-24T23:30:00.000Z', '2026-11-24'],
    ['23:30', '2026-11-25T00:10:00.000Z', '2026-11-24'],
    ['23:30', '2026-11-25T11:29:00.000Z', '2026-11-24'],
    ['23:30', '2026-11-25T11:30:00.000Z', null],
  ])('of %s is, at %s, due for %s', (at, now, day) => {
    expect(dayDue({ ...policy, at }, 'UTC', Date.parse(now))).toBe(day);
  });

  test('knows on which day the next one comes', () => {
    const now = Date.parse('2026-11-24T12:00:00.000Z');
    const next = (notAfter: string, at = now) => nextWordOf(notAfter, 'UTC', at);
    expect(next('2026-12-08T08:00:00.000Z')).toBe('2026-12-01');
    // At nine fifteen days were left, and tomorrow at nine fourteen will be.
    expect(next('2026-12-08T10:00:00.000Z')).toBe('2026-11-25');
    expect(next('2026-12-08T10:00:00.000Z', now - 4 * 3_600_000)).toBe('2026-11-25');
    expect(next('2026-12-08T08:00:00.000Z', now - 4 * 3_600_000)).toBe('2026-11-24');
    expect(next('2026-11-25T11:00:00.000Z')).toBe('2026-11-25');
    expect(next('2026-11-24T11:00:00.000Z')).toBeNull();
    expect(thresholdOf(policy.days, 46)).toBeNull();
  });
});

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Days left as cards count them: a day that has begun counts. */
const daysLeft = (end: number, now: number): number => Math.max(0, Math.ceil((end - now) / DAY));

const dayBefore = (day: string): string => new Date(Date.parse(day) - DAY).toISOString().slice(0, 10);

/** Zones whose clocks change within the time simulated below, and some whose clocks never do. */
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Kolkata', 'UTC'];

describe('Hour by hour, across clock changes and outages of any length, a reminder', () => {
  /** The moments of an hour at which the schedule runs: once every hour, and at the reminder hour of each day. */
  function momentsOf(here: typeof policy, zone: string, now: number): readonly number[] {
    const days = [now, now + HOUR].map((at) => reminderDay(here, zone, at).day);
    const due = [...new Set(days)].map((day) => hourOf(here, zone, day));
    return [now, ...due.filter((at) => at > now && at < now + HOUR)];
  }

  /** The runs of the schedule, wherever the bot is up. */
  function live(
    zone: string,
    at: string,
    start: number,
    up: readonly boolean[],
    { snoozes = [], endsAt = 5 }: { readonly snoozes?: readonly number[]; readonly endsAt?: number } = {},
  ) {
    const here = { ...policy, at };
    const end = start + 60 * DAY + endsAt * HOUR;
    const notAfter = new Date(end).toISOString();
    const hours = new Map<string, number>();
    const said: { day: string; now: number; hosts: { host: string; thumbprint: string; days: number }[] }[] = [];
    const runs: { now: number; day: string; due: string | null; days: number; come: boolean }[] = [];
    let snooze: { thumbprints: string[]; untilDay: string; at: number } | null = null;
    const moments = up.flatMap((isUp, hour) =>
      momentsOf(here, zone, start + hour * HOUR).map((now, index) => ({
        isUp,
        now,
        snoozed: index === 0 && snoozes.includes(hour),
      })),
    );
    for (const { isUp, now, snoozed } of moments) {
      const most = snoozed ? mostSnooze(here, [{ notAfter }], zone, now) : 0;
      if (thresholdOf(here.days, daysLeft(end, now)) !== null && most > 0)
        snooze = { thumbprints: ['A'], untilDay: dayAfter(most, zone, now), at: now };
      const { day, come } = reminderDay(here, zone, now);
      const due = dayDue(here, zone, now);
      const hourOfDay = hours.get(due ?? day) ?? hourOf(here, zone, due ?? day);
      hours.set(due ?? day, hourOfDay);
      const days = daysLeft(end, Math.min(now, hourOfDay));
      if (!isUp) continue;
      runs.push({ now, day, due, days, come });
      if (due !== null && reminderDue(here, [ending(days)], { reminded: said, snooze }, due))
        said.push({ day: due, now, hosts: [{ host: 'sqlm01', thumbprint: 'A', days }] });
    }
    return { said, runs, snooze: snooze as { thumbprints: string[]; untilDay: string; at: number } | null };
  }

  /** Runs of hours in which the bot is up or away. */
  const hours = fc
    .array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 24 * 9 })), { minLength: 1, maxLength: 30 })
    .map((spans) => spans.flatMap(([isUp, length]) => Array.from({ length }, () => isUp)).slice(0, 62 * 24));
  const starts = fc.integer({ min: 0, max: 364 }).map((day) => Date.parse('2026-01-01T00:17:00.000Z') + day * DAY);
  const times = fc.constantFrom('00:00', '02:30', '09:00', '23:30');
  const lives = [fc.constantFrom(...ZONES), times, starts, hours] as const;

  test('is never sent twice for one day of the farm, nor before its hour', () => {
    fc.assert(
      fc.property(...lives, (zone, at, start, up) => {
        const { said } = live(zone, at, start, up);
        expect(new Set(said.map(({ day }) => day)).size).toBe(said.length);
        for (const { day, now } of said) {
          const today = reminderDay({ ...policy, at }, zone, now);
          if (today.come) expect(day).toBe(today.day);
          else expect(now - hourOf({ ...policy, at }, zone, day)).toBeLessThan(12 * HOUR);
        }
      }),
    );
  });

  test('comes with the first run at or after its hour once a threshold is crossed, whatever was missed before', () => {
    fc.assert(
      fc.property(...lives, (zone, at, start, up) => {
        const { said, runs } = live(zone, at, start, up);
        for (const { now, day, due, days, come } of runs) {
          const threshold = thresholdOf(policy.days, days);
          const isLate = !come && now - hourOf({ ...policy, at }, zone, dayBefore(day)) < 12 * HOUR;
          if (due === null) expect([come, isLate]).toEqual([false, false]);
          if (due === null || threshold === null) continue;
          // After this run somebody has been told of that threshold or a nearer one; if today's word was said before it
          // was crossed, tomorrow.
          const told = said.filter((one) => one.now <= now);
          const isToldToday = told.some((one) => one.day === due);
          const isTold = isToldToday || told.some((one) => one.hosts.some((host) => host.days <= threshold));
          // An `expect` for each would take longer than all the rest.
          if (!isTold || (days <= 1 && !isToldToday)) throw new Error(`not told by ${new Date(now).toISOString()}`);
        }
      }),
    );
  });

  test('whose threshold is crossed after the reminder of that day comes on the next day', () => {
    const up = Array.from({ length: 32 * 24 }, (_, hour) => hour >= 709);
    const { said } = live('Australia/Lord_Howe', '00:00', Date.parse('2026-01-01T00:17:00.000Z'), up);
    expect(said.map(({ day, hosts }) => [day, hosts[0]?.days])).toEqual([
      ['2026-01-31', 31],
      ['2026-02-01', 30],
    ]);
  });

  test('that is snoozed is silent until its day, comes on that day, and is never put off to the last one', () => {
    fc.assert(
      fc.property(...lives, fc.integer({ min: 0, max: 62 * 24 }), (zone, at, start, up, hour) => {
        const { said, runs, snooze } = live(zone, at, start, up, { snoozes: [hour] });
        if (snooze === null) return;
        expect(said.filter(({ now, day }) => now >= snooze.at && day < snooze.untilDay)).toEqual([]);
        const again = runs.find(({ now, due }) => due !== null && now > snooze.at && due >= snooze.untilDay);
        if (again !== undefined) expect(said.map(({ day }) => day)).toContain(again.due);
        expect(daysLeft(start + 60 * DAY + 5 * HOUR, snooze.at)).toBeGreaterThan(1);
        expect(hourOf({ ...policy, at }, zone, snooze.untilDay)).toBeLessThan(start + 60 * DAY + 5 * HOUR);
      }),
    );
  });

  test('from a bot that is never down comes at its hour and at no other, on the day that was named before', () => {
    const up = Array.from({ length: 62 * 24 }, () => true);
    const endsAt = fc.integer({ min: 0, max: 23 });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), times, starts, endsAt, (zone, at, start, ends) => {
        const { said, runs } = live(zone, at, start, up, { endsAt: ends });
        const here = { ...policy, at };
        const notAfter = new Date(start + 60 * DAY + ends * HOUR).toISOString();
        const spoken = new Set(said.map((one) => one.now));
        for (const [index, { now }] of runs.entries()) {
          const { day, come } = runs[index - 1] ?? { day: '', come: false };
          const isFirst = !come || day !== runs[index]?.day;
          if (!isFirst && index > 0 && spoken.has(now)) throw new Error(`said at ${new Date(now).toISOString()}`);
          // The first and the last hour of each part of a day, before its reminder hour and after it.
          const after = runs[index + 1];
          const isLast = after?.day !== runs[index]?.day || after?.come !== runs[index]?.come;
          const isFirstOfPart = day !== runs[index]?.day || come !== runs[index]?.come;
          const next = isLast || isFirstOfPart ? said.find((one) => one.now > now) : undefined;
          if (next !== undefined && now < Date.parse(notAfter))
            expect(nextWordOf(notAfter, zone, now, here)).toBe(next.day);
        }
      }),
      { numRuns: 8, examples: [['Australia/Lord_Howe', '23:30', Date.parse('2026-02-03T00:17:00.000Z'), 0]] },
    );
  });
});

describe('The next reminder for several certificates', () => {
  const now = Date.parse('2026-11-24T10:00:00.000Z');
  const ending = (thumbprint: string, days: number) => ({
    thumbprint,
    notAfter: new Date(now + days * DAY - 2 * HOUR).toISOString(),
  });
  const next = (certificates: readonly ReturnType<typeof ending>[], snoozed: readonly string[] = []) =>
    nextWordOfAny(
      policy,
      certificates,
      snoozed.length === 0 ? null : { thumbprints: snoozed, untilDay: '2026-11-29' },
      { timeZone: 'UTC', now },
    );

  test('comes before a snooze ends when another certificate is due earlier', () => {
    expect(next([ending('A', 14), ending('B', 32)], ['A'])).toBe('2026-11-26');
    expect(next([ending('A', 14), ending('B', 44)], ['A'])).toBe('2026-11-29');
    expect(next([ending('A', 14), ending('B', 44)], ['A', 'B'])).toBe('2026-11-29');
  });

  test('is for whichever crosses a threshold first, which need not be the one that ends first', () => {
    expect(next([ending('A', 30), ending('B', 47)])).toBe('2026-11-26');
    expect(next([ending('A', 0), ending('B', 47)])).toBeNull();
    expect(next([])).toBeNull();
  });

  test('comes on the day that was named before, whatever is snoozed', () => {
    const many = fc.uniqueArray(fc.integer({ min: 2 * 24, max: 70 * 24 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), many, fc.nat({ max: 40 }), fc.nat({ max: 3 }), (zone, ends, from, to) => {
        const start = Date.parse('2026-09-20T00:17:00.000Z');
        const all = ends
          .sort((a, b) => a - b)
          .map((hours, index) => ({ thumbprint: `${index}`, end: start + hours * HOUR, host: 'sqlm01' }));
        const said: { day: string; now: number; hosts: { host: string; thumbprint: string; days: number }[] }[] = [];
        const named: { now: number; day: string | null }[] = [];
        let snooze: { thumbprints: string[]; untilDay: string } | null = null;
        let snoozedAt = 0;
        for (let hour = 0; start + hour * HOUR < (all[0]?.end ?? 0); hour += 4) {
          const now = start + hour * HOUR;
          const { day, come } = reminderDay(policy, zone, now);
          const endings = all.map((one) => ({
            ...one,
            days: daysLeft(one.end, Math.min(now, hourOf(policy, zone, day))),
          }));
          if (come && reminderDue(policy, endings, { reminded: said, snooze }, day))
            said.push({ day, now, hosts: endings });
          if (hour === from * 24 + 12) {
            const worst = new Date(all[0]?.end ?? 0).toISOString();
            const most = Math.min(1 + to, mostSnooze(policy, [{ notAfter: worst }], zone, now));
            const crossed = endings.filter(({ days }) => thresholdOf(policy.days, days) !== null);
            if (most > 0 && crossed.length > 0) snoozedAt = now;
            if (most > 0 && crossed.length > 0)
              snooze = { thumbprints: crossed.map((one) => one.thumbprint), untilDay: dayAfter(most, zone, now) };
          }
          // By then, thresholds crossed before have been reminded of.
          if (hour < 24 || hour % 12 !== 0) continue;
          const told = all.map((one) => ({ ...one, notAfter: new Date(one.end).toISOString() }));
          named.push({ now, day: nextWordOfAny(policy, told, snooze, { timeZone: zone, now }) });
        }
        for (const { now, day } of named) {
          const next = said.find((one) => one.now > now);
          // A day named before a snooze holds only until that snooze.
          if (next !== undefined && (now >= snoozedAt || next.now < snoozedAt))
            expect([new Date(now).toISOString(), day]).toEqual([new Date(now).toISOString(), next.day]);
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe('A reminder recorded while no channel accepts anything', () => {
  const END = Date.parse('2026-03-05T12:00:00.000Z');

  /** An hourly run; what is recorded is delivered once a channel accepts it, unless it has waited too long. */
  function live(takes: readonly boolean[]) {
    const brought: { day: string; now: number; days: number }[] = [];
    const runs: { now: number; day: string; days: number; come: boolean; isTaken: boolean }[] = [];
    const reminded: ReturnType<typeof word>[] = [];
    let reminding: (ReturnType<typeof word> & { at: string }) | null = null;
    takes.forEach((isTaken, hour) => {
      const now = END - 61 * DAY + hour * HOUR;
      const days = daysLeft(END, now);
      const { day, come } = reminderDay(policy, 'UTC', now);
      const known = { reminded: saidOrWaiting({ reminded, reminding }, now), snooze: null };
      if (come && reminderDue(policy, [ending(days)], known, day))
        reminding = { ...word(day, days), at: new Date(now).toISOString() };
      const waits = reminding;
      if (isTaken && waits !== null && isWaiting(waits, now) && !reminded.some((one) => one.day === waits.day)) {
        reminded.push(waits);
        brought.push({ day: waits.day, now, days });
      }
      runs.push({ now, day, days, come, isTaken });
    });
    return { brought, runs };
  }

  test('is delivered by the first run in which a channel accepts it, however late, and once a day', () => {
    const spans = fc
      .array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 24 * 9 })), { minLength: 1, maxLength: 30 })
      .map((all) => all.flatMap(([is, length]) => Array.from({ length }, () => is)).slice(0, 62 * 24));
    fc.assert(
      fc.property(spans, (takes) => {
        const { brought, runs } = live(takes);
        expect(new Set(brought.map(({ day }) => day)).size).toBe(brought.length);
        for (const { now, day, days, come, isTaken } of runs) {
          const threshold = thresholdOf(policy.days, days);
          if (!come || !isTaken || threshold === null) continue;
          const told = brought.filter((one) => one.now <= now);
          expect(told.some((one) => one.day === day || one.days <= threshold)).toBe(true);
        }
      }),
    );
  });

  test('for a threshold crossed while the channel is away is delivered once it is back', () => {
    // Crossed with 14 days left; the channel is away from 15 days on, for four and a half.
    const takes = Array.from({ length: 60 * 24 }, (_, hour) => hour < 46 * 24 || hour >= 50.5 * 24);
    expect(live(takes).brought.map(({ days }) => days)).toEqual([45, 30, 11, 7, 3]);
  });
});

test('A snooze silences no other certificate', () => {
  const snooze = { thumbprints: ['A'], untilDay: '2026-12-01' };
  const due = (thumbprint: string): boolean =>
    reminderDue(policy, [ending(14, thumbprint)], { reminded: [], snooze }, '2026-11-24');
  expect([due('A'), due('B')]).toEqual([false, true]);
});

describe('The approvers', () => {
  const today = '2026-11-24';

  test('are called from the escalation days on, also after the end, once for each certificate that is near', () => {
    const called = (days: number) => toEscalate(policy, [ending(days)], null, today);
    expect([8, 7, 6, 3, 1, 0].map(called)).toEqual([[], ['A'], ['A'], ['A'], ['A'], ['A']]);
    const two = [ending(3), ending(2, 'B'), { ...ending(2, 'B'), host: 'sqlw01' }, ending(30, 'C')];
    expect(toEscalate(policy, two, null, today)).toEqual(['A', 'B']);
  });

  test('are not called about a snoozed certificate, even if another one is due', () => {
    const snooze = { thumbprints: ['A'], untilDay: '2026-11-26' };
    expect(toEscalate(policy, [ending(5), ending(14, 'B')], snooze, today)).toEqual([]);
    expect(toEscalate(policy, [ending(5), ending(6, 'B')], snooze, today)).toEqual(['B']);
    expect(toEscalate(policy, [ending(3)], snooze, '2026-11-26')).toEqual(['A']);
  });
});

test.each([
  ['2027-01-08T12:00:00.000Z', 7],
  ['2026-12-01T12:00:00.000Z', 6],
  ['2026-11-26T12:00:00.000Z', 1],
  ['2026-11-25T12:00:00.000Z', 0],
  ['2026-11-24T12:00:00.000Z', 0],
])('a reminder of a certificate that ends at %s can be snoozed for %i days at most', (notAfter, most) => {
  expect(mostSnooze(policy, [{ notAfter }], 'UTC', Date.parse('2026-11-24T12:00:00.000Z'))).toBe(most);
});

test('no reminder is snoozed until an hour of reminders after the end', () => {
  const early = Date.parse('2026-11-24T08:00:00.000Z');
  expect(mostSnooze(policy, [{ notAfter: '2026-11-27T08:30:00.000Z' }], 'UTC', early)).toBe(2);
  expect(mostSnooze(policy, [{ notAfter: '2026-11-27T09:00:00.000Z' }], 'UTC', early)).toBe(2);
  expect(mostSnooze(policy, [{ notAfter: '2026-11-27T09:01:00.000Z' }], 'UTC', early)).toBe(3);
  const evening = { ...policy, at: '23:30' };
  expect(mostSnooze(evening, [{ notAfter: '2026-11-25T12:00:00.000Z' }], 'UTC', early)).toBe(0);
});

test('no reminder of a master and a worker that end within a day is snoozed past whichever ends first', () => {
  const ends = ['2026-11-28T07:30:00.000Z', '2026-11-27T08:30:00.000Z'].map((notAfter) => ({ notAfter }));
  expect(mostSnooze(policy, ends, 'UTC', Date.parse('2026-11-24T08:00:00.000Z'))).toBe(2);
});
