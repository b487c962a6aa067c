import type { HostLook, WorkerLook } from '../machine/host-facts.ts';
import { type SsisdbWorker, workerOn } from '../machine/ssisdb.ts';
import type { HostName, Instant } from '../values.ts';

/**
 * A worker's process that runs without a connection to its master, and the first look without a break that saw it so.
 */
export interface Apart {
  readonly pid: number;
  readonly since: Instant;
}

type Looks = { readonly [host: string]: HostLook };

/** A look long after another tells nothing of the same moment. Milliseconds. */
const TOGETHER_MS = 10 * 60_000;
const BEFORE_MS = 60_000;
/** Heartbeats come each minute; a worker that missed so many is not there. Milliseconds. */
const ONLINE_WITHIN_MS = 5 * 60_000;

/** How a worker stands after one more look, its own or one that asked SSISDB. Another process is another beginning. */
export function apartAfter(before: Apart | null | undefined, host: HostName, latest: Looks): Apart | null {
  const look = latest[host];
  const worker = look?.worker ?? null;
  // Of a service that does not run nothing more can be learned.
  if (look === undefined || worker?.service.state !== 'running') return null;
  const is = isApart(worker, onlineOf(host, look, latest));
  if (is === null) return before ?? null;
  const { pid } = worker.service;
  if (!is) return null;
  return before?.pid === pid ? before : { pid, since: look.at };
}

/**
 * What SSISDB said of this worker at about the time of its look; null: nobody asked it then, or it does not know it.
 * That it was not there some minutes before its look says nothing of the look.
 */
function onlineOf(host: HostName, { at }: HostLook, latest: Looks): boolean | null {
  for (const { at: asked, ssisdb } of Object.values(latest)) {
    if (ssisdb == null || ssisdb.now === null) continue;
    if (Math.abs(Date.parse(asked) - Date.parse(at)) > TOGETHER_MS) continue;
    const row = workerOn(ssisdb.workers.seen ?? [], host);
    if (row === undefined) continue;
    const is = isOnline(row, ssisdb.now);
    return is === false && Date.parse(asked) < Date.parse(at) - BEFORE_MS ? null : is;
  }
  return null;
}

/** Whether one that is switched off in the catalog still says that it lives, nobody here knows. */
const isOnline = ({ lastOnline, enabled }: SsisdbWorker, now: Instant): boolean | null =>
  !enabled ? null : lastOnline !== null && Date.parse(now) - Date.parse(lastOnline) <= ONLINE_WITHIN_MS;

/**
 * Whether a worker that runs has no connection; null: nobody can tell. SSISDB's word weighs most: a line of the log
 * says that there was a connection once, and a service need not write that it ended.
 */
function isApart({ connection }: WorkerLook, online: boolean | null): boolean | null {
  const { handshake, log, tcp } = connection;
  // Its master is away: nobody could be connected.
  if (handshake.thumbprint === null) return null;
  if (online !== null) return !online && tcp !== true;
  // A log may hold words that are no refusal, in languages that nobody here reads.
  if (tcp === true) return log?.state === 'refused' ? null : false;
  if (log?.state === 'connected') return false;
  // A log that is silent has not said that there is none.
  return tcp === null && log?.state !== 'refused' ? null : true;
}
