import { hostsWith } from '../../domain/farm.ts';
import { peopleOf } from '../../domain/people.ts';
import { nextWord } from '../../domain/reminders.ts';
import type { ReminderView } from '../../domain/view.ts';
import type { Desk } from './desk.ts';
import { farmExpiry } from './expiry.ts';
import { lastGap } from './views/gaps.ts';

const DAY_MS = 86_400_000;

/**
 * The reminder that is due and not stale, as of now: what it was about is still in use. `at`: since when, milliseconds
 * since 1970. After an outage of days only the newest one is said.
 */
export function dueReminder(desk: Desk): { readonly view: ReminderView; readonly at: number } | null {
  const { reminding } = desk.state();
  const { now } = desk.moment();
  if (reminding === null || now - Date.parse(reminding.at) > 3 * DAY_MS) return null;
  const inUse = new Set(farmExpiry(desk).map(({ host, thumbprint }) => `${host} ${thumbprint}`));
  if (!reminding.hosts.some(({ host, thumbprint }) => inUse.has(`${host} ${thumbprint}`))) return null;
  const view = reminderView(desk, reminding.day, now);
  return view === null ? null : { view, at: Date.parse(reminding.at) };
}

/** The reminder card as of now; null when no machine was ever looked at. */
export function reminderView(desk: Desk, day: string, now: number): ReminderView | null {
  const certificates = farmExpiry(desk);
  const master = hostsWith(desk.farm, 'master')[0]?.name;
  const worst = certificates[0];
  if (master === undefined || worst === undefined) return null;
  const { owner } = desk.farm.reminders;
  return {
    kind: 'reminder',
    farm: desk.farm.name,
    day,
    owner: owner === null ? null : (peopleOf(desk.farm, [owner])[0] ?? null),
    master,
    certificates: certificates.map(({ host, role, thumbprint, notAfter, days }) => ({
      host,
      role,
      thumbprint,
      notAfter,
      days,
    })),
    gap: lastGap(desk.state()),
    nextWord: nextWord(desk.farm.reminders, worst.days, desk.farm.timeZone, now),
  };
}
