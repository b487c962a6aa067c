import type { Line, Lines } from '../../line.ts';
import { count, days, short } from '../grammar.ts';
import { range } from '../measure.ts';

type Worst = { readonly farm: string; readonly host: string; readonly role: 'master' | 'worker' };

const whose = (d: Worst): string => (d.role === 'master' ? `${d.farm}'s master` : `${d.host}'s worker`);

export const reminderWords = {
  'reminder.state': ((d) =>
    d.ended
      ? d.days >= -1
        ? 'IT HAS ENDED'
        : `ENDED ${-d.days} DAYS AGO`
      : d.days === 0
        ? 'LAST DAY'
        : `${days(d.days).toUpperCase()} LEFT`) as Line<{
    days: number;
    ended: boolean;
  }>,
  'reminder.title': ((d, pen) => `${whose(d)} certificate ${d.ended ? 'ended' : 'ends'} on ${pen.date(d.at)}`) as Line<
    Worst & { at: string; ended: boolean }
  >,
  'reminder.about': ((d) => (d.owner === null ? `farm ${d.farm} · no owner named` : `owner ${d.owner}`)) as Line<{
    farm: string;
    owner: string | null;
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
  'reminder.by-hand': () => 'A worker certificate is still replaced by hand: rotating the master does not renew it.',
  'reminder.role': ((d) => d.role) as Line<{ role: string }>,
  'reminder.days': ((d) => (d.days < 0 ? 'ended' : d.days === 0 ? 'last day' : days(d.days))) as Line<{ days: number }>,
  'reminder.bars': () => 'A block is a month, at most six are drawn.',
  'reminder.rows-cut': ((d) => `and ${d.left} more, ${count(d.least, 'day')} or more`) as Line<{
    left: number;
    least: number;
  }>,
  'reminder.ends': () => 'Ends',
  'reminder.ends-when': ((d, pen) => `${pen.dateTime(d.at)} · ${short(d.thumbprint)}`) as Line<{
    at: string;
    thumbprint: string;
  }>,
  'reminder.rotating': () => 'Rotating',
  'reminder.rotating-cost': ((d) =>
    d.minMs === null || d.maxMs === null
      ? 'cuts each worker off; how long was not measured yet'
      : `each worker was cut off for ${range(d.minMs, d.maxMs, ' to ')} last time`) as Line<{
    minMs: number | null;
    maxMs: number | null;
  }>,
  'reminder.next': () => 'Next\u00a0word',
  'reminder.next-when': ((d, pen) => pen.day(d.day)) as Line<{ day: string }>,
  'reminder.rotate': () => 'Rotate…',
  'reminder.reason': ((d, pen) => `${d.ended ? 'Ended' : 'Ends'} on ${pen.date(d.at)}`) as Line<{
    at: string;
    ended: boolean;
  }>,
  'reminder.fallback': ((d, pen) => {
    const what = d.role === 'master' ? 'the master certificate' : `${d.host}'s worker certificate`;
    const when = d.ended
      ? `ended on ${pen.day(d.at)}`
      : d.days === 0
        ? 'ends within a day'
        : `ends in ${days(d.days)}, on ${pen.day(d.at)}`;
    const owner = d.owner === null ? '' : ` Owner ${d.owner}.`;
    const next = d.next === null ? '' : ` Next word on ${pen.day(d.next)}.`;
    return `${d.farm}: ${what} ${when}.${owner}${next}`;
  }) as Line<Worst & { at: string; days: number; ended: boolean; owner: string | null; next: string | null }>,
  'reminder.nothing': ((d) => `${d.farm}: no certificate is known yet. Ask for /ssis status ${d.farm}.`) as Line<{
    farm: string;
  }>,
} satisfies Lines;
