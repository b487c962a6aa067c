import { peopleOf, policyFor } from '../approval/people.ts';
import type { Farm, Person } from '../farm/farm.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import { type RotationState, startedAt } from '../rotation/rotation.ts';
import { isRefusal, type Refusal, type RotationId, refuse } from '../values.ts';
import { dayAfter } from './reminders.ts';

/** Default number of days within which somebody reviews what was done about a compromised key. */
const REVIEW_DAYS = 3;

/** A review that nobody has made yet. */
export interface OpenReview {
  readonly rotation: RotationState;
  /** `YYYY-MM-DD` in the farm's time zone: it nags from that day on. */
  readonly dueDay: string;
}

/** Whether it needs a review: it was about a compromised key, was started, and has ended, whatever the outcome. */
export const isReviewed = (rotation: RotationState): boolean =>
  rotation.wish.compromised && !rotation.dry && rotation.closed !== null && startedAt(rotation) !== null;

/** Open reviews, oldest first. */
export const openReviews = (farm: Farm, { order, rotations }: FarmState): readonly OpenReview[] =>
  order.flatMap((id) => {
    const rotation = rotations[id];
    if (rotation === undefined || rotation.closed === null || rotation.reviewed !== null || !isReviewed(rotation))
      return [];
    return [{ rotation, dueDay: dueDayOf(farm, rotation.closed.at) }];
  });

const dueDayOf = ({ approval, timeZone }: Farm, closedAt: string): string =>
  dayAfter(approval.reviewDays ?? REVIEW_DAYS, timeZone, Date.parse(closedAt));

/**
 * Ids of people who may review it: approvers who neither asked nor approved; if there are none, all approvers but the
 * requester.
 */
export function reviewersOf(farm: Farm, { wish, by, votes }: RotationState): readonly string[] {
  const all = [...new Set([...policyFor(farm, wish).approvers, ...farm.approval.approvers])];
  const others = all.filter((id) => id !== by.id);
  const fresh = others.filter((id) => !votes.some((vote) => vote.vote === 'approve' && vote.by.id === id));
  return fresh.length > 0 ? fresh : others;
}

/** Who is mentioned once a review is late: everybody who may approve such a request, except the requester. */
export const calledLate = (farm: Farm, { wish, by }: RotationState): readonly string[] =>
  [...new Set([...policyFor(farm, wish).approvers, ...farm.approval.approvers])].filter((id) => id !== by.id);

/** Decides about a review, for every entry point. `person` may be the refusal from resolving the account. */
export function decideReview(
  farm: Farm,
  rotation: RotationState | undefined,
  person: Person | Refusal,
): { readonly rotation: RotationState; readonly person: Person } | Refusal {
  if (isRefusal(person)) return person;
  if (rotation === undefined) return refuse('unknown-id', {});
  const { id } = rotation;
  if (!isReviewed(rotation)) return refuse('no-review', { id });
  if (rotation.reviewed !== null)
    return refuse('reviewed-already', { id, by: rotation.reviewed.by.name, at: rotation.reviewed.at });
  const able = reviewersOf(farm, rotation);
  if (able.includes(person.id)) return { rotation, person };
  const others = peopleOf(farm, able).map(({ name }) => name);
  return refuse('may-not-review', { id, others, asked: rotation.by.id === person.id });
}

/** Late reviews to be announced for that day; null: there are none, or that day's message is out. */
export function nagDue(farm: Farm, state: FarmState, day: string): readonly RotationId[] | null {
  // The last day may be later than this one, if the hour was moved since.
  if (state.nagging !== null && state.nagging.day >= day) return null;
  const late = openReviews(farm, state).filter(({ dueDay }) => dueDay <= day);
  return late.length === 0 ? null : late.map(({ rotation }) => rotation.id);
}
