import { isWaiting, type RotationState, type Scheduled } from '../../../domain/rotation/rotation.ts';
import type { Message, RotationId } from '../../../domain/values.ts';
import { say } from './notices.ts';

/** When something that is approved and waits begins, or what it takes to begin at all. */
export const startsLine = (id: RotationId, { from, until, held }: Scheduled): Message =>
  held?.tooLate === true ? say('summary.starts-if-lifted', { id, liftBy: until }) : say('summary.starts', { id, from });

/** How far it has come, in a sentence. */
export function lineOf(rotation: RotationState, isDecided: boolean): Message {
  const { id, by, plan, start } = rotation;
  if (isWaiting(rotation) && start !== null) return startsLine(id, start);
  const data = { id, by: by.name };
  if (plan === null) return say('summary.looks', data);
  return say(isDecided ? 'summary.runs' : 'summary.waits', data);
}
