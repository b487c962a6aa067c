import type { HostLook, Looks, WorkerLook } from '../machine/host-facts.ts';
import { type SsisdbWorker, workerOn } from '../machine/ssisdb.ts';
import type { HostName, Instant } from '../values.ts';

/**
 * A worker's process that runs without a connection to its master, and the first look of an unbroken series to see it
 * so.
 */
export interface Apart {
  readonly pid: number;
  readonly since: Instant;
}

/** Looks further apart than this say nothing about the same moment. Milliseconds. */
const TOGETHER_MS = 10 * 60_000;
const BEFORE_MS = 60_000;
/** Heartbeats come every minute; a worker that missed this many is offline. Milliseconds. */
const ONLINE_WITHIN_MS = 5 * 60_000;

/** The state of a worker after one more look, its own or one that asked SSISDB. A new process starts over. */
export function apartAfter(before: Apart | null | undefined, host: HostName, latest: Looks): Apart | null {
  const look = latest[host];
  const worker = look?.worker ?? null;
  // A service that does not run has no connection to judge.
  if (look === undefined || worker?.service.state !== 'running') return null;
  const is = isApart(worker, onlineOf(host, look, latest));
  if (is === null) return before ?? null;
  const { pid } = worker.service;
  if (!is) return null;
  return before?.pid === pid ? before : { pid, since: look.at };
}

/**
 * What SSISDB said about this worker around the time of its look; null: nobody asked it then, or it does not know the
 * worker. That the worker was offline some minutes before its look says nothing about the look.
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

/** Unknown (null) for a worker disabled in the catalog: nobody here knows whether it still sends heartbeats. */
const isOnline = ({ lastOnline, enabled }: SsisdbWorker, now: Instant): boolean | null =>
  !enabled ? null : lastOnline !== null && Date.parse(now) - Date.parse(lastOnline) <= ONLINE_WITHIN_MS;

/**
 * Whether a running worker has no connection; null: unknown. SSISDB weighs most: a log line only says that there was a
 * connection once, and a service need not log that it ended.
 */
function isApart({ connection }: WorkerLook, online: boolean | null): boolean | null {
  const { handshake, log, tcp } = connection;
  // Its master is away, so nobody can be connected.
  if (handshake.thumbprint === null) return null;
  if (online !== null) return !online && tcp !== true;
  // What looks like a refusal in a log may be none, in a language nobody here reads.
  if (tcp === true) return log?.state === 'refused' ? null : false;
  if (log?.state === 'connected') return false;
  // A silent log does not say that there is no connection.
  return tcp === null && log?.state !== 'refused' ? null : true;
}
