import type { Pen } from '../../../pen.ts';
import type { Line, Lines } from '../../line.ts';
import { count, days, list, short } from '../grammar.ts';
import { range } from '../measure.ts';

type Names = readonly string[];
type Worst = { readonly farm: string; readonly host: string; readonly role: 'master' | 'worker' };

const whose = (d: Worst): string => (d.role === 'master' ? `${d.farm}'s master` : `${d.host}'s worker`);

type Brief = Worst & {
  readonly at: string;
  readonly days: number;
  readonly ended: boolean;
  readonly owner: string | null;
  readonly next: string | null;
};

function inBrief(d: Brief, pen: Pen): string {
  const what = d.role === 'master' ? 'the master certificate' : `${d.host}'s worker certificate`;
  const when = d.ended
    ? `ended on ${pen.day(d.at)}`
    : d.days === 1
      ? `ends within a day, on ${pen.day(d.at)}`
      : `ends in ${days(d.days)}, on ${pen.day(d.at)}`;
  const owner = d.owner === null ? '' : ` Owner ${d.owner}.`;
  const next = d.next === null ? '' : ` Next reminder on ${pen.day(d.next)}.`;
  return `${d.farm}: ${what} ${when}.${owner}${next}`;
}

export const reminderWords = {
  'reminder.state': ((d) =>
    d.ended ? 'IT HAS ENDED' : d.days === 1 ? 'ENDS WITHIN A DAY' : `${days(d.days).toUpperCase()} LEFT`) as Line<{
    days: number;
    ended: boolean;
  }>,
  'reminder.title': ((d, pen) => `${whose(d)} certificate ${d.ended ? 'ended' : 'ends'} on ${pen.date(d.at)}`) as Line<
    Worst & { at: string; ended: boolean }
  >,
  'reminder.about': ((d) =>
    `${d.owner === null ? `farm ${d.farm} · no owner named` : `owner ${d.owner}`}${d.others.length === 0 ? '' : ` · told from now on: ${list(d.others, 'and', 6)}`}`) as Line<{
    farm: string;
    owner: string | null;
    others: Names;
  }>,
  'reminder.sample-state': () => 'A SAMPLE',
  'reminder.sample': ((d) =>
    `${d.by} asked for it with /ssis reminders test, to see where reminders arrive. Nothing is due because of it.`) as Line<{
    by: string;
  }>,
  'reminder.cost-master': ((d) =>
    d.ended
      ? `Workers refuse ${d.master}, and no package starts.`
      : `From then on workers refuse ${d.master} and no package starts.`) as Line<{ master: string; ended: boolean }>,
  'reminder.cost-worker': ((d) =>
    d.ended
      ? `${d.master} refuses ${d.host}, which runs no package.`
      : `From then on ${d.master} refuses ${d.host}, which runs no package any more.`) as Line<{
    master: string;
    host: string;
    ended: boolean;
  }>,
  'reminder.role': ((d) => d.role) as Line<{ role: string }>,
  'reminder.days': ((d) => (d.days <= 0 ? 'ended' : days(d.days))) as Line<{ days: number }>,
  'reminder.bars': () => 'A block is a month, at most six are drawn.',
  'reminder.rows-cut': ((d) =>
    `and ${d.left} more${d.least === 0 ? '' : `, ${count(d.least, 'day')} or more`}`) as Line<{
    left: number;
    least: number;
  }>,
  'reminder.ends': () => 'Ends',
  'reminder.ends-when': ((d, pen) => `${pen.dateTime(d.at)} · ${short(d.thumbprint)}`) as Line<{
    at: string;
    thumbprint: string;
  }>,
  'reminder.unseen': () => 'As\u00a0of',
  'reminder.unseen-since': ((d, pen) =>
    `${pen.dateTime(d.since)}${d.hosts.length === 1 ? '' : ' or later'} for ${list(d.hosts, 'and', 4)}, which ${d.hosts.length === 1 ? 'has' : 'have'} answered no look since`) as Line<{
    hosts: Names;
    since: string;
  }>,
  'reminder.rotating': () => 'Rotating',
  'reminder.rotating-cost': ((d) =>
    d.minMs === null || d.maxMs === null
      ? 'cuts each worker off; how long was not measured yet'
      : `each worker was cut off for ${range(d.minMs, d.maxMs, ' to ')} last time`) as Line<{
    minMs: number | null;
    maxMs: number | null;
  }>,
  'reminder.put-off': () => 'Snoozed',
  'reminder.put-off-by': ((d, pen) => `by ${d.by} until ${pen.day(d.day)}: ${d.reason}`) as Line<{
    by: string;
    day: string;
    reason: string;
  }>,
  'reminder.windows': () => 'Last\u00a0window',
  'reminder.windows-when': ((d, pen) => {
    const [last, before] = d.opens;
    if (last === undefined) return 'none is left before it ends';
    return before === undefined ? pen.dateTime(last) : `${pen.dateTime(last)}; before it ${pen.dateTime(before)}`;
  }) as Line<{ opens: readonly string[] }>,
  'reminder.next': () => 'Next\u00a0reminder',
  'reminder.next-when': ((d, pen) => `${pen.day(d.day)}${d.approvers ? ', to the approvers too' : ''}`) as Line<{
    day: string;
    approvers: boolean;
  }>,
  'reminder.rotate': () => 'Rotate…',
  'reminder.snooze': () => 'Snooze…',
  'reminder.snooze-title': () => 'Snooze reminders',
  'reminder.snooze-days': () => 'For how long?',
  'reminder.snooze-choice': ((d) => days(d.days)) as Line<{ days: number }>,
  'reminder.snooze-why': () => 'Why can it wait?',
  'reminder.snooze-do': () => 'Snooze',
  'reminder.details': () => 'All certificates',
  'reminder.reason': ((d, pen) => `${d.ended ? 'Ended' : 'Ends'} on ${pen.date(d.at)}`) as Line<{
    at: string;
    ended: boolean;
  }>,
  'reminder.fallback': ((d, pen) => inBrief(d, pen)) as Line<Brief>,
  'reminder.fallback-sample': ((d, pen) => `A sample of a reminder. ${inBrief(d, pen)}`) as Line<Brief>,
  'reminder.nothing': ((d) =>
    `${d.farm}: no certificate is known yet. Start its runners, then say /ssis certs ${d.farm}.`) as Line<{
    farm: string;
  }>,
} satisfies Lines;
