import { unseenAtStart } from '../../../domain/next/start/start-looks.ts';
import { isWaiting, type RotationState } from '../../../domain/rotation/rotation.ts';
import type { Message } from '../../../domain/values.ts';
import { say } from './notices.ts';
import { obstacleOf } from './plan/obstacle.ts';

/** When something that is approved and waits begins, or what it takes to begin at all; null: it does not wait. */
export function startsLine(rotation: RotationState, now: number): Message | null {
  const { id, start } = rotation;
  if (!isWaiting(rotation) || start === null) return null;
  const { from, until, held } = start;
  if (held?.tooLate === true) return say('summary.starts-if-lifted', { id, liftBy: until });
  if (now < Date.parse(from)) return say('summary.starts', { id, from });
  const hosts = unseenAtStart(rotation, start);
  return say('summary.starts-late', { id, from, until, hosts, obstacle: obstacleOf(start) !== null });
}

/** How far it has come, in a sentence. */
export function lineOf(rotation: RotationState, isDecided: boolean, now: number): Message {
  const { id, by, plan } = rotation;
  const starts = startsLine(rotation, now);
  if (starts !== null) return starts;
  const data = { id, by: by.name };
  if (plan === null) return say('summary.looks', data);
  return say(isDecided ? 'summary.runs' : 'summary.waits', data);
}
