import type { Line, Lines } from '../line.ts';
import { list } from './grammar.ts';

type Names = readonly string[];
type Id = { readonly id: string };

/** What was done about a stolen key is looked at once more. */
export const reviewWords = {
  'told.review': ((d, pen) =>
    `${pen.bold(`${d.id} is to be reviewed by ${pen.day(d.dueDay)}`)}: ${d.by} asked for it because a key was compromised. ${d.names.length === 0 ? 'Nobody is left who may: see approval.approvers in the farm file.' : `${list(d.names, 'or', 5)}: look at its card and at how the key got out, then press Reviewed… and say in a sentence what you found.`}`) as Line<
    Id & { by: string; dueDay: string; names: Names }
  >,
  'told.review-late': ((d, pen) =>
    `${pen.bold(`The review of ${d.id} is late`)}: it was due ${pen.day(d.dueDay)}. ${d.names.length === 0 ? 'Nobody is left who may: see approval.approvers in the farm file.' : `${list(d.names, 'or', 5)} may do it. This is said each day until somebody has.`}`) as Line<
    Id & { dueDay: string; names: Names }
  >,
  'told.reviewed': ((d, pen) =>
    `${pen.bold(`${d.by} reviewed ${d.id}`)}${d.reason === '' ? '.' : `: ${d.reason}`}`) as Line<
    Id & { by: string; reason: string }
  >,
  reviewed: ((d) => `Your review of ${d.id} is recorded. The channels hear of it.`) as Line<Id>,
  'status.review': ((d, pen) =>
    `${d.id} ${d.late ? 'was to be' : 'is to be'} reviewed by ${pen.day(d.dueDay)}${d.names.length === 0 ? '' : `: ${list(d.names, 'or', 4)}`}.`) as Line<
    Id & { dueDay: string; late: boolean; names: Names }
  >,
  'summary.review': ((d, pen) =>
    `${pen.bold(`${d.id} waits for your review`)}: it ${d.late ? 'was' : 'is'} due ${pen.day(d.dueDay)}.`) as Line<
    Id & { dueDay: string; late: boolean }
  >,
  'next.review': ((d) =>
    `Somebody else is to review it: /ssis review ${d.id} because, and a sentence on what they found.`) as Line<Id>,
  'next.reviewed': ((d, pen) =>
    `Reviewed by ${d.by} on ${pen.dateTime(d.at)}${d.reason === '' ? '.' : `: ${d.reason}`}`) as Line<{
    by: string;
    at: string;
    reason: string;
  }>,
  'button.review': () => 'Reviewed…',
  'refused.review-what': ((d) =>
    `A review says in a sentence what you found. Typed, it is /ssis review ${d.id} because and the sentence.`) as Line<Id>,
  'refused.no-review': ((d) =>
    `${d.id} needs no review: only what was begun because of a compromised key does, once it has ended.`) as Line<Id>,
  'refused.reviewed-already': ((d, pen) =>
    `${d.by} reviewed ${d.id} on ${pen.dateTime(d.at)}. It needs no other.`) as Line<Id & { by: string; at: string }>,
  'refused.may-not-review': ((d, pen) =>
    `${pen.bold(d.asked ? `${d.id} is yours` : `${d.id} needs other eyes`)}, so somebody else reviews it. ${d.others.length === 0 ? 'Nobody is left who may: see approval.approvers in the farm file.' : `${list(d.others, 'or', 4)} can.`}`) as Line<
    Id & { asked: boolean; others: Names }
  >,
} satisfies Lines;
