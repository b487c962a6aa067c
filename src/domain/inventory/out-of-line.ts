import { type Farm, hostsWith } from '../farm/farm.ts';
import type { WorkerLook } from '../machine/host-facts.ts';
import { presentedIn } from '../machine/presented.ts';
import { speaking } from '../machine/proof-roles.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import { lostUnseen } from '../rotation/looked-since.ts';
import { pinOf } from '../rotation/standing.ts';
import type { HostName, Instant, Thumbprint } from '../values.ts';

/**
 * Whether a worker pins this certificate of its master and trusts it or its issuer; null: it pins it, but its trust is
 * unknown. `selfSigned`: null if nobody has read the certificate.
 */
export function isInLine(
  worker: WorkerLook,
  { thumbprint, selfSigned }: { readonly thumbprint: Thumbprint; readonly selfSigned: boolean | null },
): boolean | null {
  const { trustsPinned, connection } = worker;
  if (pinOf(worker) !== thumbprint) return false;
  // Windows knows more ways to a root than a look does, and a connected worker has found one. A self-signed certificate
  // has only Root, and the connection may be older than its removal from there.
  const isConnected = connection.handshake.thumbprint === thumbprint && speaking(connection).length > 0;
  return trustsPinned !== true && selfSigned !== true && isConnected ? true : trustsPinned;
}

/** A worker compared with its master, by the newest looks. */
export interface Alignment {
  readonly host: HostName;
  readonly master: HostName;
  readonly pinned: string;
  readonly presented: Thumbprint;
  /** It pins and trusts what its master presents; null: it pins it, but its trust is unknown. */
  readonly inLine: boolean | null;
  /** Since when both have been seen in their present state. */
  readonly since: Instant;
  /** Since when the master has been seen presenting this. */
  readonly presentedSince: Instant;
  /** The worker was looked at after its master was seen presenting this, which is not past; else nobody can tell. */
  readonly isSeen: boolean;
  /** After the look at its master the worker has reached what it pins: the master must present that now. */
  readonly isPast: boolean;
}

/**
 * How each worker of a farm compares with what its master presents. Empty if no master was seen presenting anything.
 * Machines whose journal was lost, as when it was put back from a copy, are left out until they are looked at: its old
 * looks are heard once more, and say nothing about now.
 */
export function alignments(farm: Farm, state: FarmState): readonly Alignment[] {
  const { standings } = state;
  const latest = withoutReheard(state);
  const masters = hostsWith(farm, 'master').flatMap(({ name }) => latest[name] ?? []);
  const presented = presentedIn(masters);
  const presenting = masters.find((look) => presentedIn([look]) === presented);
  const master = presenting?.host;
  const shown = master === undefined ? null : (standings[master]?.presents ?? null);
  if (presented === null || presenting === undefined || master === undefined || shown === null) return [];
  const certificate = presenting.master?.certificate ?? null;
  const selfSigned = certificate?.thumbprint === presented ? certificate.selfSigned : null;
  return hostsWith(farm, 'worker').flatMap(({ name: host }): readonly Alignment[] => {
    const look = latest[host];
    const pins = standings[host]?.pins ?? null;
    if (look === undefined || look.worker === null || pins === null) return [];
    const pinned = pinOf(look.worker);
    const inLine = isInLine(look.worker, { thumbprint: presented, selfSigned });
    const since = [pins.since, shown.since].sort().at(-1) ?? shown.since;
    const reached = look.worker.connection.handshake.thumbprint;
    const isPast = pinned !== presented && reached === pinned && look.at > presenting.at;
    const isSeen = look.at >= shown.since && !isPast;
    return [{ host, master, pinned, presented, inLine, since, presentedSince: shown.since, isSeen, isPast }];
  });
}

function withoutReheard(state: FarmState): FarmState['latest'] {
  const lost: readonly string[] = lostUnseen(state);
  if (lost.length === 0) return state.latest;
  return Object.fromEntries(Object.entries(state.latest).filter(([name]) => !lost.includes(name)));
}
