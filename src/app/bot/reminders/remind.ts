import {
  dayDue,
  hourOf,
  reminderDay,
  reminderDue,
  saidOrWaiting,
  toEscalate,
} from '../../../domain/follow-up/reminders.ts';
import { nagDue } from '../../../domain/follow-up/review.ts';
import type { BotEntry } from '../../../domain/journal/entries.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import type { Desk } from '../desk.ts';
import { everybodyHeard, type ScanDeps, scan, staleHosts } from '../watch/scan.ts';
import { farmExpiry } from './expiry.ts';

/**
 * Looks at the farm, and records that a word is due if something crossed a threshold: at most one a day. From there it
 * goes to every channel, as any card does. Called daily, and at the start.
 */
export async function remind(desk: Desk, deps: ScanDeps): Promise<void> {
  await everybodyHeard(desk, deps.clock);
  await scan(desk, deps, staleHosts(desk));
  await recordDue(desk);
}

/** Without a look: by what is known now. */
export const recordDue = (desk: Desk): Promise<null> =>
  desk.commit((state) => {
    const day = dayDue(desk.farm.reminders, desk.farm.timeZone, desk.moment().now);
    const due = day === null ? [] : [dueOn(desk, state, day), reviewsDue(desk, state, day)];
    return { entries: due.filter((one) => one !== null), answer: null };
  });

/** Reviews that are late: once a day, at the hour of the reminders. */
function reviewsDue(desk: Desk, state: FarmState, day: string): BotEntry | null {
  const ids = nagDue(desk.farm, state, day);
  return ids === null ? null : { type: 'nagging', day, ids };
}

function dueOn(desk: Desk, state: FarmState, day: string): BotEntry | null {
  const { now } = desk.moment();
  const { reminders, timeZone } = desk.farm;
  const hour = hourOf(reminders, timeZone, day);
  const endings = farmExpiry(desk, Math.min(now, hour));
  const reminded = saidOrWaiting(state, now);
  if (!reminderDue(reminders, endings, { reminded, snooze: state.snooze }, day)) return null;
  const called = toEscalate(reminders, endings, state.snooze, day);
  // What nobody knew of on the evening before was not missed; what calls the approvers does not wait all the same.
  const isCaughtUp = !reminderDay(reminders, timeZone, now).come;
  if (isCaughtUp && called.length === 0 && !knewBy(state, hour)) return null;
  return {
    type: 'reminding',
    day,
    hosts: endings.map(({ host, thumbprint, days }) => ({ host, thumbprint, days })),
    ...(called.length > 0 ? { escalates: called } : {}),
  };
}

/** Whether any machine had been looked at by that time, in milliseconds since 1970. */
const knewBy = ({ standings }: FarmState, time: number): boolean =>
  Object.values(standings).some(({ presents, pins }) =>
    [presents, pins].some((known) => known !== null && Date.parse(known.since) <= time),
  );
