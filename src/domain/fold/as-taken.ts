import type { RunnerEntry } from '../journal/entries.ts';
import { parseRunnerEntry } from '../journal/runner-entries.ts';
import { parseJson } from '../letters/untrusted-json.ts';
import { isRefusal, type Refusal, refuse } from '../values.ts';
import { ENTRY_LIMITS } from './entry-limits.ts';

/** What surrounds an entry in its line: number, hash, time. Characters. */
const AROUND = 1024;

/** These hold nothing from a machine or a tool: their content was already parsed strictly. */
const OWN: readonly RunnerEntry['type'][] = ['accepted', 'armed', 'switched'];

/**
 * What goes into a runner's journal for this entry: the entry itself, unless the bot would refuse its line and with it
 * everything this runner says from then on. Then a failure is reduced to its code, and an end becomes unknown. Refusal
 * `NotTold` for a step, about which nothing but the truth may be recorded.
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
