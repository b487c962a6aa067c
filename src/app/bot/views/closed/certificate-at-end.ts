import type { Farm } from '../../../../domain/farm/farm.ts';
import { proofsOf } from '../../../../domain/next/proof/proof.ts';
import { masterOf } from '../../../../domain/plan/plan-phases.ts';
import { isEndUnknown } from '../../../../domain/rotation/end-unknown.ts';
import { newMaster, type RotationState } from '../../../../domain/rotation/rotation.ts';
import { daysLeft } from '../../../../domain/time.ts';
import type { Instant, Thumbprint } from '../../../../domain/values.ts';
import type { ClosedView } from '../../../../domain/views/view.ts';
import { isOfWorkers } from '../evidence/own-certificates.ts';
import { ownEnd } from '../evidence/own-evidence.ts';
import { isReconnect, presentEnd, presentOf } from '../evidence/reconnected.ts';
import { isSeenUnbound, staysUnbound } from './closed-evidence.ts';
import { unprovedIn } from './left-as-it-is.ts';
import { isMasterUndone, undoneByHand } from './undone-by-hand.ts';

/** What the master presents, or that nothing is bound, and when the certificate in use ends, where that is known. */
export function certificateAtEnd(
  farm: Farm,
  rotation: RotationState,
  at: Instant,
  { forth, ran }: { readonly forth: boolean; readonly ran: boolean },
): Pick<ClosedView, 'presented' | 'unbound' | 'goodUntil' | 'daysLeft'> {
  const { port } = farm.endpoint;
  const isProved = unprovedIn(rotation) === null;
  const unbound = staysUnbound(rotation, forth);
  const presents = ran && isProved && !isMasterUndone(rotation) && !unbound;
  const thumbprint = presents ? presentedAtEnd(rotation, forth) : null;
  const isTold = isProved && !isEndUnknown(rotation) && undoneByHand(rotation) === null;
  const goodUntil = isTold ? endOf(rotation, forth) : null;
  return {
    presented:
      thumbprint === null
        ? null
        : { target: `${rotation.plan === null ? '' : masterOf(rotation.plan)}:${port}`, thumbprint },
    ...(ran && unbound ? { unbound: { port, seen: isSeenUnbound(rotation, proofsOf(rotation, 'back')) } } : {}),
    goodUntil,
    // As it was at the end: nothing refreshes a closed card.
    daysLeft: goodUntil === null ? null : daysLeft(goodUntil, Date.parse(at)),
  };
}

const presentedAtEnd = (rotation: RotationState, forth: boolean): Thumbprint | null =>
  forth ? (presentOf(rotation) ?? newMaster(rotation)) : (rotation.plan?.header.old?.thumbprint ?? null);

/** When the certificate that is in use now ends; null if nobody can tell. */
function endOf(rotation: RotationState, forth: boolean): string | null {
  if (isReconnect(rotation)) return forth ? presentEnd(rotation) : null;
  // The machine uses another one than the plan says.
  if (!forth && rotation.turned?.code === 'OldNotInUse') return null;
  if (isOfWorkers(rotation)) return ownEnd(rotation, forth);
  return forth ? goodUntil(rotation) : (rotation.plan?.header.old?.notAfter ?? null);
}

/** When the new certificate ends, as a fresh look on the master saw it; null if none did. */
function goodUntil(rotation: RotationState): string | null {
  const masters = (rotation.plan?.slices ?? []).filter(({ roles }) => roles.includes('master'));
  const looks = masters.flatMap(({ host }) => rotation.proofs[host] ?? []);
  const seen = looks.find(({ master }) => master !== null)?.master?.certificate;
  return seen?.thumbprint === newMaster(rotation) ? (seen?.notAfter ?? null) : null;
}
