import { closedView } from '../../../src/app/bot/views/closed/closed-view.ts';
import type { Farm } from '../../../src/domain/farm/farm.ts';
import type { RotationState } from '../../../src/domain/rotation/rotation.ts';
import type { ClosedView } from '../../../src/domain/views/view.ts';

/** The card of one that has ended, where no compromised certificate is still in place. */
export const closedCard = (farm: Farm, rotation: RotationState, now: number): ClosedView | null =>
  closedView(farm, rotation, now, () => []);
