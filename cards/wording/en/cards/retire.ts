import type { Pen } from '../../../pen.ts';
import type { Lines, Names } from '../../line.ts';
import { approvers, count, list, short } from '../grammar.ts';

export const retireWords = {
  'retire.title': (d: { farm: string }) => `Remove ${d.farm}'s old certificates`,
  'retire.about': (d: { id: string; machines: number; by: string }) =>
    `${d.id} · ${count(d.machines, 'machine')} · asked by ${d.by}`,
  'retire.for-good': () => 'This cannot be undone: nobody can go back to these certificates afterwards.',
  'retire.goes': () => 'What goes',
  'retire.certificate': (d: { thumbprint: string; notAfter: string; ended: boolean }, pen: Pen) =>
    `${short(d.thumbprint)} · ${d.ended ? 'ended' : 'ends'} ${pen.date(d.notAfter)}`,
  'retire.where': (
    d: { names: Names; keyOn: Names; madeBy: string | null; lastUsed: string | null; compromised: boolean },
    pen: Pen,
  ) => {
    const used = d.lastUsed === null ? 'when it was used last is not known' : `not used since ${pen.date(d.lastUsed)}`;
    const made = d.madeBy === null ? '' : `made by ${d.madeBy}, `;
    const key = d.keyOn.length === 0 ? '' : `; with its private key on ${list(d.keyOn, 'and', 4)}`;
    const compromised = d.compromised ? 'its key is compromised; ' : '';
    return `${compromised}${made}${used}; removed from ${list(d.names, 'and', 4)}${key}`;
  },
  'retire.stays': () => 'What stays',
  'retire.stay': (
    d: { thumbprint: string; until: string | null; where: string; subject: string | null; allowed?: true },
    pen: Pen,
  ) => {
    const one = short(d.thumbprint);
    if (d.allowed === true) return `${one}: stays on ${d.where}, where an administrator has allowed it`;
    if (d.until !== null) return `${one}: until ${pen.date(d.until)}`;
    return d.subject === null
      ? `${one}: in use by ${d.where}`
      : `${one} (${d.subject}): trusted on ${d.where}, and no machine of the farm knows it as its own`;
  },
  'retire.running': (d: { farm: string }) => `Removing ${d.farm}'s old certificates`,
  'retire.stop': () => 'Stop…',
  'retire.stop-do': () => 'Stop',
  'retire.stop-asked': (d: { by: string }, pen: Pen) =>
    `${pen.bold(d.by)} asked to stop: the removal in hand is finished, and what is gone stays gone.`,
  'stop.retire': () => 'No further machine begins. What is gone already stays gone.',
  'retire.closed': (d: Closed) => closed(d),
  'retire.gone': () => 'What is gone',
  'retire.closed-fallback': (d: Closed & { id: string; why: string | null }) =>
    `${d.id} ${ENDS[d.outcome] ?? d.outcome}${d.why === null ? '' : `: ${d.why.replace(/\.$/u, '')}`}. ${closed(d)}.`,
  'retire.fallback': (d: {
    id: string;
    farm: string;
    count: number;
    approved: number;
    quorum: number;
    needed: number;
    names: Names;
  }) =>
    `${d.id}: remove ${count(d.count, 'old certificate')} of ${d.farm} for good? ${d.approved} of ${d.quorum} approved${
      d.needed === 0 || d.names.length === 0 ? '' : `, ${d.needed} more needed: ${approvers(d.needed, d.names)}`
    }.`,
  'retire.fallback-dry': (d: { id: string; farm: string; count: number }) =>
    `${d.id}: ${count(d.count, 'old certificate')} of ${d.farm} would be removed. Nobody is asked.`,
} satisfies Lines;

const ENDS: { readonly [outcome: string]: string } = {
  proved: 'is done',
  'left-behind': 'is done, not everywhere',
  stopped: 'was stopped',
  withdrawn: 'was withdrawn',
  denied: 'was denied',
  lapsed: 'lapsed',
  refused: 'was refused',
};

interface Closed {
  readonly outcome: string;
  readonly farm: string;
  readonly ran: boolean;
  /** A later request has removed more since. */
  readonly past: boolean;
}

function closed({ outcome, farm, ran, past }: Closed): string {
  if (outcome === 'proved') return `What was to be removed from ${farm} is gone`;
  const then = past ? ' when this ended' : '';
  if (outcome === 'left-behind')
    return `Not all that was to be removed from ${farm} ${past ? 'was' : 'is'} gone${then}`;
  if (!ran) return `Nothing was removed from ${farm}`;
  return `${farm} ${past ? 'kept' : 'keeps'} what was not removed ${past ? 'by then' : 'yet'}`;
}
