import { CertopsError, isCertopsError, tellsNothing } from '../../../src/domain/errors.ts';
import type { Role } from '../../../src/domain/values.ts';
import { readBefore } from '../before-change.ts';
import type { WindowsContext } from '../context.ts';
import type { ServiceStatus } from '../parse/sc.ts';
import { handOver, takeOver } from '../seen.ts';
import { noteStarted } from '../starts.ts';
import { refuseClustered } from './cluster.ts';
import { findService } from './discover.ts';
import { createPoll, type Poll } from './poll.ts';
import {
  ACCESS_DENIED,
  afterRestart,
  beforeRestart,
  queryDependents,
  queryService,
  readConfig,
  type ScAnswer,
  sc,
  serviceError,
} from './query.ts';

const LIMIT_MS = 60_000;
/** A journal entry is written between a step's look and the restart that it asks for. */
const JUST_NOW_MS = 1000;

/**
 * Stops and starts the role's service; a stopped one is only started. Returns once it runs under another process id and
 * still does after a short while. Numbers are read, not words, and no command's own output is trusted: every state
 * comes from a query, the first perhaps from the step that has just looked. Throws `ServiceStuckStopping` (it is never
 * killed), `ServiceHasDependents`, `ServiceDisabled`, `ServiceLogonFailed`, `ServiceStartTimedOut`,
 * `ServiceNotRunning`, `ServiceClustered` and others with `data.error`, the Windows error number.
 */
export async function restartService(context: WindowsContext, role: Role, signal: AbortSignal): Promise<void> {
  const { name, before, config } = await readBefore(context, () => ahead(context, role), signal);
  // it would stop and not start again
  if (config.start === 'disabled') throw new CertopsError('ServiceDisabled', { service: name, found: before.state });
  // A stopped service is started even after an abort: it was stopped along the way, and nobody else will start it.
  if (signal.aborted && before.state !== 'stopped')
    throw new CertopsError('ChangeStopped', { change: 'service.restart', service: name });
  const limitMs = context.overrides.serviceLimitMs ?? LIMIT_MS;
  const poll = (verb: 'stop' | 'start') => createPoll(context.clock, limitMs, FIRST_LOOK_MS[role][verb]);
  // from here on the signal has to wait: a service that was stopped is started again, whoever asks us to stop
  if (before.state !== 'stopped') await stopOrStart(context, name, () => poll('stop'));
  const startedAt = context.clock.now();
  const after = await start(context, name, () => poll('start'), signal);
  noteStarted(context, role, after.pid, startedAt);
  if (after.pid === before.pid) throw notAs('ServiceNotRestarted', name, after, { wanted: 'another process id' });
  await lookAgain(context, name, after, context.overrides.settleMs ?? SETTLE_MS[role], poll('start'), signal);
}

async function ahead(context: WindowsContext, role: Role) {
  const name = await findService(context, role);
  const [before, config] = await Promise.all([
    takeOver<ServiceStatus>(context, beforeRestart(name), JUST_NOW_MS) ?? queryService(context, name),
    readConfig(context, name),
    refuseClustered(context, name),
  ]);
  return { name, before, config };
}

/**
 * Milliseconds to the first look. Everybody waits for us to notice that a master is up. A worker connects as soon as it
 * can, noticed or not, and with fifty coming up together, early looks would compete for their machines' CPUs.
 */
const FIRST_LOOK_MS: { readonly [role in Role]: { readonly stop: number; readonly start: number } } = {
  master: { stop: 20, start: 20 },
  worker: { stop: 60, start: 400 },
};

/** The service control manager cannot be reached or is too busy: it did not get the request. */
const UNREACHED: readonly number[] = [1722, 1723];
/** Its pipe broke (109), no timely answer (1053), not now (1061): asked again while the service still runs. */
const ASK_AGAIN = new Set([109, 1053, 1061, ...UNREACHED]);
/** The service database is locked: asked again. */
const LOCKED = 1055;
const ALREADY_RUNNING = 1056;
const NOT_STARTED = 1062;
const NO_TIMELY_ANSWER = 1053;

/** `trouble`: why sc did not answer; whether the request had reached Windows is not known. */
type Asked = ScAnswer & { readonly trouble?: CertopsError };

/** An `sc` that timed out counts as no timely answer (1053): what it asked for goes on without it. */
async function ask(context: WindowsContext, verb: 'stop' | 'start', name: string): Promise<Asked> {
  try {
    return await sc(context, verb, name);
  } catch (error) {
    if (!isCertopsError(error)) throw error;
    if (error.code === 'ToolTimedOut') return { number: NO_TIMELY_ANSWER, text: '' };
    return { number: -1, text: '', trouble: error };
  }
}

/**
 * A fresh look, retried until the limit and once more after it: what was asked for goes on meanwhile, and giving up now
 * could leave a service stopped.
 */
async function look(context: WindowsContext, name: string, poll: Poll): Promise<ServiceStatus> {
  for (let isLast = false; ; ) {
    try {
      return await queryService(context, name);
    } catch (error) {
      if (!tellsNothing(error) || isLast) throw error;
      isLast = !(await poll.wait());
    }
  }
}

/** When it cannot be seen how the stop ended, the start is requested all the same. */
async function stopOrStart(context: WindowsContext, name: string, newPoll: () => Poll): Promise<void> {
  try {
    await stop(context, name, newPoll);
  } catch (error) {
    if (tellsNothing(error)) await ask(context, 'start', name);
    throw error;
  }
}

async function stop(context: WindowsContext, name: string, newPoll: () => Poll): Promise<void> {
  let answer = await ask(context, 'stop', name);
  if (answer.trouble !== undefined) answer = await ask(context, 'stop', name);
  // sc itself may have taken all of the time: the limit counts from here
  const poll = newPoll();
  // no service has stopped yet when sc returns
  if (answer.number === 0) await poll.wait();
  for (;;) {
    const status = await look(context, name, poll);
    if (status.state === 'stopped') return;
    const refusal = await refusedToStop(context, name, answer, status);
    if (refusal !== null) throw refusal;
    if (!(await poll.wait())) {
      throw notAs('ServiceStuckStopping', name, status, {
        wanted: 'stopped',
        ...(answer.trouble === undefined ? { error: answer.number } : {}),
      });
    }
    if (answer.number !== 0 && status.state === 'running') answer = await ask(context, 'stop', name);
  }
}

/** Why it will not stop, however long it is waited for; null: it may. */
async function refusedToStop(
  context: WindowsContext,
  name: string,
  answer: Asked,
  { state }: ServiceStatus,
): Promise<CertopsError | null> {
  if (answer.trouble !== undefined) return state === 'running' ? answer.trouble : null;
  // whatever sc ended with, it does stop
  if (state === 'stop-pending') return null;
  if (answer.number === 1051) return hasDependents(context, name, answer);
  const mayPass = [0, NOT_STARTED].includes(answer.number) || ASK_AGAIN.has(answer.number);
  return mayPass ? null : serviceError(answer, name, 'ServiceStopRefused');
}

/** `signal` ends only the wait after 1053: before that the service is still being started. */
async function start(
  context: WindowsContext,
  name: string,
  newPoll: () => Poll,
  signal: AbortSignal,
): Promise<ServiceStatus> {
  let poll = newPoll();
  let late = false;
  let answer = await ask(context, 'start', name);
  if (answer.number === 0) await poll.wait();
  for (;;) {
    // Windows waited half a minute before it said so, and the service may still come up: the limit counts from here.
    if (!late && answer.number === NO_TIMELY_ANSWER) {
      late = true;
      poll = newPoll();
    }
    const status = await look(context, name, poll);
    if (status.state === 'running' && status.pid > 0) return status;
    const refusal = refusedToStart(answer, name, status);
    if (refusal !== null) throw refusal;
    if ((late && signal.aborted) || !(await poll.wait())) throw notStartedInTime(answer, name, status, poll);
    // 1056 may have been about a process that was just ending
    if (status.state === 'stopped' && !late) answer = await ask(context, 'start', name);
  }
}

/** What is said about a request that the service may still follow. */
const MAY_START: readonly number[] = [0, LOCKED, ALREADY_RUNNING, NO_TIMELY_ANSWER, ...UNREACHED];

/** Why it will not come up, however long it is waited for; null: it may. */
function refusedToStart(answer: Asked, name: string, status: ServiceStatus): CertopsError | null {
  const { number, trouble } = answer;
  // it came up and ended; after 1053 it may still come up
  if (number === 0 && status.state === 'stopped') return notAs('ServiceNotRunning', name, status);
  // whatever sc ended with, it does start
  if (trouble !== undefined || status.state === 'start-pending' || MAY_START.includes(number)) return null;
  // denied although sc had opened it: its account may not run its program, or something blocks that
  return serviceError(answer, name, number === ACCESS_DENIED ? 'ServiceStartDenied' : 'ServiceStartRefused');
}

function notStartedInTime(answer: Asked, name: string, status: ServiceStatus, { limitMs }: Poll): CertopsError {
  const { number, trouble } = answer;
  if (trouble !== undefined) return trouble;
  return number === NO_TIMELY_ANSWER
    ? serviceError(answer, name, '')
    : notAs('ServiceNotRunning', name, status, { error: number, limitMs });
}

/**
 * A service that dies of its settings mostly does so within its first moments. A master is checked again almost at
 * once, since its whole farm is cut off meanwhile and the workers coming back are the better second look. A worker
 * takes longer, whatever its log says by then: one that keeps crashing and being restarted has connected each time. It
 * serves already, and only what waits for the canary waits for this.
 */
const SETTLE_MS: { readonly [role in Role]: number } = { master: 100, worker: 600 };

/**
 * One restart that was not ours is taken for a recovery action of Windows, and what it started has to last as long; a
 * second one is a crash loop. When the new process started is not noted, because nobody saw it.
 */
async function lookAgain(
  context: WindowsContext,
  name: string,
  running: ServiceStatus,
  settleMs: number,
  poll: Poll,
  signal: AbortSignal,
): Promise<void> {
  if (settleMs <= 0) return;
  const { pid: ran } = running;
  const settled = async (): Promise<ServiceStatus> => {
    await context.clock.sleep(settleMs);
    return look(context, name, poll);
  };
  const lasts = (found: ServiceStatus, pid: number): boolean => {
    if (found.state === 'running') return found.pid === pid;
    if (found.state !== 'start-pending') throw notAs('ServiceNotRunning', name, found, { ran });
    return false;
  };
  const restartsItself = ({ pid, exitCode, ownExitCode }: ServiceStatus) =>
    new CertopsError('ServiceRestartsItself', { service: name, ran, pid, exitCode, ownExitCode });
  const first = await settled();
  // Another process id while it comes up is a crash that no look has seen.
  const isNext = ({ pid }: ServiceStatus): boolean => first.pid === 0 || pid === first.pid;
  let now = first;
  while (now.state === 'start-pending' && isNext(now) && (await poll.wait())) now = await look(context, name, poll);
  if (!lasts(now, ran)) {
    if (now.state === 'start-pending' || !isNext(now)) throw restartsItself(now);
    const { pid } = now;
    now = await settled();
    if (!lasts(now, pid)) throw restartsItself(now);
  }
  if (!signal.aborted) handOver(context, afterRestart(name), now);
}

async function hasDependents(context: WindowsContext, name: string, answer: ScAnswer): Promise<CertopsError> {
  // the number has said why; their names only help
  const listed = await queryDependents(context, name).catch(() => []);
  const running = listed.filter((one) => one.state !== 'stopped');
  return new CertopsError('ServiceHasDependents', {
    service: name,
    error: answer.number,
    dependents: running.map((one) => one.name),
  });
}

function notAs(
  code: string,
  service: string,
  found: ServiceStatus,
  more: { readonly [name: string]: string | number } = {},
): CertopsError {
  const { state, pid, exitCode, ownExitCode } = found;
  return new CertopsError(code, { service, found: state, wanted: 'running', pid, exitCode, ownExitCode, ...more });
}
