import { ENTRY_LIMITS, type Signed } from '../../../domain/fold/entry-limits.ts';
import type { HostHead } from '../../../domain/journal/host-head.ts';
import { parseRunnerEntry } from '../../../domain/journal/runner-entries.ts';
import type { Envelope } from '../../../domain/letters/protocol.ts';
import { sha256 } from '../../../domain/sha256.ts';
import { isRefusal, type Refusal, refuse } from '../../../domain/values.ts';
import type { OpenReport } from './open-report.ts';

/**
 * Whether this is another journal than before: it begins with another line, goes on from another one, or, in a hello
 * that nothing has overtaken, is shorter than it was.
 */
export function isAnotherJournal({ report, line }: OpenReport, known: HostHead, isTimely: boolean): boolean {
  if (report.entries.length === 0) return isTimely && report.from <= known.seq;
  const at = (seq: number): Envelope | undefined => report.entries[seq - report.from];
  const differs = (envelope: Envelope | undefined, hash: string | null): boolean =>
    envelope !== undefined && hash !== null && sha256(JSON.stringify(envelope)) !== hash;
  if (differs(at(1), known.first) || differs(at(known.seq), known.hash)) return true;
  const next = at(known.seq + 1);
  const following = next === undefined ? null : line(next);
  return known.hash !== null && following !== null && !isRefusal(following) && following.prev !== known.hash;
}

/** The entries after those known, each signed by this host and chained to the one before. */
export function newEntries({ report, unsigned, line: read }: OpenReport, known: HostHead): readonly Signed[] | Refusal {
  if (report.from > known.seq + 1) return [];
  const fresh: Signed[] = [];
  let { hash, seq } = known;
  for (const envelope of report.entries.slice(known.seq + 1 - report.from)) {
    const refused = unsigned(envelope);
    if (refused !== null) return refused;
    const line = read(envelope);
    if (isRefusal(line)) return line;
    const entry = parseRunnerEntry(line.entry);
    if (isRefusal(entry)) return entry;
    const limit = ENTRY_LIMITS[entry.type];
    const found = envelope.body.length;
    if (found > limit) return refuse('RunnerEntryTooLong', { type: entry.type, found, limit });
    if (line.seq !== seq + 1) return refuse('RunnerJournalGap', { found: line.seq, wanted: seq + 1 });
    if (hash !== null && line.prev !== hash) return refuse('RunnerJournalBroken', { seq: line.seq });
    seq = line.seq;
    hash = sha256(JSON.stringify(envelope));
    fresh.push({ envelope, entry });
  }
  return fresh;
}
