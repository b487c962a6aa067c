import { DateTime } from 'luxon';
import type { ReminderPolicy } from '../farm/farm.ts';
import { DAY_MS, daysLeft, HOUR_MS } from '../time.ts';
import type { Instant, Role } from '../values.ts';

interface Reminded {
  readonly day: string;
  readonly hosts: readonly { readonly host: string; readonly thumbprint: string; readonly days: number }[];
}

interface Ending {
  readonly host: string;
  readonly thumbprint: string;
  readonly days: number;
}

/** No reminders about these certificates before that day. */
interface Snooze {
  readonly thumbprints: readonly string[];
  /** `YYYY-MM-DD` in the farm's time zone: on that day reminders resume. */
  readonly untilDay: string;
}

/**
 * Whether that day's reminder is due: at most one per farm and day, when a certificate crossed a threshold since the
 * last reminder about it. Below the smallest threshold, every day. The next run catches up on what an outage swallowed;
 * nothing is said twice.
 */
export function reminderDue(
  policy: ReminderPolicy,
  endings: readonly Ending[],
  { reminded, snooze }: { readonly reminded: readonly Reminded[]; readonly snooze: Snooze | null },
  day: string,
): boolean {
  if (reminded.some((word) => word.day === day)) return false;
  return endings.some(
    (ending) => !isSnoozed(snooze, ending.thumbprint, day) && crossed(policy, ending, reminded, snooze),
  );
}

/** A reminder that no channel has taken for this long is dropped. Milliseconds. */
const WAITS_MS = 3 * DAY_MS;

/** Whether a reminder recorded at `at` may still be delivered. */
export const isWaiting = ({ at }: { readonly at: Instant }, now: number): boolean => now - Date.parse(at) <= WAITS_MS;

/** Recent reminders, and the one about to be posted; one that waited too long counts as never posted. */
export const saidOrWaiting = (
  {
    reminded,
    reminding,
  }: { readonly reminded: readonly Reminded[]; readonly reminding: (Reminded & { readonly at: Instant }) | null },
  now: number,
): readonly Reminded[] => (reminding !== null && isWaiting(reminding, now) ? [...reminded, reminding] : reminded);

const isSnoozed = (snooze: Snooze | null, thumbprint: string, today: string): boolean =>
  snooze !== null && today < snooze.untilDay && snooze.thumbprints.includes(thumbprint);

function crossed(
  policy: ReminderPolicy,
  ending: Ending,
  reminded: readonly Reminded[],
  snooze: Snooze | null,
): boolean {
  const threshold = thresholdOf(policy.days, ending.days);
  if (threshold === null) return false;
  if (ending.days <= Math.min(...policy.days)) return true;
  // After a snooze, the reminder comes again on the day that was named.
  const from = snooze?.thumbprints.includes(ending.thumbprint) === true ? snooze.untilDay : '';
  const words = reminded.filter((word) => word.day >= from).flatMap((word) => word.hosts);
  return !words.some((word) => word.thumbprint === ending.thumbprint && word.days <= threshold);
}

/**
 * Certificates for which the approvers are mentioned besides the owner: on each card that is due, from `escalateDays`
 * on. Not for snoozed ones, even if another certificate makes the card due.
 */
export function toEscalate(
  policy: ReminderPolicy,
  endings: readonly Ending[],
  snooze: Snooze | null,
  today: string,
): readonly string[] {
  const near = endings.filter(
    ({ days, thumbprint }) => days <= policy.escalateDays && !isSnoozed(snooze, thumbprint, today),
  );
  return [...new Set(near.map(({ thumbprint }) => thumbprint))];
}

/** How many names fit in a request. */
const MOST_NAMED = 40;

/**
 * The request, as typed, for what ends first: the master, or the workers whose own certificates end on that day.
 * Expects the worst first.
 */
export function requestFor(
  endings: readonly { readonly host: string; readonly role: Role; readonly days: number }[],
): string {
  const [worst] = endings;
  if (worst === undefined || worst.role === 'master') return 'rotate-master';
  const alike = endings.filter(({ role, days }) => role === 'worker' && days === worst.days);
  return ['rotate-worker', ...new Set(alike.slice(0, MOST_NAMED).map(({ host }) => host))].join(' ');
}

/**
 * When the first of them ends. Do not rely on their order: a master is listed before a worker that ends some hours
 * sooner. '': there is none.
 */
export const firstEnd = (certificates: readonly { readonly notAfter: Instant }[]): Instant =>
  certificates.map(({ notAfter }) => notAfter).sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? '';

/**
 * The most days by which reminders about these may be snoozed: the policy's limit, but never past the last whole day
 * before the first one ends, nor to a reminder hour at or after that end.
 */
export function mostSnooze(
  policy: ReminderPolicy,
  certificates: readonly { readonly notAfter: Instant }[],
  timeZone: string,
  now: number,
): number {
  const notAfter = firstEnd(certificates);
  let most = Math.max(0, Math.min(policy.snoozeDays, daysLeft(notAfter, now) - 1));
  while (most > 0 && hourOf(policy, timeZone, dayAfter(most, timeZone, now)) >= Date.parse(notAfter)) most -= 1;
  return most;
}

/** The farm's date this many days from now. Calendar days, whatever the clocks do meanwhile. */
export const dayAfter = (days: number, timeZone: string, now: number): string =>
  DateTime.fromMillis(now, { zone: timeZone }).plus({ days }).toISODate() ?? '';

/** The smallest threshold not below the days left; null: nothing to say yet. */
export function thresholdOf(days: readonly number[], left: number): number | null {
  const crossedOnes = days.filter((threshold) => left <= threshold);
  return crossedOnes.length === 0 ? null : Math.min(...crossedOnes);
}

/** The farm's current date, and whether the reminder hour has come. */
export function reminderDay(policy: ReminderPolicy, timeZone: string, now: number): { day: string; come: boolean } {
  const here = DateTime.fromMillis(now, { zone: timeZone });
  const two = (number: number): string => String(number).padStart(2, '0');
  return { day: here.toISODate() ?? '', come: `${two(here.hour)}:${two(here.minute)}` >= policy.at };
}

/**
 * How long after its hour a reminder that did not come is caught up past midnight: then the next one is nearer.
 */
const PAST_MIDNIGHT_MS = 12 * HOUR_MS;

/** The day of the farm whose reminder is due by now, if it is not out yet; null: none is. */
export function dayDue(policy: ReminderPolicy, timeZone: string, now: number): string | null {
  const { day, come } = reminderDay(policy, timeZone, now);
  if (come) return day;
  const before = dayAfter(-1, timeZone, now);
  return now - hourOf(policy, timeZone, before) < PAST_MIDNIGHT_MS ? before : null;
}

/**
 * The reminder hour on that day of the farm. A day's reminder covers what had crossed a threshold by that hour,
 * whenever it is posted: what crosses one in the afternoon is covered on the next day.
 */
export const hourOf = (policy: ReminderPolicy, timeZone: string, day: string): number =>
  DateTime.fromISO(`${day}T${policy.at}`, { zone: timeZone }).toMillis();

/** The date this many days after the last one whose reminder hour has come, and the reminder hour on it. */
type Calendar = (days: number) => { readonly day: string; readonly hour: number };

/** Each day is computed only once: the card of a large farm is drawn often. */
function calendarFrom(policy: ReminderPolicy, timeZone: string, now: number): Calendar {
  const last = reminderDay(policy, timeZone, now).come ? 0 : -1;
  const known = new Map<number, ReturnType<Calendar>>();
  return (days) => {
    const before = known.get(days);
    if (before !== undefined) return before;
    const day = dayAfter(last + days, timeZone, now);
    const found = { day, hour: hourOf(policy, timeZone, day) };
    known.set(days, found);
    return found;
  };
}

/** The day of the next reminder about one certificate; null once it has ended. */
function nextWord(policy: ReminderPolicy, notAfter: Instant, dayIn: Calendar, now: number): string | null {
  if (Date.parse(notAfter) <= now) return null;
  const leftIn = (days: number): number => daysLeft(notAfter, dayIn(days).hour);
  const left = leftIn(0);
  const below = policy.days.filter((threshold) => threshold < left);
  if (below.length === 0) return dayIn(1).day;
  const nearest = Math.max(...below);
  const about = left - nearest;
  // A day in between may be an hour longer or shorter.
  return dayIn([about - 1, about].find((days) => days > 0 && leftIn(days) <= nearest) ?? about + 1).day;
}

/**
 * The day of the next reminder about any of them (worst first), as known now: snoozed ones on the day that was named,
 * the others when they cross their next threshold. null once the first one has ended.
 */
export function nextWordOfAny(
  policy: ReminderPolicy,
  certificates: readonly { readonly thumbprint: string; readonly notAfter: Instant }[],
  snooze: Snooze | null,
  { timeZone, now }: { readonly timeZone: string; readonly now: number },
): string | null {
  const [worst] = certificates;
  if (worst === undefined || Date.parse(worst.notAfter) <= now) return null;
  const { day, come } = reminderDay(policy, timeZone, now);
  // On the named day, the reminder comes only at the reminder hour.
  const last = come ? day : dayAfter(-1, timeZone, now);
  const calendar = calendarFrom(policy, timeZone, now);
  const days = certificates.flatMap(({ thumbprint, notAfter }) =>
    snooze !== null && isSnoozed(snooze, thumbprint, last)
      ? [snooze.untilDay]
      : (nextWord(policy, notAfter, calendar, now) ?? []),
  );
  return days.sort()[0] ?? null;
}
