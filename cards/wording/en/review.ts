import type { Pen } from '../../pen.ts';
import type { Lines, Names } from '../line.ts';
import { list } from './grammar.ts';

type Id = { readonly id: string };

/** The review of what was done about a compromised key. */
export const reviewWords = {
  'told.review': (d: Id & { by: string; dueDay: string; names: Names }, pen: Pen) =>
    `${pen.bold(`${d.id} is to be reviewed by ${pen.day(d.dueDay)}`)}: ${d.by} asked for it because a key was compromised. ${d.names.length === 0 ? 'Nobody is left who may: see approval.approvers in the farm file.' : `${list(d.names, 'or', 5)}: look at its card and at how the key got out, then press Reviewed… and say in a sentence what you found.`}`,
  'told.review-late': (d: Id & { dueDay: string; names: Names }, pen: Pen) =>
    `${pen.bold(`The review of ${d.id} is late`)}: it was due ${pen.day(d.dueDay)}. ${d.names.length === 0 ? 'Nobody is left who may: see approval.approvers in the farm file.' : `${list(d.names, 'or', 5)} may do it. This is said each day until somebody has.`}`,
  'told.reviewed': (d: Id & { by: string; reason: string }, pen: Pen) =>
    `${pen.bold(`${d.by} reviewed ${d.id}`)}${d.reason === '' ? '.' : `: ${d.reason}`}`,
  reviewed: (d: Id) => `Your review of ${d.id} is recorded. The channels hear of it.`,
  'status.review': (d: Id & { dueDay: string; late: boolean; names: Names }, pen: Pen) =>
    `${d.id} ${d.late ? 'was to be' : 'is to be'} reviewed by ${pen.day(d.dueDay)}${d.names.length === 0 ? '' : `: ${list(d.names, 'or', 4)}`}.`,
  'summary.review': (d: Id & { dueDay: string; late: boolean }, pen: Pen) =>
    `${pen.bold(`${d.id} waits for your review`)}: it ${d.late ? 'was' : 'is'} due ${pen.day(d.dueDay)}.`,
  'next.review': (d: Id) =>
    `Somebody else is to review it: /ssis review ${d.id} because, and a sentence on what they found.`,
  'next.reviewed': (d: { by: string; at: string; reason: string }, pen: Pen) =>
    `Reviewed by ${d.by} on ${pen.dateTime(d.at)}${d.reason === '' ? '.' : `: ${d.reason}`}`,
  'button.review': () => 'Reviewed…',
  'refused.review-what': (d: Id) =>
    `A review says in a sentence what you found. Typed, it is /ssis review ${d.id} because and the sentence.`,
  'refused.no-review': (d: Id) =>
    `${d.id} needs no review: only what was begun because of a compromised key does, once it has ended.`,
  'refused.reviewed-already': (d: Id & { by: string; at: string }, pen: Pen) =>
    `${d.by} reviewed ${d.id} on ${pen.dateTime(d.at)}. It needs no other.`,
  'refused.may-not-review': (d: Id & { asked: boolean; others: Names }, pen: Pen) =>
    `${pen.bold(d.asked ? `${d.id} is yours` : `${d.id} needs other eyes`)}, so somebody else reviews it. ${d.others.length === 0 ? 'Nobody is left who may: see approval.approvers in the farm file.' : `${list(d.others, 'or', 4)} can.`}`,
} satisfies Lines;
