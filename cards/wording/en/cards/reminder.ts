import type { Pen } from '../../../pen.ts';
import type { Lines, Names } from '../../line.ts';
import { capital, count, days, list, short } from '../grammar.ts';
import { range } from '../measure.ts';

type Worst = { readonly farm: string; readonly host: string; readonly role: 'master' | 'worker' };

/** After that many days a date without its year may be taken for today's. */
const MANY_DAYS = 300;

const whose = (d: Worst): string => (d.role === 'master' ? `${d.farm}'s master` : `${d.host}'s worker`);

type Brief = Worst & {
  readonly at: string;
  readonly days: number;
  readonly ended: boolean;
  readonly owner: string | null;
  readonly next: string | null;
  /** Of the next, where it is another one; null: it is this one. */
  readonly year: number | null;
};

const dayIn = (day: string, year: number | null, pen: Pen): string =>
  `${pen.day(day)}${year === null ? '' : ` ${year}`}`;

function inBrief(d: Brief, pen: Pen): string {
  const what = d.role === 'master' ? 'the master certificate' : `${d.host}'s worker certificate`;
  const when = d.ended
    ? `ended on ${pen.day(d.at)}`
    : d.days === 1
      ? `ends within a day, on ${pen.day(d.at)}`
      : `ends in ${days(d.days)}, on ${d.days > MANY_DAYS ? pen.date(d.at) : pen.day(d.at)}`;
  const owner = d.owner === null ? '' : ` Owner ${d.owner}.`;
  const next = d.next === null ? '' : ` Next reminder on ${dayIn(d.next, d.year, pen)}.`;
  return `${d.farm}: ${what} ${when}.${owner}${next}`;
}

const refuses = ({ master, host }: { master: string; host: string }): string =>
  host === master ? `the master on ${master} refuses its own worker` : `${master} refuses ${host}`;

export const reminderWords = {
  'reminder.state': (d: { days: number; ended: boolean }) =>
    d.ended ? 'IT HAS ENDED' : d.days === 1 ? 'ENDS WITHIN A DAY' : `${days(d.days).toUpperCase()} LEFT`,
  'reminder.title': (d: Worst & { at: string; ended: boolean }, pen: Pen) =>
    `${whose(d)} certificate ${d.ended ? 'ended' : 'ends'} on ${pen.date(d.at)}`,
  'reminder.about': (d: { farm: string; owner: string | null; others: Names }) =>
    `${d.owner === null ? `farm ${d.farm} · no owner named` : `owner ${d.owner}`}${d.others.length === 0 ? '' : ` · told from now on: ${list(d.others, 'and', 6)}`}`,
  'reminder.sample-state': () => 'A SAMPLE',
  'reminder.sample': (d: { by: string }) =>
    `${d.by} asked for it with /ssis reminders test, to see where reminders arrive. Nothing is due because of it.`,
  'reminder.cost-master': (d: { master: string; ended: boolean }) =>
    d.ended
      ? `Workers refuse ${d.master}, and no package starts.`
      : `From then on workers refuse ${d.master} and no package starts.`,
  'reminder.cost-worker': (d: { master: string; host: string; ended: boolean }) =>
    d.ended
      ? `${d.host === d.master ? capital(refuses(d)) : refuses(d)}, which runs no package.`
      : `From then on ${refuses(d)}, which runs no package any more.`,
  'reminder.role': (d: { role: string }) => d.role,
  'reminder.days': (d: { days: number }) => (d.days <= 0 ? 'ended' : days(d.days)),
  'reminder.bars': () => 'A block is a month; at most six are drawn.',
  'reminder.rows-cut': (d: { left: number; least: number }) =>
    `and ${d.left} more${d.least === 0 ? '' : `, ${count(d.least, 'day')} or more`}`,
  'reminder.ends': () => 'Ends',
  'reminder.ends-when': (d: { at: string; thumbprint: string }, pen: Pen) =>
    `${pen.dateTime(d.at)} · ${short(d.thumbprint)}`,
  'reminder.unseen': () => 'As\u00a0of',
  'reminder.unseen-since': (d: { hosts: Names; since: string }, pen: Pen) =>
    `${pen.dateTime(d.since)}${d.hosts.length === 1 ? '' : ' or later'} for ${list(d.hosts, 'and', 4)}, which ${d.hosts.length === 1 ? 'has' : 'have'} answered no look since`,
  'reminder.rotating': () => 'Rotating',
  'reminder.rotating-cost': (d: { minMs: number | null; maxMs: number | null }) =>
    d.minMs === null || d.maxMs === null
      ? 'cuts each worker off; how long was not measured yet'
      : `each worker was cut off for ${range(d.minMs, d.maxMs, ' to ')} last time`,
  'reminder.open': () => 'Asked\u00a0for',
  'reminder.open-by': (d: { id: string; by: string; starts: string | null }, pen: Pen) =>
    `${d.id}, by ${d.by}, is open${d.starts === null ? '' : `: approved to start on ${pen.dateTime(d.starts)}`}`,
  'reminder.put-off': () => 'Snoozed',
  'reminder.put-off-by': (d: { by: string; day: string; reason: string }, pen: Pen) =>
    `by ${d.by} until ${pen.day(d.day)}: ${d.reason}`,
  'reminder.windows': () => 'Last\u00a0window',
  'reminder.windows-when': (d: { opens: readonly string[] }, pen: Pen) => {
    const [last, before] = d.opens;
    if (last === undefined) return 'none is left before it ends';
    return before === undefined ? pen.dateTime(last) : `${pen.dateTime(last)}; before it ${pen.dateTime(before)}`;
  },
  'reminder.next': () => 'Next\u00a0reminder',
  'reminder.next-when': (d: { day: string; year: number | null; approvers: boolean }, pen: Pen) =>
    `${dayIn(d.day, d.year, pen)}${d.approvers ? ', to the approvers too' : ''}`,
  'reminder.by-hand': () => 'Steps by hand',
  'reminder.rotate': () => 'Rotate…',
  'reminder.snooze': () => 'Snooze…',
  'reminder.snooze-title': () => 'Snooze reminders',
  'reminder.snooze-days': () => 'For how long?',
  'reminder.snooze-choice': (d: { days: number }) => days(d.days),
  'reminder.snooze-why': () => 'Why can it wait?',
  'reminder.snooze-do': () => 'Snooze',
  'reminder.details': () => 'All certificates',
  'reminder.reason': (d: { at: string; ended: boolean }, pen: Pen) =>
    `${d.ended ? 'Ended' : 'Ends'} on ${pen.date(d.at)}`,
  'reminder.fallback': (d: Brief, pen: Pen) => inBrief(d, pen),
  'reminder.fallback-sample': (d: Brief, pen: Pen) => `A sample of a reminder. ${inBrief(d, pen)}`,
  'reminder.nothing': (d: { farm: string }) =>
    `${d.farm}: no certificate is known yet. Start its runners, then say /ssis certs ${d.farm}.`,
} satisfies Lines;
