import type { ServiceFacts, ServiceState } from '../../../src/domain/machine/host-facts.ts';
import { filledLinesOf, notUnderstood, saidLinesOf, withoutLostMarks } from './text.ts';

export interface ServiceStatus {
  readonly name: string;
  readonly state: ServiceState;
  /** 0 when it does not run, and when the output names none (`sc query`). */
  readonly pid: number;
  /** How it last ended: the Windows error number, and the service's own when that is 1066. */
  readonly exitCode: number;
  readonly ownExitCode: number;
}

const STATES: readonly ServiceState[] = [
  'stopped',
  'start-pending',
  'stop-pending',
  'running',
  'continue-pending',
  'pause-pending',
  'paused',
];
const STATE_WORD = /:\s*([1-7])\s+(?:RUNNING|STOPPED|[A-Z]+_PENDING|PAUSED)\b/u;
/** `TYPE : 10  WIN32_OWN_PROCESS`: a hexadecimal number, then a word, on the line above the state. */
const TYPE = /:\s*[0-9a-f]{1,4}\s+[A-Z][A-Z0-9_]{3,}/u;

/** Some languages write a full-width colon after their labels. */
const plain = (text: string): string => withoutLostMarks(text).replaceAll('\uff1a', ':');

/**
 * Every service in the output of `sc query`, `queryex`, `stop`, `start` or `enumdepend`, in order. The state is read by
 * its number. Throws `ToolOutputNotUnderstood` when a block has no name; an output without any block gives an empty
 * list.
 */
export const parseServices = (text: string): readonly ServiceStatus[] =>
  servicesIn(text).map(({ names: [name = ''], details }) => ({ name, ...details }));

/**
 * The one service that was asked for; its name's case may differ, and an unrelated line may come first. Throws
 * `ToolOutputNotUnderstood`.
 */
export function parseService(text: string, name: string): ServiceStatus {
  const found = servicesIn(text).flatMap(({ names, details }) => {
    const own = names.find((one) => one.toLowerCase() === name.toLowerCase());
    return own === undefined ? [] : [{ name: own, ...details }];
  });
  if (found.length !== 1 || found[0] === undefined) throw notUnderstood('sc', `no state of ${name}`, text);
  return found[0];
}

function servicesIn(text: string) {
  const lines = filledLinesOf(plain(text));
  const at = lines.flatMap((line, index) => (stateIn(line, lines[index - 1] ?? '') === null ? [] : [index]));
  return at.map((index, number) => {
    const names = namesAbove(lines, index - 1);
    if (names.length === 0) throw notUnderstood('sc', 'a service without a name', text);
    const end = at[number + 1];
    return { names, details: detailsOf(lines.slice(index, end === undefined ? lines.length : end - 1)) };
  });
}

const START_WORDS = ['BOOT_START', 'SYSTEM_START', 'AUTO_START', 'DEMAND_START', 'DISABLED'];
const STARTS: readonly ServiceFacts['start'][] = ['boot', 'system', 'auto', 'manual', 'disabled'];

/** Error control, program, group, tag, display name, dependencies, account: one line each below the start type. */
const TO_ACCOUNT = 7;
/** A label has at least one word; further dependencies have a line each, with no word before the colon. */
const LABELLED = /^\s*[^\s:][^:]*:\s*(.*)$/u;
/** No account name may contain these, but what people and scripts append to an output does, as in `exit code: 0`. */
const NO_ACCOUNT = /["/[\]:;|=,+*?<>]/u;

/** `sc qc`: how the service starts, and its account, on the last line. Throws `ToolOutputNotUnderstood`. */
export function parseServiceConfig(text: string): { start: ServiceFacts['start']; account: string } {
  const lines = saidLinesOf(plain(text));
  const at = lines.findIndex((line) => startIn(line) !== null);
  const kind = startIn(lines[at] ?? '');
  const account = accountIn(lines, accountLine(lines, at));
  if (kind === null || account === '') throw notUnderstood('sc', 'no configuration of a service', text);
  return { start: kind, account };
}

/**
 * Only lines indented like the start type count: what a console has wrapped may contain a colon too, but begins further
 * left. With fewer than seven a line was lost, and the last one may be another's: a dependency, or the program.
 */
function accountLine(lines: readonly string[], start: number): number {
  const indent = indentOf(lines[start] ?? '');
  const below = lines.flatMap((line, at) =>
    at > start && LABELLED.test(line) && indentOf(line) === indent ? [at] : [],
  );
  return below[TO_ACCOUNT - 1] ?? -1;
}

/** Includes what a console has wrapped: half a name may be another account's. */
function accountIn(lines: readonly string[], at: number): string {
  const line = lines[at] ?? '';
  let account = LABELLED.exec(line)?.[1] ?? '';
  const width = Math.max(...lines.map(({ length }) => length));
  for (let next = at + 1; lines[next - 1]?.length === width; next += 1) {
    const more = lines[next] ?? '';
    if (NO_ACCOUNT.test(more)) break;
    account += more;
  }
  return account;
}

const indentOf = (line: string): string => /^\s*/u.exec(line)?.[0] ?? '';

function startIn(line: string): ServiceFacts['start'] | null {
  const [, number = '', word = ''] = /:\s*([0-4])\s+([A-Z_]+)\b/u.exec(line) ?? [];
  return word !== '' && START_WORDS[Number(number)] === word ? (STARTS[Number(number)] ?? null) : null;
}

function stateIn(line: string, above: string): number | null {
  // `: 1  STOPPED` looks like a type, and below it `: 5  (0x5)`, an exit code, must not pass for a state
  const found = STATE_WORD.exec(line) ?? (TYPE.test(above) ? /:\s*([1-7])\s+[^\s(]/u.exec(line) : null);
  // `sc qc` has `: 2 AUTO_START` in that place
  if (found?.[1] === undefined || START_WORDS.some((word) => line.includes(word))) return null;
  return Number(found[1]);
}

/**
 * Lines that are no names: a recorded command (`C:\Windows>sc query X`), `Enum: entriesRead = 2`, and the type line,
 * which is not indented either when a listing lacks its heading.
 */
const NO_NAME = /\\[^>]*>|=\s*\d+$|:\s*[0-9a-f]{1,4}\s+[A-Z0-9_]+_(?:PROCESS|DRIVER)\b/u;

/**
 * The names on the unindented lines right above the type: SERVICE_NAME, then DISPLAY_NAME, which may be empty or
 * missing.
 */
function namesAbove(lines: readonly string[], type: number): readonly string[] {
  const names: string[] = [];
  for (let at = type - 1; at >= type - 2; at -= 1) {
    const found = /^[^\s[][^:]*:\s*(.*)$/u.exec(lines[at] ?? '')?.[1];
    if (found === undefined || NO_NAME.test(lines[at] ?? '')) break;
    if (found !== '') names.unshift(found);
    else if (at !== type - 1) break;
  }
  return names;
}

function detailsOf(block: readonly string[]): Omit<ServiceStatus, 'name'> {
  const state = STATES[Number(/:\s*([1-7])\s/u.exec(block[0] ?? '')?.[1]) - 1] ?? 'stopped';
  // the number in brackets, which has no sign: a .NET service may end with one that is printed as negative
  const codes = block.flatMap((line) => /:\s*-?\d{1,10}\s+\((0x[0-9a-f]{1,8})\)$/iu.exec(line)?.[1] ?? []);
  // checkpoint and wait hint are hexadecimal: the only bare number is the PID
  const pid = block.slice(1).flatMap((line) => /:\s*(\d{1,10})$/u.exec(line)?.[1] ?? [])[0];
  return { state, pid: Number(pid ?? 0), exitCode: Number(codes[0] ?? 0), ownExitCode: Number(codes[1] ?? 0) };
}
