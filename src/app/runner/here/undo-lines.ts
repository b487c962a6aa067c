import type { RunnerEntry } from '../../../domain/journal/entries.ts';

/**
 * What came of each step, as the journal recorded it. A step may be put back more than once on the way, as by what was
 * held and then by the undo of its stage: what is said again counts where it was said last.
 */
export function undoLines(entries: readonly RunnerEntry[]): readonly string[] {
  const lines = entries.flatMap(lineOf);
  return lines.filter((line, at) => lines.lastIndexOf(line) === at);
}

function lineOf(entry: RunnerEntry): readonly string[] {
  if (entry.type === 'undone') return [`  ${entry.step}: put back.`];
  if (entry.type === 'proved') return [`  ${entry.step}: proved.`];
  if (entry.type !== 'failed') return [];
  const data = Object.keys(entry.data).length === 0 ? '' : ` ${JSON.stringify(entry.data)}`;
  return [`  ${entry.step ?? 'order'}: ${entry.code}${data}`];
}
