import { compromisedIn } from '../../../domain/follow-up/compromised.ts';
import { askedToGo } from '../../../domain/follow-up/retire.ts';
import { certificatesBefore, removedFrom } from '../../../domain/follow-up/rollback.ts';
import { NEW } from '../../../domain/plan/plan.ts';
import type { Wish } from '../../../domain/plan/wish.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import { instantOf } from '../../../domain/time.ts';
import type { RotationId } from '../../../domain/values.ts';
import type { PlanRequest } from '../../../plans/index.ts';
import type { Desk } from '../desk.ts';

/** What a plan of this rotation is made from now, or judged by once it exists. */
export const planRequest = (
  desk: Desk,
  { id, by, reason }: RotationState,
  { wish, looks }: { readonly wish: Wish; readonly looks: PlanRequest['looks'] },
): PlanRequest => ({
  farm: desk.farm,
  looks,
  id,
  wish,
  by,
  reason,
  at: instantOf(desk.moment().now),
  compromised: compromisedIn(desk.state()),
  before: certificatesBefore(desk.state(), wish),
  goes: wish.kind === 'retire' ? askedToGo(desk.state()) : [],
  removed: wish.of === null || wish.use === null ? [] : removedFrom(desk.state(), wish.use),
  word: wish.kind === 'reconnect' && wish.of !== null ? keyOfWord(desk, wish.of) : undefined,
});

const keyOfWord = (desk: Desk, id: RotationId): string | undefined => desk.state().rotations[id]?.made[NEW]?.report.key;
