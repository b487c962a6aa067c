import type { Desk } from '../../../../src/app/bot/desk.ts';
import { settledReminders } from '../../../../src/app/bot/reminders/settled.ts';

const NOW = Date.parse('2026-11-24T12:00:00.000Z');
const inDays = (days: number): string => new Date(NOW + days * 86_400_000).toISOString();
const [OLD, NEW] = ['A1', 'B2'].map((digits) => digits.repeat(20)) as [string, string];

/** A reminder of a worker's certificate stands in the channel, and its machine was looked at once more. */
function settled(
  worker: object | null,
  hosts = [{ name: 'sqlw01', roles: ['worker'] }],
  { days = ['2026-11-23'], open = null as string | null, daysLeft = 14 } = {},
): readonly string[] {
  const latest = { sqlw01: { host: 'sqlw01', at: inDays(0), master: null, worker } };
  const reminded = days.map((day) => ({ day, hosts: [{ host: 'sqlw01', thumbprint: OLD, days: daysLeft }] }));
  const desk = {
    farm: { name: 'prod', hosts, reminders: { days: [45, 14] } },
    moment: () => ({ now: NOW }),
    state: () => ({ latest, endsOnce: {}, open, reminded, rotations: {} }),
  };
  return settledReminders(desk as unknown as Desk).map(({ day }) => day);
}

const uses = (thumbprint: string) => ({ certificate: { thumbprint, notAfter: inDays(300) } });

describe('A reminder is settled', () => {
  test('once a look has seen another certificate in the place of the one that it was about', () => {
    expect(settled(uses(NEW))).toEqual(['2026-11-23']);
    expect(settled(uses(OLD))).toEqual([]);
  });

  test('never if nobody knows what the machine uses now', () => {
    expect(settled({ certificate: null })).toEqual([]);
    expect(settled(null)).toEqual([]);
    expect(settled(uses(NEW), [{ name: 'sqlw01', roles: ['master', 'worker'] }])).toEqual([]);
  });

  test('never for a machine that is no longer in the farm', () => {
    expect(settled(uses(NEW), [{ name: 'sqlw02', roles: ['worker'] }])).toEqual([]);
  });

  test('never while a rotation is open, for that may go back', () => {
    expect(settled(uses(NEW), undefined, { open: 'prod-1' })).toEqual([]);
  });

  test('only if it named a certificate that is near its end', () => {
    expect(settled(uses(NEW), undefined, { daysLeft: 45 })).toEqual(['2026-11-23']);
    expect(settled(uses(NEW), undefined, { daysLeft: 46 })).toEqual([]);
  });

  test('only if it is one of the three newest of the last two months, and for each day once', () => {
    const days = ['2026-09-24', '2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23', '2026-11-23'];
    expect(settled(uses(NEW), undefined, { days })).toEqual(days.slice(2, 5));
    expect(settled(uses(NEW), undefined, { days: ['2026-09-24', '2026-09-26'] })).toEqual(['2026-09-26']);
  });
});
