import fc from 'fast-check';
import { nextWord, reminderDay, reminderDue, thresholdOf } from '../../src/domain/reminders.ts';

const policy = { days: [45, 30, 14, 7, 3, 1], at: '09:00', owner: null };
const ending = (days: number, thumbprint = 'A') => ({ host: 'sqlm01', thumbprint, days });
const word = (day: string, days: number, thumbprint = 'A') => ({ day, hosts: [{ host: 'sqlm01', thumbprint, days }] });

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
    expect(reminderDue(policy, [ending(days)], said, '2026-11-24')).toBe(due);
  });

  test('is said once a day, whatever else crosses a threshold', () => {
    expect(reminderDue(policy, [ending(14), ending(3, 'B')], [word('2026-11-24', 14)], '2026-11-24')).toBe(false);
  });

  test('starts anew for a new certificate', () => {
    expect(reminderDue(policy, [ending(45, 'B')], [word('2026-11-01', 1, 'A')], '2026-11-24')).toBe(true);
  });

  test('day by day from 50 days on, through outages of any length, is never said twice a day and never misses a threshold for good', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 51, maxLength: 51 }), (up) => {
        const said: ReturnType<typeof word>[] = [];
        for (let days = 50; days >= 0; days -= 1) {
          const day = `day ${days}`;
          if (up[days] && reminderDue(policy, [ending(days)], said, day)) said.push(word(day, days));
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

  test('says when the next word comes', () => {
    const now = Date.parse('2026-11-24T12:00:00.000Z');
    expect(nextWord(policy, 14, 'UTC', now)).toBe('2026-12-01');
    expect(nextWord(policy, 1, 'UTC', now)).toBe('2026-11-25');
    expect(nextWord(policy, 0, 'UTC', now)).toBeNull();
    expect(thresholdOf(policy.days, 46)).toBeNull();
  });
});
