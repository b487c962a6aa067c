import { asKnownSince } from '../../../../domain/next/cause/cutover-cause.ts';
import type { Cause } from '../../../../domain/next/index.ts';
import { isEndUnknown } from '../../../../domain/rotation/end-unknown.ts';
import { leftIn } from '../../../../domain/rotation/left-behind.ts';
import { refusalIn } from '../../../../domain/rotation/refused-end.ts';
import { lastLookOrder, type RotationState } from '../../../../domain/rotation/rotation.ts';
import type { HostName, Message } from '../../../../domain/values.ts';
import { withLate } from '../evidence/why-late.ts';
import { whyMessage } from '../why.ts';
import { leftCutOff } from './gap-bars.ts';
import { whyAsItIs } from './left-as-it-is.ts';

/**
 * Of a machine that was silent, or could not write: whether it has answered a look since, which it has to record, so
 * that nobody starts what runs.
 */
function heardSince(rotation: RotationState, cause: Cause): Cause {
  const { code, host } = cause;
  const isHeard = host !== null && isLookedSince(rotation, host) && !leftIn(rotation).includes(host);
  return SILENT.includes(code) && isHeard ? { ...cause, data: { ...cause.data, answers: true } } : cause;
}

/** A look from before the changes, as when a request waited for its window, says nothing about what came then. */
function isLookedSince(rotation: RotationState, host: HostName): boolean {
  const { orders, proofs } = rotation;
  const look = lastLookOrder(rotation, host);
  const work = orders.findLastIndex(({ host: of, kind }) => of === host && kind !== 'look');
  return proofs[host] !== undefined && look !== null && orders.indexOf(look) > work;
}

const SILENT: readonly string[] = ['RunnerSilent', 'OrderLapsed', 'JournalNotWritable', 'OutcomeNotWritten'];

/** Why it went back, was refused or ended otherwise than asked; null if there is nothing to say. */
export function whyClosed(rotation: RotationState): Message | null {
  // Nobody here knows what became of that, nor whether its way on still helps.
  if (rotation.turned !== null && !isEndUnknown(rotation))
    return (
      whyAsItIs(rotation) ??
      whyMessage(heardSince(rotation, withLate(rotation, asKnownSince(rotation, rotation.turned))))
    );
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
    const { code, host, data } = refusalIn(rotation.closed.data);
    // These have sentences of their own, because they hold times, which are told by each reader's clock. Older journals
    // do not say what a freeze has to do with it.
    if (code === 'StartAfterEnd') return { id: 'why.start-after-end', data: { farm: '', frozen: null, ...data } };
    if (code === 'StartMissed') return { id: 'why.start-missed', data };
    return { id: 'why.refused', data: { code, host, data } };
  }
  const left = leftCutOff(rotation);
  return left.length > 0 ? { id: 'why.left', data: { hosts: left } } : null;
}
