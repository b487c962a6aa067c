import type { Pen } from '../../pen.ts';
import type { Lines, Names } from '../line.ts';
import { days, list } from './grammar.ts';

type Snooze = { readonly farm: string; readonly by: string; readonly untilDay: string; readonly reason: string };
type Farm = { readonly farm: string };

/** Reminders that are put off, and samples of them. */
export const snoozeWords = {
  snoozed: (d: { farm: string; untilDay: string }, pen: Pen) =>
    `${pen.bold(`Reminders of ${d.farm} are snoozed`)} until ${pen.day(d.untilDay)}. The channels hear of it, and of your reason.`,
  'told.snoozed': (d: Snooze, pen: Pen) =>
    `${pen.bold(`${d.by} snoozed the reminders of ${d.farm}`)} until ${pen.day(d.untilDay)}: ${d.reason}`,
  'told.reminder-settled': (d: Farm, pen: Pen) =>
    `${pen.bold('This reminder is settled')}: what it reminded of is in use no more. /ssis certs ${d.farm} shows what is.`,
  'status.snoozed': (d: Snooze, pen: Pen) =>
    `Reminders of ${d.farm} are snoozed until ${pen.day(d.untilDay)}, by ${d.by}: ${d.reason}`,
  'sample-asked': (d: { farm: string; channels: Names }) =>
    `A sample of a reminder goes to ${list(d.channels, 'and', 4)}.`,
  'refused.may-not-snooze': (d: { farm: string; others: Names }) =>
    d.others.length === 0
      ? `Only the owner and the approvers of ${d.farm} may do that, and it has neither: see reminders.owner in the farm file.`
      : `Only the owner and the approvers of ${d.farm} may do that. Ask ${list(d.others, 'or', 4)}.`,
  'refused.snooze-why': () => 'Why can it wait? Whoever counts on the reminders will read it.',
  'refused.nothing-to-snooze': (d: Farm) =>
    `No certificate of ${d.farm} is near its end, so nothing is reminded of. /ssis certs ${d.farm} lists them.`,
  'refused.snooze-too-late': (d: Farm & { days: number; request: string }) =>
    d.days === 0
      ? `A certificate of ${d.farm} has ended, so its reminders cannot be snoozed. Rotate it: /ssis ${d.request} in ${d.farm}.`
      : `A certificate of ${d.farm} ends within ${days(d.days)}, so its reminders cannot be snoozed any more. Rotate it: /ssis ${d.request} in ${d.farm}.`,
  'refused.snooze-too-long': (d: { most: number }) =>
    `Reminders can be snoozed for 1 to ${days(d.most)} here. Pick one of these.`,
  'refused.no-sample': (d: Farm) =>
    `No certificate of ${d.farm} is known yet, so there is nothing to show. Start its runners first.`,
  'refused.sample-too-soon': (d: { by: string }) =>
    `${d.by} asked for a sample within the last minute. Look for it in the channels.`,
} satisfies Lines;
