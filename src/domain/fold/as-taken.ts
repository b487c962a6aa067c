import type { RunnerEntry } from '../journal/entries.ts';
import { parseRunnerEntry } from '../journal/runner-entries.ts';
import { parseJson } from '../letters/untrusted-json.ts';
import { isRefusal, type Refusal, refuse } from '../values.ts';
import { ENTRY_LIMITS } from './entry-limits.ts';

/** What stands around an entry in its line: number, hash, instant. Characters. */
const AROUND = 1024;

/** No word of a machine's or a tool's stands in these: they hold what was read strictly already. */
const OWN: readonly RunnerEntry['type'][] = ['accepted', 'armed', 'switched'];

/**
 * What goes into a runner's journal in place of this entry: the entry itself, unless the bot would refuse its line, and
 * with it all that this runner says from then on. Of a failure its code alone is told then, and an end is unknown.
 * Refusal `NotTold`: of a step, for nothing else may be told of it than what is so.
 */
export function asTaken(entry: RunnerEntry): readonly RunnerEntry[] | Refusal {
  const why = OWN.includes(entry.type) ? null : untakable(entry);
  if (why === null) return [entry];
  switch (entry.type) {
    case 'refused':
    case 'failed':
      return [{ ...entry, code: why.code, data: { ...why.data, code: entry.code.slice(0, 80) } }];
    case 'finished': {
      const { n, rotation } = entry;
      const { code, data } = why;
      return [
        { type: 'failed', n, rotation, step: null, code, data },
        { ...entry, outcome: 'unknown', look: null, facts: {} },
      ];
    }
    default:
      return why;
  }
}

function untakable(entry: RunnerEntry): Refusal | null {
  const text = JSON.stringify(entry);
  const limit = ENTRY_LIMITS[entry.type] - AROUND;
  if (text.length > limit) return refuse('NotTold', { found: text.length, limit });
  const json = parseJson(text);
  const read = isRefusal(json) ? json : parseRunnerEntry(json);
  return isRefusal(read) ? refuse('NotTold', read.data) : null;
}
