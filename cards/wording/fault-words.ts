import { inTable } from '../../src/domain/in-table.ts';
import { REHEARSAL_ADDRESS } from '../../src/domain/plan/step-params.ts';
import type { Pen } from '../pen.ts';
import type { Line, Lines } from './line.ts';

export { isDiskFull } from '../../src/domain/errors.ts';

/** The data of an error: found and wanted if there are two values, otherwise whatever names the place. */
export type ErrorData = { readonly [name: string]: unknown };

/** What happened to a machine, if that is more than "failed". */
export type Lead = 'not-back' | 'silent' | 'overdue' | 'unknown';

/** Words the day of an instant in an error's data, as written in the place where the sentence is shown. */
type DayIn = (at: unknown) => string;

export interface Fault {
  /** Ends a sentence that begins with the machine's name and a colon. */
  readonly says: string | ((d: ErrorData, day: DayIn) => string);
  /** The same where it is known since when, as written in the place where the sentence is shown. */
  readonly since?: (at: string) => string;
  /** One remedy. */
  readonly todo: string | ((d: ErrorData) => string);
  /**
   * What helps on the machine before a person decides, if `todo` is for whoever asks again later; empty: nothing, and
   * the card's own choices say the rest.
   */
  readonly hand?: string | ((d: ErrorData) => string);
  /** Both are followed in the chat or at Redis: nobody has to go to the machine. */
  readonly elsewhere?: true;
  readonly lead?: Lead;
  /**
   * Nothing failed, and no machine is to blame: worded as a head and what it is about (empty: nothing more), for the
   * machine that was asked.
   */
  readonly alone?: { readonly head: string; readonly about: (d: ErrorData, host: string) => string };
}

/** What was found, without the log line that the sentence already quotes. */
export function foundBeside(code: string, { found }: ErrorData): unknown {
  if (code !== 'WorkerRefused' || typeof found !== 'object' || found === null || !('line' in found)) return found;
  const { line: _quoted, ...rest } = found;
  return rest;
}

export type Faults = { readonly [code: string]: Fault };

/** A table of faults as the sentences of one language. `diskFull`: what is added to a short cause if that is why. */
export function faultWords(faults: Faults, fullStop: '.' | '。', diskFull: string) {
  /** undefined: there are no words for this code, so it is shown as it is. */
  const faultOf = (code: string): Fault | undefined => inTable(faults, code);
  const sentence = (code: string, data: ErrorData, pen: Pen | null): string => {
    const fault = faultOf(code);
    if (fault === undefined) return `${code}${fullStop}`;
    const day: DayIn = (at) => (pen === null || typeof at !== 'string' ? '–' : pen.date(at));
    return typeof fault.says === 'string' ? fault.says : fault.says(data, day);
  };
  const wayOn = (code: string, data: ErrorData = {}): string => {
    const todo = faultOf(code)?.todo ?? '';
    return typeof todo === 'string' ? todo : todo(data);
  };
  /** The same without its full stop, inside another sentence. */
  const inBrief = (code: string, full = false): string => {
    const said = sentence(code, {}, null);
    return `${said.endsWith(fullStop) ? said.slice(0, -1) : said}${full ? diskFull : ''}`;
  };
  /** `error.<code>` is the sentence, `error.<code>.todo` the one remedy. */
  const errors: Lines = Object.fromEntries(
    Object.keys(faults).flatMap((code): [string, Line<never>][] => [
      [`error.${code}`, (d: never, pen) => sentence(code, d, pen)],
      [`error.${code}.todo`, (d: never) => wayOn(code, d)],
    ]),
  );
  return { faultOf, sentence, wayOn, inBrief, errors };
}

/** A card that reads Markdown gets its data escaped: without that, for what is recognised by its letters. */
export const unquoted = (text: string): string => text.replaceAll('\\', '');

type Against = { readonly fact?: unknown; readonly found?: unknown; readonly wanted?: unknown };

const factIn = ({ against }: ErrorData, is: (one: Against) => boolean): string | null => {
  const found = Array.isArray(against) ? against.find((one: Against) => typeof one.fact === 'string' && is(one)) : null;
  return found?.fact ?? null;
};

/** The service that the final look found stopped; null: none. */
export const stoppedOf = (d: ErrorData): string | null =>
  factIn(d, ({ found, wanted }) => found === 'stopped' && wanted === 'running');

/** An address that answers, with another certificate than is wanted, if that is all the final look found; null: no. */
export function strangerAt({ against }: ErrorData): string | null {
  const all: readonly Against[] = Array.isArray(against) ? against : [];
  const facts = all.map(({ fact, found }) =>
    typeof found !== 'string' || isUnanswered(found) ? null : (/^TLS (.+)$/u.exec(String(fact))?.[1] ?? null),
  );
  return facts.includes(null) ? null : (facts[0] ?? null);
}

/** The file of a certificate that the final look found with another in it; null: none. */
export const fileOf = (d: ErrorData): string | null => factIn(d, ({ fact }) => String(fact).endsWith('.cer'));

/** Whether the final look found the port without the binding that it should have. */
export const unboundIn = (d: ErrorData): boolean =>
  factIn(
    d,
    ({ fact, found, wanted }) =>
      (fact === 'bindings' && found === 0) || (isKey(fact) && found === null && wanted !== null),
  ) !== null;

const isKey = (fact: unknown): boolean =>
  typeof fact === 'string' && /:\d{1,5}$/u.test(fact) && !fact.startsWith('TLS ');

/** A code of the system in place of an answer, such as `ECONNREFUSED`. */
export const isUnanswered = (found: unknown): found is string =>
  typeof found === 'string' && /^E[A-Z_]{4,}$/u.test(unquoted(found));

/** The same in what a worker found of its master's endpoint; null: it answered. */
export function unansweredIn({ found }: ErrorData): string | null {
  const presented = typeof found === 'object' && found !== null && 'presented' in found ? found.presented : null;
  return isUnanswered(presented) ? presented : null;
}

/** Where the log of a worker is quoted because it shows no connection; null: it says nothing about that. */
export const quotedLine = ({ fact, found }: Against): string | null =>
  fact === 'connection' && typeof found === 'string' && !['none', 'no witness'].includes(found) ? found : null;

/** Where a rehearsal binds. Only the port is taken from what was found there, because people will type this. */
export function rehearsal({ found }: ErrorData): string {
  const key = typeof found === 'object' && found !== null && 'key' in found ? String(found.key) : '';
  return `${REHEARSAL_ADDRESS}:${/\d{1,5}$/u.exec(key)?.[0] ?? 'PORT'}`;
}

/** Exit codes of services: the process is gone without having said that it stops; an error of the service's own. */
export const PROCESS_ABORTED = 1067;
export const OWN_ERROR = 1066;

/** What was to be written is not under its name any more. */
export const isFolderGone = ({ reason }: ErrorData): boolean => reason === 'ENOENT' || reason === 'ESTALE';

/** A worker's own certificate was not accepted, according to its log line. */
export const isForbidden = ({ found, line }: ErrorData): boolean =>
  /\(403\)/u.test(String((found as ErrorData | undefined)?.line ?? line ?? ''));

export const isTold = (value: unknown): boolean =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);

/** A list from an error's data, in full: for text to be typed. */
export const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** What to type behind `keys`. Without a list of peers, all keys of the farm file: nobody types a line with twenty. */
export function keyFlags({ peers }: ErrorData): string {
  const listed = listOf(peers);
  return listed.length === 0 ? '--farm-file FILE' : listed.map((peer) => `--peer ${peer}`).join(' ');
}

/** The sentence before already tells these. */
const KNOWN_ELSEWHERE = [
  'limitMs',
  'found',
  'wanted',
  'fact',
  'since',
  'host',
  'hosts',
  'seconds',
  'by',
  'output',
  'line',
  'outcome',
  'remedy',
];

/** An instant as machines write it, which nobody should have to read on a card. */
export const isInstant = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/u.test(value);

/** The sentences of these codes say whose service it is. */
const SAYS_ROLE: readonly string[] = ['ServiceNotRunning'];

/** What is told besides found and wanted: at most three names with their values. */
export const restOf = (code: string, data: ErrorData): readonly [string, unknown][] =>
  Object.entries(data)
    .filter(
      ([name, value]) =>
        !KNOWN_ELSEWHERE.includes(name) &&
        !(name === 'role' && SAYS_ROLE.includes(code)) &&
        ['string', 'number'].includes(typeof value) &&
        value !== '',
    )
    .slice(0, 3)
    .map(([name, value]) => [nameIn(name, value), name === 'code' ? asLookedUp(value) : value]);

/** Windows' own errors are numbers, those of TLS are words. */
const nameIn = (name: string, value: unknown): string =>
  name === 'error' && typeof value === 'number' ? 'windowsError' : name;

/** A Windows tool may end with an HRESULT, which people know as 0x80070070 and can look up only in that form. */
const asLookedUp = (code: unknown): unknown =>
  typeof code === 'number' && code >= 0x8000_0000 ? `0x${code.toString(16)}` : code;

/** Whether a file that did not open may be one that the runner has no right to: only `EBUSY` tells that it is held. */
export const mayBeDenied = ({ reason }: ErrorData): boolean => reason !== undefined && reason !== 'EBUSY';

/** Work that was told to stop may have met a held file without a second try. */
export const hasTried = ({ seconds }: ErrorData): boolean => seconds !== undefined && seconds !== 0;

/** What one of the machines that were late, or that people decided about, said of itself; null: nothing. */
export function lateOf(data: ErrorData | undefined): { host: string; code: string; data: ErrorData } | null {
  const late = data?.late as { host?: unknown; code?: unknown; data?: ErrorData } | null | undefined;
  if (typeof late?.host !== 'string' || typeof late.code !== 'string') return null;
  return { host: late.host, code: late.code, data: late.data ?? {} };
}
