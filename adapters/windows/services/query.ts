import { CertopsError } from '../../../src/domain/errors.ts';
import type { WindowsContext } from '../context.ts';
import { parseService, parseServiceConfig, parseServices, type ServiceStatus } from '../parse/sc.ts';
import { cut, endsInLine, errorNumberIn, notUnderstood } from '../parse/text.ts';
import { remembered } from '../remembered.ts';

/** How one call of sc ended: the Windows error number, which is also its exit code; 0 for success. */
export interface ScAnswer {
  readonly number: number;
  readonly text: string;
}

const LIMIT_MS = 60_000;
/** Where services may take longer, Windows itself may wait that long before sc answers. */
const BEYOND_MS = 5_000;
const MORE_DATA = 234;
const TOO_SMALL = 122;
/**
 * The largest buffer that Windows accepts: 256 KiB for the dependents of a service, 8 KiB for anything else (MS-SCMR
 * 3.1.4).
 */
const buffer = (verb: string): string => (verb === 'enumdepend' ? '65536' : '8192');

/** Calls sc.exe. What Windows refuses is an answer; throws only as `Tools.run` does. */
export async function sc(context: WindowsContext, ...args: readonly string[]): Promise<ScAnswer> {
  const timeLimitMs = Math.max(LIMIT_MS, (context.overrides.serviceLimitMs ?? 0) + BEYOND_MS);
  const { code, text } = await context.tools.run('sc', args, { timeLimitMs });
  return { number: code === 0 ? 0 : (errorNumberIn(text) ?? code), text };
}

/**
 * A fresh look at the service's state. One that runs without a process, or whose answer does not end in a line's end,
 * was cut off before or within its process id, and is looked at once more: by that alone it would seem to have
 * restarted. Throws `ServiceMissing`, `ServiceNotReadable`, `ToolOutputNotUnderstood`.
 */
export async function queryService(context: WindowsContext, name: string): Promise<ServiceStatus> {
  const look = async () => {
    const text = await answered(context, name, 'queryex');
    return { text, found: parseService(text, name) };
  };
  const { text, found } = await look();
  return found.state === 'running' && (found.pid === 0 || !endsInLine(text)) ? (await look()).found : found;
}

/** Names of what is handed over: seen by a look, for the restart that follows. */
export const beforeRestart = (name: string): string => `state of ${name} before a restart`;
/** Seen by a restart at its end, for the look that follows. */
export const afterRestart = (name: string): string => `state of ${name} after a restart`;

/** How the service starts, and under which account. */
export const readConfig = (context: WindowsContext, name: string): Promise<ReturnType<typeof parseServiceConfig>> =>
  remembered(context, `config of ${name}`, async () => parseServiceConfig(await answered(context, name, 'qc')));

/**
 * Services that cannot run without this one. If there are any, they are queried again with the largest buffer: when
 * they do not fit into the tool's own 1024 bytes it may list only the first ones, or none, with a sentence in some
 * language on how many bytes are needed and exit code 0.
 */
export async function queryDependents(context: WindowsContext, name: string): Promise<readonly ServiceStatus[]> {
  const text = await answered(context, name, 'enumdepend');
  const first = parseServices(text);
  if (first.length === 0 && SAYS_NONE.test(text)) return first;
  const whole = await sc(context, 'enumdepend', name, buffer('enumdepend'));
  if (whole.number !== 0 && first.length > 0) return first;
  if (whole.number !== 0) throw serviceError(whole, name, 'ServiceNotReadable');
  const all = parseServices(whole.text);
  if (all.length === 0 && !SAYS_NONE.test(whole.text)) throw notUnderstood('sc', 'no list of services', whole.text);
  return all;
}

/** `Enum: entriesRead = 0`, in any language: a line whose only number is zero. */
const SAYS_NONE = /^[^\d\n]*\b0\b[^\d\n]*$/mu;

async function answered(context: WindowsContext, name: string, verb: string): Promise<string> {
  let answer = await sc(context, verb, name);
  if (answer.number === MORE_DATA || answer.number === TOO_SMALL) answer = await sc(context, verb, name, buffer(verb));
  if (answer.number === 0) return answer.text;
  throw serviceError(answer, name, 'ServiceNotReadable');
}

const CODES: ReadonlyMap<number, string> = new Map([
  [1051, 'ServiceHasDependents'],
  [1053, 'ServiceStartTimedOut'],
  [1058, 'ServiceDisabled'],
  [1060, 'ServiceMissing'],
  [1068, 'ServiceDependencyFailed'],
  [1069, 'ServiceLogonFailed'],
  [1072, 'ServiceMarkedForDeletion'],
]);

export const ACCESS_DENIED = 5;
/** In every language sc names the call that failed: without rights that is the one that opens the service. */
const NOT_OPENED = /\bOpen(?:Service|SCManager)\b/u;

/** sc's refusal as an error. `data.error` is the Windows error number. */
export function serviceError(answer: ScAnswer, service: string, otherwise: string): CertopsError {
  const isRights = answer.number === ACCESS_DENIED && NOT_OPENED.test(answer.text);
  const code = isRights ? 'AccessDenied' : (CODES.get(answer.number) ?? otherwise);
  return new CertopsError(code, { service, error: answer.number, output: cut(answer.text) });
}
