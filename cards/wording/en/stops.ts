import type { Line, Lines } from '../line.ts';
import { capital, list } from './grammar.ts';

type Id = { readonly id: string };

const STOPS = {
  nothing: 'the change in hand is finished, then all is put back.',
  removed: 'the removal in hand is finished; what is gone stays gone.',
  contained: 'the change in hand is finished; what is contained stays contained.',
} as const;

/** What whoever stops or withdraws something is told, and why they may not. */
export const stopWords = {
  withdrawn: ((d) => `${d.id} is withdrawn. Nothing has been changed.`) as Line<Id>,
  stopping: ((d) => `${d.id} stops: ${STOPS[d.stays ?? 'nothing']}`) as Line<
    Id & { stays: 'removed' | 'contained' | null }
  >,
  'refused.runs-already': ((d, pen) =>
    `${d.id} ${d.at == null ? 'has started' : `started on ${pen.dateTime(d.at)}`}, so it cannot be withdrawn. ${capital('stop')} it instead: /ssis stop ${d.id}.`) as Line<
    Id & { at?: string | null }
  >,
  'refused.may-not-stop': ((d) =>
    `Only ${d.by}, who asked for ${d.id}, and the approvers may do that${d.others.length === 0 ? '' : `: tell ${list(d.others, 'or', 4)}`}.`) as Line<
    Id & { by: string; others: readonly string[] }
  >,
  'refused.stops-already': ((d) => `${d.by} has stopped ${d.id} already. Its card shows how far it is.`) as Line<
    Id & { by: string }
  >,
  'refused.goes-back-already': ((d) =>
    `${d.id} ${d.kept ? 'ends already: no further machine begins' : 'is being put back already'}. Its card shows how far it is.`) as Line<
    Id & { kept: boolean }
  >,
} satisfies Lines;
