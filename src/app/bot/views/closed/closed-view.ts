import type { Farm } from '../../../../domain/farm/farm.ts';
import { isReviewed } from '../../../../domain/follow-up/review.ts';
import { canGoBack } from '../../../../domain/follow-up/rollback.ts';
import { asKnownSince } from '../../../../domain/next/cause.ts';
import { proofsOf } from '../../../../domain/next/proof/proof.ts';
import { masterOf, retires } from '../../../../domain/plan/plan-phases.ts';
import { plainWish } from '../../../../domain/plan/wish.ts';
import { askedAgain, askFields } from '../../../../domain/request/ask-fields.ts';
import { requestWords } from '../../../../domain/request/request-line.ts';
import { isEndUnknown } from '../../../../domain/rotation/end-unknown.ts';
import { leftIn, rejoinedIn, stillLeft } from '../../../../domain/rotation/left-behind.ts';
import { newMaster, type RotationState, startedAt } from '../../../../domain/rotation/rotation.ts';
import { isUntouched } from '../../../../domain/rotation/untouched.ts';
import { daysLeft } from '../../../../domain/time.ts';
import type { Message } from '../../../../domain/values.ts';
import type { ClosedView } from '../../../../domain/views/view.ts';
import { keptOf } from '../evidence/evidence.ts';
import { type Gap, gapOf, workersOf } from '../evidence/gaps.ts';
import { isOfWorkers } from '../evidence/own-certificates.ts';
import { ownEnd } from '../evidence/own-evidence.ts';
import { isReconnect, presentEnd, presentOf } from '../evidence/reconnected.ts';
import { approvers } from '../running/running-view.ts';
import { whyMessage } from '../why.ts';
import { closedEvidence, isSeenUnbound, staysUnbound } from './closed-evidence.ts';
import { unprovedMaster, whyAsItIs } from './left-as-it-is.ts';
import { nextSteps } from './next-steps.ts';
import { goneFrom, nextAfter } from './retired.ts';
import { isMasterUndone, undoneByHand } from './undone-by-hand.ts';
import { withLate } from './why-late.ts';

/** The longest request that a button can carry; one that names more machines has to be typed again. */
const LONGEST_REQUEST = 600;

/**
 * The card of a rotation that has ended; null while it is open, and for a dry run. `still`: where certificates are now
 * whose keys the card calls compromised.
 */
export function closedView(
  farm: Farm,
  rotation: RotationState,
  now: number,
  still: () => readonly Message[] = () => [],
): ClosedView | null {
  const closed = rotation.closed;
  if (closed === null || closed.outcome === 'planned') return null;
  const forth = ['proved', 'left-behind', 'partly', 'contained'].includes(closed.outcome);
  const begunAt = startedAt(rotation);
  const began = begunAt !== null && closed.outcome !== 'refused';
  const ran = began && !isUntouched(rotation);
  const untold = isEndUnknown(rotation);
  const unproved = unprovedMaster(rotation) !== null ? 'master' : isNoneProved(rotation) ? 'workers' : null;
  const tellsEnd = !untold && unproved === null && undoneByHand(rotation) === null;
  const retire = rotation.plan !== null && retires(rotation.plan);
  const certificate = forth
    ? (presentOf(rotation) ?? newMaster(rotation))
    : (rotation.plan?.header.old?.thumbprint ?? null);
  const ends = endOf(rotation, forth);
  const proofs = ran ? proofsOf(rotation, forth ? 'forth' : 'back') : [];
  const unbound = staysUnbound(rotation, forth);
  const presents = ran && unproved === null && !isMasterUndone(rotation) && !unbound;
  return {
    kind: 'closed',
    // A request that is repeated from here gets a time of its own.
    wish: askedAgain(rotation.wish),
    id: rotation.id,
    farm: farm.name,
    outcome: closed.outcome,
    ...(untold ? { untold } : {}),
    ...(unproved === null ? {} : { unproved }),
    ...(isEverywhere(rotation) ? { everywhere: true as const } : {}),
    ...(isOverSince(rotation) ? { undone: true as const } : {}),
    tookMs: ran ? Date.parse(closed.at) - Date.parse(begunAt) : null,
    by: rotation.by,
    reason: rotation.reason,
    approvedBy: approvers(rotation),
    endedBy: endedBy(rotation),
    // Why a removal failed is shown with the machines.
    why: retire && ran ? null : why(rotation),
    hosts: workersOf(rotation),
    presented:
      presents && certificate !== null
        ? {
            target: `${rotation.plan === null ? '' : masterOf(rotation.plan)}:${farm.endpoint.port}`,
            thumbprint: certificate,
          }
        : null,
    ...(ran && unbound ? { unbound: { port: farm.endpoint.port, seen: isSeenUnbound(rotation, proofs) } } : {}),
    goodUntil: tellsEnd ? ends : null,
    // As it was at the end: nothing refreshes a closed card.
    daysLeft: ends === null || !tellsEnd ? null : daysLeft(ends, Date.parse(closed.at)),
    gaps: ran ? gapBars(rotation, forth, now) : [],
    gapLimitMs: rotation.plan?.header.gap.limitMs ?? farm.gap.limitMs,
    evidence: !ran ? [] : retire ? goneFrom(rotation) : closedEvidence(rotation, proofs, forth),
    next: [...(retire ? nextAfter(farm, rotation) : nextSteps(farm, rotation, forth)), ...reviewStep(rotation)],
    ...(rotation.wish.compromised && began ? { stillThere: still() } : {}),
    ...asking(farm, rotation, forth && closed.outcome !== 'contained' && unproved !== 'workers'),
  };
}

/** Workers were left as they are, who may be on either certificate, and no other is proved on what it was given. */
const isNoneProved = (rotation: RotationState): boolean =>
  isOfWorkers(rotation) && rotation.closed?.outcome === 'left-behind' && keptOf(rotation).length === 0;

/** How long each worker was cut off. */
function gapBars(rotation: RotationState, forth: boolean, now: number): ClosedView['gaps'] {
  const stillCutOff = leftCutOff(rotation);
  const left = leftIn(rotation);
  return workersOf(rotation)
    .map((host) => ({ host, gap: gapOf(rotation, host, now) }))
    .filter(({ gap }) => gap.cutAt !== null)
    .map(({ host, gap }) => ({
      host,
      ...(stillCutOff.includes(host)
        ? { ms: [], failed: true, still: true }
        : left.includes(host)
          ? { ms: isMeasured(gap, forth) ? gap.ms : [], failed: true }
          : { ms: gap.ms, failed: hasFailed(rotation, host) }),
    }));
}

/** Whether every worker that a new master certificate had left behind has been seen on it since. */
function isEverywhere(rotation: RotationState): boolean {
  const back = rejoinedIn(rotation);
  const isOnIt = back.every(({ presented }) => presented === newMaster(rotation));
  const isAll = back.length > 0 && stillLeft(rotation).length === 0;
  // A master that is a worker too is seen only as a worker: nobody has proved how it serves as the master.
  return rotation.closed?.outcome === 'left-behind' && isAll && isOnIt && unprovedMaster(rotation) === null;
}

/**
 * Whether what its title says was true only when it ended: for the master's own certificate the title speaks of the
 * master, else of the workers.
 */
function isOverSince(rotation: RotationState): boolean {
  if (!isOfWorkers(rotation) && !isReconnect(rotation)) return isMasterUndone(rotation);
  const undone = undoneByHand(rotation)?.hosts ?? [];
  return workersOf(rotation).some((host) => undone.includes(host));
}

/** Nobody knows how long a worker that was left behind was cut off, unless its own runner has reported the end. */
const isMeasured = ({ forthAt, backAt }: Gap, forth: boolean): boolean => (forth ? forthAt : backAt) !== null;

/** When the certificate that is in use now ends; null if nobody can tell. */
function endOf(rotation: RotationState, forth: boolean): string | null {
  if (isReconnect(rotation)) return forth ? presentEnd(rotation) : null;
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

/** What can be asked for from its card. */
function asking(
  farm: Farm,
  rotation: RotationState,
  isDone: boolean,
): Pick<ClosedView, 'askAgain' | 'rollBack' | 'asks'> {
  const back = canGoBack(rotation) ? { ...plainWish('rollback'), of: rotation.id } : null;
  const again = askedAgain(rotation.wish);
  const askAgain = !isDone && requestWords(again).length <= LONGEST_REQUEST;
  return {
    askAgain,
    ...(back === null ? {} : { rollBack: requestWords(back) }),
    ...(askAgain || back !== null ? { asks: askFields([farm], askAgain ? again : plainWish('rollback')) } : {}),
  };
}

/** Whether somebody still has to review it, or has. */
function reviewStep(rotation: RotationState): readonly Message[] {
  if (!isReviewed(rotation)) return [];
  const { reviewed } = rotation;
  if (reviewed === null) return [{ id: 'next.review', data: { id: rotation.id } }];
  return [{ id: 'next.reviewed', data: { by: reviewed.by.name, at: reviewed.at, reason: reviewed.note } }];
}

/** Whether everything was put back because of this host; a decision of people is not its failure. */
const hasFailed = ({ turned }: RotationState, host: string): boolean =>
  turned !== null &&
  turned.code !== 'PutBackDecided' &&
  turned.code !== 'LeftForPackages' &&
  [turned.host ?? turned.data.hosts, turned.data.failedToo].flat().includes(host);

function endedBy(rotation: RotationState): ClosedView['endedBy'] {
  if (rotation.stop !== null) return rotation.stop.by;
  return rotation.votes.find((vote) => vote.vote === 'deny')?.by ?? null;
}

function why(rotation: RotationState): Message | null {
  if (rotation.turned !== null)
    return whyAsItIs(rotation) ?? whyMessage(withLate(rotation, asKnownSince(rotation, rotation.turned)));
  const { stop } = rotation;
  if (rotation.closed?.outcome === 'withdrawn' && stop !== null && stop.reason !== '')
    return whyMessage({
      host: null,
      stage: null,
      step: null,
      code: 'StopAsked',
      data: { by: stop.by.name, reason: stop.reason },
    });
  const denial = rotation.votes.find((vote) => vote.vote === 'deny');
  if (rotation.closed?.outcome === 'denied' && denial !== undefined)
    return { id: 'why.denied', data: { by: denial.by.name, reason: denial.reason } };
  if (rotation.closed?.outcome === 'refused') {
    const { code, host, ...data } = rotation.closed.data;
    // These have sentences of their own, because they hold times, which are told by each reader's clock. Older journals
    // do not say what a freeze has to do with it.
    if (code === 'StartAfterEnd') return { id: 'why.start-after-end', data: { farm: '', frozen: null, ...data } };
    if (code === 'StartMissed') return { id: 'why.start-missed', data };
    return { id: 'why.refused', data: { code: code ?? '', host: host ?? null, data } };
  }
  const left = leftCutOff(rotation);
  return left.length > 0 ? { id: 'why.left', data: { hosts: left } } : null;
}

/**
 * Nobody knows that workers are cut off if the rotation was of their own certificates or a reconnect, or if a person
 * has put their master back since.
 */
function leftCutOff(rotation: RotationState): readonly string[] {
  const isLeft = rotation.closed?.outcome === 'left-behind' && !isOfWorkers(rotation) && !isReconnect(rotation);
  return isLeft && !whyAsItIs(rotation) && !isMasterUndone(rotation) ? stillLeft(rotation) : [];
}
