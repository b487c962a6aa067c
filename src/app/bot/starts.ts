import type { Scheduled } from '../../domain/rotation.ts';
import type { Message, RotationId } from '../../domain/values.ts';
import { say } from './notices.ts';

/** When what is approved and waits begins, or what it takes to begin at all. */
export const startsLine = (id: RotationId, { from, until, held }: Scheduled): Message =>
  held?.tooLate === true ? say('summary.starts-if-lifted', { id, liftBy: until }) : say('summary.starts', { id, from });
