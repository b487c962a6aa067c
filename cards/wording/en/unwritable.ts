import { inTable } from '../../../src/domain/in-table.ts';
import { type ErrorData, isDiskFull, isFolderGone, isTold } from '../fault-words.ts';

const OUTCOMES: { readonly [outcome: string]: string } = {
  applied: 'it has done what it was told',
  unchanged: 'it has changed nothing',
  'put-back': 'it is put back',
  kept: 'it failed, and kept what it had done by then',
  unknown: 'it cannot tell how it stands',
};

/** What a machine says of the end of its order, which its journal does not show. */
export const saysOfItself = ({ outcome }: ErrorData): string =>
  inTable(OUTCOMES, String(outcome)) ?? 'its order has ended';

/** Why its journal cannot be written, in brackets; empty if it gave no reason. */
export function whyUnwritable(d: ErrorData): string {
  if (isDiskFull(d)) return ' (its disk is full)';
  if (isFolderGone(d)) return ' (its state folder was removed, moved or replaced)';
  return isTold(d.reason) && d.reason !== '' ? ` (${String(d.reason)})` : '';
}

/** The first half of a sentence. */
export function makeWritable(d: ErrorData): string {
  if (isDiskFull(d)) return 'Make room on its disk';
  if (isFolderGone(d)) return 'Put its state folder back in its place, or set the runner up anew if it is lost';
  return 'See whether its disk is full, and whether its state folder is still in its place and its account may write there';
}
