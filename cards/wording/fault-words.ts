import { inTable } from '../../src/domain/in-table.ts';
import { REHEARSAL_ADDRESS } from '../../src/domain/plan/step-params.ts';
import type { Pen } from '../pen.ts';
import type { Line, Lines } from './line.ts';

/** What came with an error: found beside wanted where there are two, else whatever names the place. */
export type ErrorData = { readonly [name: string]: unknown };

/** What became of a machine, where that is more than "failed". */
export type Lead = 'not-back' | 'silent' | 'unknown';

/** The day of an instant that came with an error, as it is written where the sentence will stand. */
export type DayIn = (at: unknown) => string;

export interface Fault {
  /** Ends a sentence that begins with the machine's name and a colon. */
  readonly says: string | ((d: ErrorData, day: DayIn) => string);
  /** One way on. */
  readonly todo: string | ((d: ErrorData) => string);
  /** What helps there before a person decides, where `todo` is for whoever asks again later. */
  readonly hand?: string;
  readonly lead?: Lead;
  /**
   * Nothing failed, and no machine is to blame: told as a head and what it is about (empty: nothing more), of the
   * machine that was asked.
   */
  readonly alone?: { readonly head: string; readonly about: (d: ErrorData, host: string) => string };
}

/** What was found, without the line of a log that the sentence quotes already. */
export function foundBeside(code: string, { found }: ErrorData): unknown {
  if (code !== 'WorkerRefused' || typeof found !== 'object' || found === null || !('line' in found)) return found;
  const { line: _quoted, ...rest } = found;
  return rest;
}

export type Faults = { readonly [code: string]: Fault };

/** A table of faults as the sentences of one language. */
export function faultWords(faults: Faults, fullStop: '.' | '。') {
  /** undefined: nobody worded this code, so it is shown as it is. */
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
  const inBrief = (code: string): string => {
    const said = sentence(code, {}, null);
    return said.endsWith(fullStop) ? said.slice(0, -1) : said;
  };
  /** `error.<code>` is the sentence, `error.<code>.todo` the one way on. */
  const errors: Lines = Object.fromEntries(
    Object.keys(faults).flatMap((code): [string, Line<never>][] => [
      [`error.${code}`, (d: never, pen) => sentence(code, d, pen)],
      [`error.${code}.todo`, (d: never) => wayOn(code, d)],
    ]),
  );
  return { faultOf, sentence, wayOn, inBrief, errors };
}

/** Where a rehearsal binds: of what was found there the port alone is taken, for it is to be typed. */
export function rehearsal({ found }: ErrorData): string {
  const key = typeof found === 'object' && found !== null && 'key' in found ? String(found.key) : '';
  return `${REHEARSAL_ADDRESS}:${/\d{1,5}$/u.exec(key)?.[0] ?? 'PORT'}`;
}

/** Exit code of a tool: there is not enough space on the disk. */
const ERROR_DISK_FULL = 112;

/** Nobody's right to write is missing where there is no room. */
export const isFull = ({ reason, code }: ErrorData): boolean => reason === 'ENOSPC' || code === ERROR_DISK_FULL;

/** A worker's own certificate was not accepted, by the line of its log. */
export const isForbidden = ({ found, line }: ErrorData): boolean =>
  /\(403\)/u.test(String((found as ErrorData | undefined)?.line ?? line ?? ''));

export const isTold = (value: unknown): boolean =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);

/** A list that came with an error, whole: for what is to be typed. */
export const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** The sentence before it tells of these. */
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
];

/** An instant as machines write it, which nobody reads on a card. */
export const isInstant = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/u.test(value);

/** What is told beside found and wanted: at most three names with their values. */
export const restOf = (data: ErrorData): readonly [string, unknown][] =>
  Object.entries(data)
    .filter(
      ([name, value]) => !KNOWN_ELSEWHERE.includes(name) && ['string', 'number'].includes(typeof value) && value !== '',
    )
    .slice(0, 3)
    .map(([name, value]) => [name, name === 'code' ? asLookedUp(value) : value]);

/** A tool of Windows may end with an HRESULT, which is known as 0x80070070 and found by no other number. */
const asLookedUp = (code: unknown): unknown =>
  typeof code === 'number' && code >= 0x8000_0000 ? `0x${code.toString(16)}` : code;
