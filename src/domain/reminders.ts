import { DateTime } from 'luxon';
import type { ReminderPolicy } from './farm.ts';

export interface Reminded {
  readonly day: string;
  readonly hosts: readonly { readonly host: string; readonly thumbprint: string; readonly days: number }[];
}

export interface Ending {
  readonly host: string;
  readonly thumbprint: string;
  readonly days: number;
}

/**
 * Whether a word is due today: one a farm and day, when something crossed a threshold since the last word about it.
 * Below the smallest threshold every day. What an outage swallowed is caught up by the next run; nothing is said twice.
 */
export function reminderDue(
  policy: ReminderPolicy,
  endings: readonly Ending[],
  reminded: readonly Reminded[],
  today: string,
): boolean {
  if (reminded.some((word) => word.day === today)) return false;
  return endings.some((ending) => crossed(policy, ending, reminded));
}

function crossed(policy: ReminderPolicy, ending: Ending, reminded: readonly Reminded[]): boolean {
  const threshold = thresholdOf(policy.days, ending.days);
  if (threshold === null) return false;
  if (ending.days <= Math.min(...policy.days)) return true;
  const words = reminded.flatMap((word) => word.hosts).filter((one) => one.thumbprint === ending.thumbprint);
  return !words.some((word) => word.days <= threshold);
}

/** The smallest threshold that is not below the days left; null: nothing to say yet. */
export function thresholdOf(days: readonly number[], left: number): number | null {
  const crossedOnes = days.filter((threshold) => left <= threshold);
  return crossedOnes.length === 0 ? null : Math.min(...crossedOnes);
}

/** The farm's day, and whether the hour of its reminders has come. */
export function reminderDay(policy: ReminderPolicy, timeZone: string, now: number): { day: string; come: boolean } {
  const here = DateTime.fromMillis(now, { zone: timeZone });
  return { day: here.toISODate() ?? '', come: here.toFormat('HH:mm') >= policy.at };
}

/** The day of the next word about the one that ends first; null when it has ended or there is none. */
export function nextWord(policy: ReminderPolicy, left: number, timeZone: string, now: number): string | null {
  const below = policy.days.filter((threshold) => threshold < left);
  const inDays = below.length === 0 ? 1 : left - Math.max(...below);
  return left <= 0 ? null : DateTime.fromMillis(now, { zone: timeZone }).plus({ days: inDays }).toISODate();
}
