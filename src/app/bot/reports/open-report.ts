import type { Farm } from '../../../domain/farm/farm.ts';
import { NEW_HOST } from '../../../domain/journal/host-head.ts';
import { keyIdOf, type SignatureCheck, verifyEnvelope, verifyEnvelopeBy } from '../../../domain/letters/envelope.ts';
import { nameOfReport, parseJournalLine, parseReport, type ReportName } from '../../../domain/letters/letters.ts';
import type { Envelope, JournalLine, Report } from '../../../domain/letters/protocol.ts';
import { isRefusal, type Json, type Refusal, refuse } from '../../../domain/values.ts';
import type { Desk } from '../desk.ts';

/** A report that a machine of the farm has signed. Anybody may still have written its lines. */
export interface OpenReport {
  readonly report: Report;
  /** null: it is signed by its machine. */
  unsigned(entry: Envelope): Refusal | null;
  /** Parsed once, however often it is judged; whether it is signed is checked apart from that. */
  line(entry: Envelope): JournalLine<Json> | Refusal;
}

/** A report signed by a machine of the farm, in a form that this version does not know and another may. */
export interface UnreadReport {
  readonly name: ReportName;
  readonly why: Refusal;
}

/** Verifies a letter of the `reports` queue and, as far as `check` can, the lines that look new by now. */
export async function openReport(
  desk: Desk,
  letter: unknown,
  check: SignatureCheck,
): Promise<OpenReport | UnreadReport | Refusal> {
  const opened = await verifyEnvelopeBy(check, letter, 'report', keysNamedBy(desk, letter));
  if (isRefusal(opened)) return opened;
  const report = parseReport(opened.body);
  const name = isRefusal(report) ? nameOfReport(opened.body) : report;
  if (name === null) return report as Refusal;
  if (name.farm !== desk.farm.name) {
    const signer = desk.farm.hosts.find(({ keys }) => keys.includes(opened.publicKey))?.name ?? null;
    return refuse('ReportOfAnotherFarm', { farm: name.farm, signer });
  }
  const keys = keysOf(desk, name.host);
  // A runner speaks for its own host only, whatever name it gives.
  if (!keys.includes(opened.publicKey)) return refuse('ReportForAnotherHost', { host: name.host });
  if (isRefusal(report)) return { name, why: report };
  return withLines(report, keys, await signedOf(newOf(desk, report), keys, check));
}

function withLines(report: Report, keys: readonly string[], signed: ReadonlySet<Envelope>): OpenReport {
  const lines = new Map<Envelope, JournalLine<Json> | Refusal>();
  return {
    report,
    unsigned(entry) {
      const opened = signed.has(entry) ? null : verifyEnvelope(entry, 'entry', keys);
      return isRefusal(opened) ? opened : null;
    },
    line(entry) {
      const line = lines.get(entry) ?? parseJournalLine(entry.body);
      lines.set(entry, line);
      return line;
    },
  };
}

function newOf(desk: Desk, { host, from, entries }: Report): readonly Envelope[] {
  const { seq } = desk.state().hosts[host] ?? NEW_HOST;
  return entries.slice(Math.max(0, seq + 1 - from));
}

/** Stops at the first that is not signed. One after the other: a journal's fsync waits in the same pool of threads. */
async function signedOf(
  entries: readonly Envelope[],
  keys: readonly string[],
  check: SignatureCheck,
): Promise<ReadonlySet<Envelope>> {
  const signed = new Set<Envelope>();
  for (const entry of entries) {
    if (isRefusal(await verifyEnvelopeBy(check, entry, 'entry', keys))) break;
    signed.add(entry);
  }
  return signed;
}

interface Keys {
  /** The farm's keys by their id: a letter names the one that signed it. */
  readonly byId: ReadonlyMap<string, readonly string[]>;
  readonly byHost: ReadonlyMap<string, readonly string[]>;
}

/** Built once per farm: a letter must not cost a pass over a thousand machines. */
const KEYS = new WeakMap<Farm['hosts'], Keys>();

function keysIn({ hosts }: Farm): Keys {
  const known = KEYS.get(hosts);
  if (known !== undefined) return known;
  const byId = new Map<string, string[]>();
  for (const key of hosts.flatMap((host) => host.keys))
    byId.set(keyIdOf(key), [...(byId.get(keyIdOf(key)) ?? []), key]);
  const found = { byId, byHost: new Map<string, readonly string[]>(hosts.map(({ name, keys }) => [name, keys])) };
  KEYS.set(hosts, found);
  return found;
}

const keysOf = (desk: Desk, host: string): readonly string[] => keysIn(desk.farm).byHost.get(host) ?? [];

/** Keys that may have signed it, by its own claim; the signature shows whether one has. */
export function keysNamedBy(desk: Desk, letter: unknown): readonly string[] {
  const { key } = (letter ?? {}) as { readonly key?: unknown };
  return typeof key === 'string' ? (keysIn(desk.farm).byId.get(key) ?? []) : [];
}
