import type { RunnerEntry } from '../../domain/entries.ts';
import { verifyEnvelope } from '../../domain/envelope.ts';
import { parseJournalLine, parseReport, parseRunnerEntry } from '../../domain/letters.ts';
import { sha256 } from '../../domain/plan.ts';
import type { Envelope, Report } from '../../domain/protocol.ts';
import type { HostHead } from '../../domain/rotation.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/values.ts';
import type { Signer } from '../../ports/journal.ts';
import type { PostOffice } from '../../ports/post-office.ts';
import type { Desk, Log } from './desk.ts';

/**
 * Takes one letter of the `reports` queue: verifies it, records what is new, and acknowledges. Known entries are
 * ignored, a gap repeats the last acknowledgement: lost, doubled and reordered letters are one case.
 */
export async function takeReport(
  desk: Desk,
  deps: { readonly signer: Signer; readonly office: PostOffice; readonly log: Log },
  letter: unknown,
): Promise<Refusal | null> {
  const report = openReport(desk, letter);
  if (isRefusal(report)) return report;
  meet(desk, report);
  const keys = keysOf(desk, report.host);
  const answer: Taken = await (report.entries.length === 0
    ? Promise.resolve({ upTo: head(desk, report.host).seq, broken: null })
    : desk.commit<Taken>((state) => {
        const known = state.hosts[report.host] ?? NEW_HOST;
        const fresh = newEntries(report, known, keys);
        if (isRefusal(fresh)) return { entries: [], answer: { upTo: known.seq, broken: fresh } };
        if (fresh.length === 0) return { entries: [], answer: { upTo: known.seq, broken: null } };
        const skewMs = desk.presence[report.host]?.skewMs ?? 0;
        return {
          entries: [{ type: 'heard', host: report.host, boot: report.boot, skewMs, entries: fresh }],
          answer: { upTo: known.seq + fresh.length, broken: null },
        };
      }));
  if (answer.broken !== null) deps.log.warn({ host: report.host, ...answer.broken }, 'a runner journal does not fit');
  if (report.entries.length > 0) await acknowledge(desk, deps, report, answer.upTo);
  else if (cutShort(report, head(desk, report.host)))
    deps.log.warn({ host: report.host }, 'a runner journal was cut short');
  return answer.broken;
}

interface Taken {
  readonly upTo: number;
  readonly broken: Refusal | null;
}

const NEW_HOST: HostHead = { n: 0, seq: 0, hash: null };

const head = (desk: Desk, host: string): HostHead => desk.state().hosts[host] ?? NEW_HOST;

const keysOf = (desk: Desk, host: string): readonly string[] =>
  desk.farm.hosts.find((one) => one.name === host)?.keys ?? [];

function openReport(desk: Desk, letter: unknown): Report | Refusal {
  const opened = verifyEnvelope(
    letter,
    'report',
    desk.farm.hosts.flatMap((host) => host.keys),
  );
  if (isRefusal(opened)) return opened;
  const report = parseReport(opened.body);
  if (isRefusal(report)) return report;
  if (report.farm !== desk.farm.name) return refuse('ReportOfAnotherFarm', { farm: report.farm });
  // A runner speaks for its own host only, whatever name it gives.
  const own = verifyEnvelope(letter, 'report', keysOf(desk, report.host));
  return isRefusal(own) ? refuse('ReportForAnotherHost', { host: report.host }) : report;
}

function meet(desk: Desk, report: Report): void {
  const now = desk.moment().now;
  desk.presence[report.host] = {
    at: now,
    skewMs: Date.parse(report.clock) - now,
    lastN: report.lastN,
    version: report.version,
    boot: report.boot,
    notes: report.notes,
  };
}

/** The entries behind what is known, each signed by this host and chained to the one before. */
function newEntries(report: Report, known: HostHead, keys: readonly string[]): readonly Envelope[] | Refusal {
  if (report.from > known.seq + 1) return [];
  const fresh = report.entries.slice(known.seq + 1 - report.from);
  let hash = known.hash;
  let seq = known.seq;
  for (const envelope of fresh) {
    const opened = verifyEnvelope(envelope, 'entry', keys);
    if (isRefusal(opened)) return opened;
    const line = parseJournalLine(opened.body);
    if (isRefusal(line)) return line;
    const entry: RunnerEntry | Refusal = parseRunnerEntry(line.entry);
    if (isRefusal(entry)) return entry;
    if (line.seq !== seq + 1) return refuse('RunnerJournalGap', { found: line.seq, wanted: seq + 1 });
    if (hash !== null && line.prev !== hash) return refuse('RunnerJournalBroken', { seq: line.seq });
    seq = line.seq;
    hash = sha256(JSON.stringify(envelope));
  }
  return fresh;
}

const cutShort = (report: Report, known: HostHead): boolean => report.from <= known.seq;

async function acknowledge(
  desk: Desk,
  deps: { readonly signer: Signer; readonly office: PostOffice; readonly log: Log },
  report: Report,
  upTo: number,
): Promise<void> {
  const body = JSON.stringify({ v: 1, farm: desk.farm.name, host: report.host, boot: report.boot, upTo });
  try {
    await deps.office.toHost(report.host, deps.signer.sign('ack', body));
  } catch {
    // The runner sends the same entries again, and this answer with them.
  }
}
