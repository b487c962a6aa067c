import type { Line, Lines } from '../line.ts';
import { days, list } from './grammar.ts';

type Names = readonly string[];
type Snooze = { readonly farm: string; readonly by: string; readonly untilDay: string; readonly reason: string };
type Farm = { readonly farm: string };

/** Reminders that are put off, and samples of them. */
export const snoozeWords = {
  snoozed: ((d, pen) =>
    `${pen.bold(`Reminders of ${d.farm} are snoozed`)} until ${pen.day(d.untilDay)}. The channels hear of it, and of your reason.`) as Line<{
    farm: string;
    untilDay: string;
  }>,
  'told.snoozed': ((d, pen) =>
    `${pen.bold(`${d.by} snoozed the reminders of ${d.farm}`)} until ${pen.day(d.untilDay)}: ${d.reason}`) as Line<Snooze>,
  'status.snoozed': ((d, pen) =>
    `Reminders of ${d.farm} are snoozed until ${pen.day(d.untilDay)}, by ${d.by}: ${d.reason}`) as Line<Snooze>,
  'sample-asked': ((d) => `A sample of a reminder goes to ${list(d.channels, 'and', 4)}.`) as Line<{
    farm: string;
    channels: Names;
  }>,
  'refused.may-not-snooze': ((d) =>
    d.others.length === 0
      ? `Only the owner and the approvers of ${d.farm} may do that, and it has neither: see reminders.owner in the farm file.`
      : `Only the owner and the approvers of ${d.farm} may do that. Ask ${list(d.others, 'or', 4)}.`) as Line<{
    farm: string;
    others: Names;
  }>,
  'refused.snooze-why': (() => 'Why can it wait? Whoever counts on the reminders will read it.') as Line<object>,
  'refused.nothing-to-snooze': ((d) =>
    `No certificate of ${d.farm} is near its end, so nothing is reminded of. /ssis certs ${d.farm} lists them.`) as Line<Farm>,
  'refused.snooze-too-late': ((d) =>
    d.days === 0
      ? `A certificate of ${d.farm} has ended, so its reminders cannot be snoozed. Rotate it: /ssis ${d.request} in ${d.farm}.`
      : `A certificate of ${d.farm} ends within ${days(d.days)}, so its reminders cannot be snoozed any more. Rotate it: /ssis ${d.request} in ${d.farm}.`) as Line<
    Farm & { days: number; request: string }
  >,
  'refused.snooze-too-long': ((d) =>
    `Reminders can be snoozed for 1 to ${days(d.most)} here. Pick one of these.`) as Line<{
    most: number;
  }>,
  'refused.no-sample': ((d) =>
    `No certificate of ${d.farm} is known yet, so there is nothing to show. Start its runners first.`) as Line<Farm>,
  'refused.sample-too-soon': ((d) =>
    `${d.by} asked for a sample within the last minute. Look for it in the channels.`) as Line<{
    by: string;
  }>,
} satisfies Lines;
