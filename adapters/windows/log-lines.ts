import { orderIn, timeOf } from './log-times.ts';

/**
 * What a line of a worker's log says about its connection; null: nothing. `cut`: an attempt was refused and its TCP
 * connection ended with it; a later success may be logged in words that we cannot read.
 */
type LineSays = 'connected' | 'refused' | 'cut' | 'started' | null;

/**
 * Refusals that arrive over HTTP, after which the connection stays open, and what the worker finds out before it has
 * one. Source of both lists: the troubleshooting page of Scale Out (MicrosoftDocs/sql-docs); the order does not matter.
 */
const REFUSED: readonly RegExp[] = [
  /The HTTP request was forbidden with client authentication scheme/iu,
  /\(403\) Forbidden/iu,
  /certificate is not configured properly with HTTP\.SYS/iu,
  /Cannot open certificate store on the machine/iu,
];

/**
 * Nobody answered, or one side broke off the handshake. A failing package may log the same about its own connections.
 */
const CUT: readonly RegExp[] = [
  /There was no endpoint listening at/iu,
  /Could not establish trust relationship for the SSL\/TLS secure channel/iu,
  /The remote certificate is invalid/iu,
  /Could not (?:establish|create) (?:a )?(?:secure channel for )?SSL\/TLS/iu,
];

/**
 * The wording of success is undocumented: these are taken for what they mean in plain English. Each of them takes the
 * square of a line's length, and a package, which runs as the worker's account, may write endless lines into this log.
 */
const CONNECTED: readonly RegExp[] = [
  /\b(?:connected|registered) (?:to|with|at)\b.*\bmaster\b/iu,
  /\bmaster\b.*\b(?:connected|accepted)\b/iu,
  /\bheartbeat\b.*\b(?:accepted|succeeded|acknowledged)\b/iu,
];

/**
 * What a refusal contains in every language of Windows: .NET translates its sentences, but not these.
 * CommunicationException is not among them, since a connection that the master closed has it too. Only the error
 * numbers of Schannel and of certificates count: a failing package logs others.
 */
const CUT_ANYWHERE: readonly RegExp[] = [
  /SSL\/TLS/iu,
  /HTTP\.SYS/iu,
  /\b(?:EndpointNotFound|SecurityNegotiation|Authentication)Exception\b/u,
  /\b0x80(?:09|0b)[0-9a-f]{4}\b/iu,
];

/** The same for a refusal that arrives over HTTP, after which the connection stays open. */
const REFUSED_ANYWHERE: readonly RegExp[] = [
  /\(403\)/u,
  /["'\u2018-\u201f\u00ab\u00bb]Anonymous["'\u2018-\u201f\u00ab\u00bb]/u,
  /\bMessageSecurityException\b/u,
];

/** No longer line is looked through for a success; for a refusal, every one is. */
const LONGEST_SUCCESS = 2_000;

const STARTED = /\b(?:worker|agent|service)\b.{0,60}\b(?:starting|started|is starting up)\b/iu;
const NEGATED = /\b(?:not|cannot|can't|failed|unable|error|lost|dis\w+)\b/iu;

/**
 * What one line of a worker's log says of its connection; null: nothing. A refusal in it outweighs everything else.
 */
export function readLine(line: string): LineSays {
  const says = (patterns: readonly RegExp[]): boolean => patterns.some((pattern) => pattern.test(line));
  if (says(REFUSED)) return 'refused';
  const isCut = says(CUT);
  const negated = isCut || NEGATED.test(line);
  if (!negated && line.length <= LONGEST_SUCCESS && says(CONNECTED)) return 'connected';
  if (says(REFUSED_ANYWHERE)) return 'refused';
  if (isCut || says(CUT_ANYWHERE)) return 'cut';
  return !negated && STARTED.test(line) ? 'started' : null;
}

export interface LogSays {
  readonly state: 'connected' | 'refused' | 'cut' | 'silent';
  readonly line: string | null;
  readonly at: number | null;
}

const SILENT: LogSays = { state: 'silent', line: null, at: null };
const SHOWN = 400;

/** The worker's current process; `since`: when it was started, in milliseconds since 1970, or null when not known. */
interface Present {
  readonly pid: number;
  readonly since: number | null;
  /** When the log was read, milliseconds since 1970. */
  readonly now: number;
  /** When the log was last written; left out: when it was read. */
  readonly writtenAt?: number;
}

/**
 * The latest statement about the connection by the worker's current process. Its lines are recognized by the process id
 * in brackets and by the time of its start, or by one of the two, else by the log's own start line. When none of the
 * three is known the log cannot be used (null): it may be about the previous process.
 */
export function readLog(lines: readonly string[], present: Present): LogSays | null {
  const { pid, since } = present;
  const marked = lines.some((line) => markOf(line) === pid);
  if (!marked && since === null && !lines.some((line) => readLine(line) === 'started')) return null;
  let said = SILENT;
  let isOfOlder = false;
  const order = orderIn(lines, present.writtenAt ?? present.now);
  for (const { line, at, mark } of attributed(lines, (line) => timeOf(line, order))) {
    const says = marked && mark !== pid ? null : readLine(line);
    if (says === null) continue;
    const older = isOlder(at, present, marked);
    // Process ids are reused: a success dated before the start was another process's. A refusal under this id counts
    // even so, since a log may use another time zone without saying so.
    if (older && (!marked || says === 'started')) continue;
    if (older && says === 'connected') {
      // If such a refusal was this process's own, so is a success after it; if not, neither counts. Either way it is
      // dropped.
      if (isOfOlder) said = SILENT;
      continue;
    }
    isOfOlder = older;
    said = says === 'started' ? SILENT : { state: says, line: line.trim().slice(0, SHOWN), at: at?.from ?? null };
  }
  return said;
}

type Written = ReturnType<typeof timeOf>;

/** Lines of a stack trace belong to the last line above that has a date, or an id after a date that cannot be read. */
function* attributed(lines: readonly string[], writtenIn: (line: string) => Written) {
  let at: Written = null;
  let mark: number | null = null;
  for (const line of lines) {
    const dated = writtenIn(line);
    const own = markOf(line);
    if (dated !== null || (own !== null && /^\S/u.test(line))) [at, mark] = [dated, own];
    yield { line, at, mark };
  }
}

/**
 * Whether a line was written before this process started. In a log that uses a time zone further east lines are dated
 * in the future, and those dates do not say when they were written.
 */
function isOlder(at: Written, { since, now }: Present, marked: boolean): boolean {
  if (since === null) return false;
  return at !== null && at.from <= now ? at.to < since : !marked;
}

function markOf(line: string): number | null {
  const mark = /^[^[]{0,80}\[(\d{1,10})\]/u.exec(line)?.[1];
  return mark === undefined ? null : Number(mark);
}
