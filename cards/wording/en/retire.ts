import type { Pen } from '../../pen.ts';
import type { Lines } from '../line.ts';
import { count, short } from './grammar.ts';

/** What a channel is told when old certificates may go. */
export const retireNotices = {
  'told.retire': (
    d: { farm: string; count: number; thumbprint: string; machines: number; since: string | null },
    pen: Pen,
  ) =>
    `${pen.bold(`${d.farm} can let ${count(d.count, 'old certificate')} go`)}: ${d.count === 1 ? short(d.thumbprint) : `${short(d.thumbprint)} and others`} on ${count(d.machines, 'machine')}, ${d.since === null ? 'used by nothing' : `not used since ${pen.date(d.since)}`}. Until ${d.count === 1 ? 'it is' : 'they are'} removed, whoever gets at ${d.count === 1 ? 'its' : 'a'} key is still believed.`,
  'told.retired': (d: { farm: string; id: string; by: string }, pen: Pen) =>
    `${pen.bold(`Old certificates of ${d.farm} were removed`)} with ${d.id}, which ${d.by} asked for.`,
  'button.retire': (d: { farm: string }) => `Retire ${d.farm}…`,
} satisfies Lines;
