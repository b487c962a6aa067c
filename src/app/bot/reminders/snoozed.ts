import { reminderDay, thresholdOf } from '../../../domain/follow-up/reminders.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import type { Message } from '../../../domain/values.ts';
import type { Desk } from '../desk.ts';
import { say } from '../views/notices.ts';
import { type Expiry, farmExpiry } from './expiry.ts';

/** What reminders are about now, worst first. */
export const crossedNow = (desk: Desk): readonly Expiry[] =>
  farmExpiry(desk).filter(({ days }) => thresholdOf(desk.farm.reminders.days, days) !== null);

/** The snooze in force; null if there is none, its day has come, or what it was about is no longer in use. */
export function snoozedNow(desk: Desk): NonNullable<FarmState['snooze']> | null {
  const { snooze: last } = desk.state();
  const { day } = reminderDay(desk.farm.reminders, desk.farm.timeZone, desk.moment().now);
  if (last === null || day >= last.untilDay) return null;
  return farmExpiry(desk).some(({ thumbprint }) => last.thumbprints.includes(thumbprint)) ? last : null;
}

/** `status`: whether reminders are put off. */
export function snoozedLines(desk: Desk): readonly Message[] {
  const last = snoozedNow(desk);
  return last === null ? [] : [snoozedLine(desk, last)];
}

/** Who has put off the reminders, until when, and why. */
export const snoozedLine = (
  { farm }: Desk,
  { by, untilDay, reason }: Pick<NonNullable<FarmState['snooze']>, 'by' | 'untilDay' | 'reason'>,
): Message => say('status.snoozed', { farm: farm.name, by: by.name, untilDay, reason });
