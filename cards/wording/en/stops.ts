import type { Pen } from '../../pen.ts';
import type { Lines } from '../line.ts';
import { capital, list } from './grammar.ts';

type Id = { readonly id: string };

const STOPS = {
  nothing: 'the change in hand is finished, then all is put back.',
  removed: 'the removal in hand is finished; what is gone stays gone.',
  contained: 'the change in hand is finished; what is contained stays contained.',
} as const;

type Waits = { readonly hosts: readonly string[]; readonly paused: boolean };

/** What keeps it from going on without a person, in a clause. */
export const standsStill = ({ hosts, paused }: Waits): string => {
  const names = list(hosts, 'and', 4);
  if (paused) return `${names} ${hosts.length === 1 ? 'is' : 'are'} paused, and not put back before that ends`;
  return `${hosts.length === 0 ? 'how it stands' : `how ${names} ${hosts.length === 1 ? 'stands' : 'stand'}`} is not known`;
};

/** What somebody who stops or withdraws something is told, and why they may not. */
export const stopWords = {
  withdrawn: (d: Id) => `${d.id} is withdrawn. Nothing has been changed.`,
  stopping: (d: Id & { stays: 'removed' | 'contained' | null }) => `${d.id} stops: ${STOPS[d.stays ?? 'nothing']}`,
  'refused.runs-already': (d: Id & { at?: string | null }, pen: Pen) =>
    `${d.id} ${d.at == null ? 'has started' : `started on ${pen.dateTime(d.at)}`}, so it cannot be withdrawn. ${capital('stop')} it instead: /ssis stop ${d.id}.`,
  'refused.may-not-stop': (d: Id & { by: string; others: readonly string[] }) =>
    `Only ${d.by}, who asked for ${d.id}, and the approvers may do that${d.others.length === 0 ? '' : `: tell ${list(d.others, 'or', 4)}`}.`,
  'refused.stops-already': (d: Id & { by: string }) =>
    `${d.by} has stopped ${d.id} already. Its card shows how far it is.`,
  'refused.goes-back-already': (d: Id & { kept: boolean }) =>
    `${d.id} ${d.kept ? 'ends already: no further machine begins' : 'is being put back already'}. Its card shows how far it is.`,
  'refused.waits-for-person': (d: Id & Waits, pen: Pen) =>
    `${pen.bold(`${d.id} needs a person`)}, and to stop it changes nothing: ${standsStill(d)}. Its card has the buttons to ${d.paused ? '' : 'look again or to '}decide what becomes of it: /ssis resolve ${d.id}.`,
} satisfies Lines;
