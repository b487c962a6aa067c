import type { Farm } from '../../../../domain/farm/farm.ts';
import { isReviewed } from '../../../../domain/follow-up/review.ts';
import { canGoBack } from '../../../../domain/follow-up/rollback.ts';
import { proofsOf } from '../../../../domain/next/proof/proof.ts';
import { retires } from '../../../../domain/plan/plan-phases.ts';
import { plainWish } from '../../../../domain/plan/wish.ts';
import { askedAgain, askFields } from '../../../../domain/request/ask-fields.ts';
import { requestWords } from '../../../../domain/request/request-line.ts';
import { isEndUnknown } from '../../../../domain/rotation/end-unknown.ts';
import { rejoinedIn, stillLeft } from '../../../../domain/rotation/left-behind.ts';
import { newMaster, type Outcome, type RotationState, startedAt } from '../../../../domain/rotation/rotation.ts';
import { isUntouched } from '../../../../domain/rotation/untouched.ts';
import type { Message } from '../../../../domain/values.ts';
import type { ClosedView } from '../../../../domain/views/view.ts';
import { againstIn } from '../evidence/evidence.ts';
import { workersOf } from '../evidence/gaps.ts';
import { isOfWorkers } from '../evidence/own-certificates.ts';
import { isReconnect } from '../evidence/reconnected.ts';
import { approvers } from '../running/running-view.ts';
import { certificateAtEnd } from './certificate-at-end.ts';
import { closedEvidence } from './closed-evidence.ts';
import { gapBars } from './gap-bars.ts';
import { unprovedIn, unprovedMaster } from './left-as-it-is.ts';
import { nextSteps } from './next-steps.ts';
import { isMasterUndone, undoneByHand } from './undone-by-hand.ts';
import { whyClosed } from './why-closed.ts';

/** The longest request that a button can carry; one that names more machines has to be typed again. */
const LONGEST_REQUEST = 600;

/** Refused for what no repetition changes: the channel is told when a removal is due, the rest stays so for good. */
const VAIN: readonly string[] = [
  ...['GraceNotOver', 'NothingToRetire', 'RollbackGone', 'RollbackRemoved', 'RollbackInUse', 'RollbackUnknown'],
  ...['ExistingExpired', 'ExistingCompromised', 'ExistingInUse'],
];

/** With these it ended on what it was to bring, at least in part; with any other as it was before. */
export const FORTH: readonly Outcome[] = ['proved', 'left-behind', 'partly', 'contained'];

/**
 * The card of a rotation that has ended; null while it is open, and for a dry run. `still`: where certificates are now
 * whose keys the card calls compromised.
 */
export function closedView(
  farm: Farm,
  rotation: RotationState,
  now: number,
  still: () => readonly Message[],
): ClosedView | null {
  const { closed, plan } = rotation;
  if (closed === null || closed.outcome === 'planned') return null;
  const forth = FORTH.includes(closed.outcome);
  const begunAt = closed.outcome === 'refused' ? null : startedAt(rotation);
  const ranFrom = isUntouched(rotation) ? null : begunAt;
  const ran = ranFrom !== null;
  return {
    kind: 'closed',
    // A request that is repeated from here gets a time of its own.
    wish: askedAgain(rotation.wish),
    id: rotation.id,
    farm: farm.name,
    outcome: closed.outcome,
    ...titleOf(rotation),
    tookMs: ran ? Date.parse(closed.at) - Date.parse(ranFrom) : null,
    by: rotation.by,
    reason: rotation.reason,
    approvedBy: approvers(rotation),
    endedBy: endedBy(rotation),
    // Why a removal failed is shown with the machines.
    why: ran && plan !== null && retires(plan) ? null : whyClosed(rotation),
    hosts: workersOf(rotation),
    ...certificateAtEnd(farm, rotation, closed.at, { forth, ran }),
    gaps: ran ? gapBars(rotation, forth, now) : [],
    gapLimitMs: plan?.header.gap.limitMs ?? farm.gap.limitMs,
    evidence: ran
      ? closedEvidence(rotation, proofsOf(rotation, forth ? 'forth' : 'back'), forth)
      : decidedAgainst(rotation),
    next: [...nextSteps(farm, rotation, forth), ...reviewStep(rotation)],
    ...(rotation.wish.compromised && begunAt !== null ? { stillThere: still() } : {}),
    ...asking(farm, rotation, forth && closed.outcome !== 'contained' && unprovedIn(rotation) !== 'workers'),
  };
}

/** Where nothing was changed: what is still wrong on machines that people decided about. */
function decidedAgainst(rotation: RotationState): ClosedView['evidence'] {
  const proofs = isUntouched(rotation) ? proofsOf(rotation, 'back') : [];
  return againstIn(proofs.filter(({ host }) => rotation.resolved[host] !== undefined));
}

/** What its title tells besides the outcome. */
function titleOf(rotation: RotationState): Pick<ClosedView, 'untold' | 'unproved' | 'everywhere' | 'undone'> {
  const unproved = unprovedIn(rotation);
  return {
    ...(isEndUnknown(rotation) ? { untold: true } : {}),
    ...(unproved === null ? {} : { unproved }),
    ...(isEverywhere(rotation) ? { everywhere: true } : {}),
    ...(isOverSince(rotation) ? { undone: true } : {}),
  };
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

/** What can be asked for from its card. */
function asking(
  farm: Farm,
  rotation: RotationState,
  isDone: boolean,
): Pick<ClosedView, 'askAgain' | 'rollBack' | 'asks'> {
  const back = canGoBack(rotation, farm) ? { ...plainWish('rollback'), of: rotation.id } : null;
  const again = askedAgain(rotation.wish);
  const askAgain = !isDone && !isVain(rotation) && requestWords(again).length <= LONGEST_REQUEST;
  return {
    askAgain,
    ...(back === null ? {} : { rollBack: requestWords(back) }),
    ...(askAgain || back !== null ? { asks: askFields([farm], askAgain ? again : plainWish('rollback')) } : {}),
  };
}

const isVain = ({ closed }: RotationState): boolean =>
  closed?.outcome === 'refused' && VAIN.includes(String(closed.data.code));

/** Whether somebody still has to review it, or has. */
function reviewStep(rotation: RotationState): readonly Message[] {
  if (!isReviewed(rotation)) return [];
  const { reviewed } = rotation;
  if (reviewed === null) return [{ id: 'next.review', data: { id: rotation.id } }];
  return [{ id: 'next.reviewed', data: { by: reviewed.by.name, at: reviewed.at, reason: reviewed.note } }];
}

function endedBy(rotation: RotationState): ClosedView['endedBy'] {
  if (rotation.stop !== null) return rotation.stop.by;
  return rotation.votes.find((vote) => vote.vote === 'deny')?.by ?? null;
}
