import { namedIn } from '../inventory/named.ts';
import { switchStage, wayBackTo } from '../plan/plan-phases.ts';
import { lastLookOrder, type RotationState } from '../rotation/rotation.ts';
import type { HostName } from '../values.ts';
import { latestOrder, mayHaveSwitched } from './stages.ts';

/**
 * Whether the certificate that a master is to go back to, or its key, is gone, by whatever was read last: a look, or
 * the runner that was to bind it again. If nobody can tell, it is not.
 */
export function isWayBackLost(rotation: RotationState, host: HostName): boolean {
  const { plan, orders, proofs } = rotation;
  const old = wayBackTo(rotation);
  const lead = plan === null ? undefined : switchStage(plan);
  if (old === null || lead === undefined || !lead.hosts.includes(host)) return false;
  const undo = latestOrder(rotation, host, lead.name, 'undo');
  const look = lastLookOrder(rotation, host);
  const isNewer = look !== null && (undo === undefined || orders.indexOf(look) > orders.indexOf(undo));
  const named = isNewer ? namedIn(proofs[host], old) : null;
  if (named !== null) return named.places.every(({ privateKey }) => privateKey === 'no');
  return undo?.outcome === 'unknown' && undo.code === 'OldCertificateGone';
}

/**
 * Whether people decided to leave a master as it is after the outage began: nobody is told to go back any more, because
 * there is nothing to go back to, or nobody who can say what.
 */
export const isLeftAsItIs = (rotation: RotationState): boolean =>
  rotation.turned !== null &&
  mayHaveSwitched(rotation) &&
  (rotation.plan === null ? [] : (switchStage(rotation.plan)?.hosts ?? [])).some(
    (host) => rotation.resolved[host]?.choice === 'leave-behind',
  );
