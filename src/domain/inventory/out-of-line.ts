import { type Farm, hostsWith } from '../farm/farm.ts';
import type { WorkerLook } from '../machine/host-facts.ts';
import { presentedIn } from '../machine/presented.ts';
import { speaking } from '../machine/proof-roles.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import { pinOf } from '../rotation/standing.ts';
import type { HostName, Instant, Thumbprint } from '../values.ts';

/**
 * Whether a worker pins this certificate of its master and trusts it, or who issued it; null: it pins it, and nobody
 * can tell whether it trusts it. `selfSigned`: null where nobody has read the certificate.
 */
export function isInLine(
  worker: WorkerLook,
  { thumbprint, selfSigned }: { readonly thumbprint: Thumbprint; readonly selfSigned: boolean | null },
): boolean | null {
  const { trustsPinned, connection } = worker;
  if (pinOf(worker) !== thumbprint) return false;
  // Windows knows more ways to a root than a look does, and a worker that is connected has found one. One that signed
  // itself has none but Root, and a connection may be older than its removal.
  const isConnected = connection.handshake.thumbprint === thumbprint && speaking(connection).length > 0;
  return trustsPinned !== true && selfSigned !== true && isConnected ? true : trustsPinned;
}

/** A worker beside its master, by the newest looks. */
export interface Alignment {
  readonly host: HostName;
  readonly master: HostName;
  readonly pinned: string;
  readonly presented: Thumbprint;
  /** It pins and trusts what its master presents; null: it pins it, and nobody can tell whether it trusts it. */
  readonly inLine: boolean | null;
  /** Since when both have been seen as they are. */
  readonly since: Instant;
  /** Since when the master has been seen to present this. */
  readonly presentedSince: Instant;
  /** The worker was looked at after its master was seen to present this; before that nobody can tell. */
  readonly isSeen: boolean;
}

/** How each worker of a farm stands to what its master presents. Empty where no master was seen to present anything. */
export function alignments(farm: Farm, { latest, standings }: FarmState): readonly Alignment[] {
  const masters = hostsWith(farm, 'master').flatMap(({ name }) => latest[name] ?? []);
  const presented = presentedIn(masters);
  const presenting = masters.find((look) => presentedIn([look]) === presented);
  const master = presenting?.host;
  const shown = master === undefined ? null : (standings[master]?.presents ?? null);
  if (presented === null || master === undefined || shown === null) return [];
  const certificate = presenting?.master?.certificate ?? null;
  const selfSigned = certificate?.thumbprint === presented ? certificate.selfSigned : null;
  return hostsWith(farm, 'worker').flatMap(({ name: host }): readonly Alignment[] => {
    const look = latest[host];
    const pins = standings[host]?.pins ?? null;
    if (look === undefined || look.worker === null || pins === null) return [];
    const pinned = pinOf(look.worker);
    const inLine = isInLine(look.worker, { thumbprint: presented, selfSigned });
    const since = [pins.since, shown.since].sort().at(-1) ?? shown.since;
    return [
      { host, master, pinned, presented, inLine, since, presentedSince: shown.since, isSeen: look.at >= shown.since },
    ];
  });
}
