import type { Lines, Names } from '../line.ts';
import { capital, list } from './grammar.ts';

/** Why a rotation cannot be rolled back, for the person who asks. */
export const rollbackWords = {
  'refused.rollback-unknown': (d: { id: string; known: Names }) =>
    d.known.length === 0
      ? `There is no rotation ${d.id}, and none that could be rolled back. /ssis lists what is open.`
      : `There is no rotation ${d.id}. What can be rolled back: ${list(d.known, 'or', 3)}.`,
  'refused.rollback-dry': (d: { id: string }) =>
    `${d.id} was a plan that changed nothing, so there is nothing to roll back.`,
  'refused.rollback-open': (d: { id: string }) =>
    `${d.id} has not ended yet, so it cannot be rolled back. ${capital('stop')} it instead: /ssis stop ${d.id}.`,
  'refused.rollback-final': (d: { id: string }) => `${d.id} removed certificates for good: that has no way back.`,
  'refused.rollback-none-removed': (d: { id: string }) => `${d.id} removed nothing, so there is nothing to roll back.`,
  'refused.rollback-untold': (d: { id: string }) =>
    `What ${d.id} changed is not known here: the bot's journal was put back from an older copy. Rotate again for a new certificate.`,
  'refused.rollback-unproved': (d: { id: string }) =>
    `${d.id} ended with its workers left as they were, and which certificates they are on was not proved: /ssis certs tells. Rotate again for a new one.`,
  'refused.rollback-reconnect': (d: { id: string }) =>
    `${d.id} is a reconnect, which only brings workers in line with what their master presents: there is nothing that they could go back to.`,
  'refused.rollback-nothing': (d: { id: string }) =>
    `${d.id} left the earlier certificate in use, so there is nothing to roll back.`,
  'refused.rollback-compromised': (d: { id: string }) =>
    `${d.id} replaced a key that is compromised, so nobody goes back to it. Rotate again for a new one.`,
  'refused.rollback-gone': (d: { id: string; hosts: Names }) =>
    `The farm file no longer names ${list(d.hosts, 'or', 4)} as ${d.hosts.length === 1 ? 'a worker' : 'workers'}, and ${d.id} changed no other: there is nobody to go back. One that was only renamed gets another certificate under its new name: /ssis rotate-worker and that name.`,
  'refused.rollback-twice': (d: { id: string; by: string }) =>
    `${d.id} was rolled back already, by ${d.by}. /ssis show ${d.by} shows it.`,
  'refused.rollback-not-last': (d: { id: string; last: string; final?: boolean }) =>
    `${d.id} is not the last that changed these certificates: ${d.last} is${
      d.final === true
        ? ', and it has no way back, so nothing before it has one either. Rotate again for new certificates.'
        : `. Roll that one back: /ssis rollback ${d.last}.`
    }`,
} satisfies Lines;
