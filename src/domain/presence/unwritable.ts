import type { RunnerOutcome } from '../journal/entries.ts';
import type { Report } from '../letters/protocol.ts';
import type { HostPresence } from './presence.ts';

const NOTE = 'journal-full';

/** What a runner says of itself while it cannot write its journal, which alone proves what it did. */
interface Unwritable {
  /** The system's own word: `ENOSPC`, `ENOENT`; '': it gave none. */
  readonly reason: string;
  /** Orders that have ended there, and how it says that they did. */
  readonly ended: ReadonlyMap<number, string>;
}

/** As a runner notes it in its reports. */
export const unwritableNote = (reason: string, ended: ReadonlyMap<number, RunnerOutcome>): Report['notes'] => [
  { code: NOTE, data: { reason, ended: [...ended].map(([n, outcome]) => ({ n, outcome })) } },
];

/** What its newest letter says; null: that it can write, or nothing was heard. Its words are a claim, and untrusted. */
export function unwritableOf(hello: Pick<HostPresence, 'notes'> | undefined): Unwritable | null {
  const data = hello?.notes.find(({ code }) => code === NOTE)?.data;
  if (data === undefined) return null;
  const said = Array.isArray(data.ended) ? data.ended : [];
  const ended = said.flatMap((one): readonly (readonly [number, string])[] => {
    const { n, outcome } = (one ?? {}) as { readonly n?: unknown; readonly outcome?: unknown };
    return typeof n === 'number' && typeof outcome === 'string' ? [[n, outcome]] : [];
  });
  return { reason: typeof data.reason === 'string' ? data.reason.slice(0, 40) : '', ended: new Map(ended) };
}
