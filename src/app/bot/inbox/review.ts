import { peopleOf } from '../../../domain/approval/people.ts';
import type { Person } from '../../../domain/farm/farm.ts';
import { reminderDay } from '../../../domain/follow-up/reminders.ts';
import {
  calledLate,
  decideReview,
  type OpenReview,
  openReviews,
  reviewersOf,
} from '../../../domain/follow-up/review.ts';
import { saysNothing } from '../../../domain/request/grammar.ts';
import { isRefusal, type Message, type Refusal, type RotationId, refuse } from '../../../domain/values.ts';
import type { NoticeAction } from '../../../domain/views/view.ts';
import type { Answer } from '../../../ports/chat.ts';
import type { Desk } from '../desk.ts';
import { button, notice, refusal, say } from '../views/notices.ts';

interface Reviewing {
  readonly id: RotationId;
  readonly platform: string;
  /** What was found, in a sentence. */
  readonly note: string;
}

/** *Reviewed*, and `review ID`: the only way a review gets into the journal. */
export async function review(desk: Desk, person: Person | Refusal, { id, platform, note }: Reviewing): Promise<Answer> {
  const done = await desk.commit<Message | Refusal>((state) => {
    const decided = decideReview(desk.farm, state.rotations[id], person);
    if (isRefusal(decided)) return { entries: [], answer: decided };
    if (saysNothing(note)) return { entries: [], answer: refuse('review-what', { id }) };
    const by = { id: decided.person.id, name: decided.person.name };
    return { entries: [{ type: 'reviewed', id, by, platform, note }], answer: say('reviewed', { id }) };
  });
  return isRefusal(done) ? refusal(done, [button('show', 'show', { rotation: id }, { id })]) : notice([done]);
}

/** `status`: which reviews are open, when they are due, and whose they are. */
export const reviewLines = (desk: Desk): readonly Message[] => openOn(desk).map((open) => lineOf(desk, open));

/** `/ssis` alone: reviews that wait for this person; once one is late, everybody called for it sees it here too. */
export function reviewsFor(
  desk: Desk,
  person: Person,
): { lines: readonly Message[]; actions: readonly NoticeAction[] } {
  const theirs = openOn(desk).flatMap((open) => {
    const { id } = open.rotation;
    const { dueDay, late } = open;
    const may = reviewersOf(desk.farm, open.rotation).includes(person.id);
    if (!may && !(late && calledLate(desk.farm, open.rotation).includes(person.id))) return [];
    return [{ id, line: may ? say('summary.review', { id, dueDay, late }) : lineOf(desk, open) }];
  });
  return {
    lines: theirs.map(({ line }) => line),
    actions: theirs.map(({ id }) => button('show', 'show', { rotation: id }, { id })),
  };
}

function openOn({ farm, state, moment }: Desk) {
  const { day } = reminderDay(farm.reminders, farm.timeZone, moment().now);
  return openReviews(farm, state()).map((open) => ({ ...open, late: open.dueDay <= day }));
}

function lineOf({ farm }: Desk, { rotation, dueDay, late }: OpenReview & { readonly late: boolean }): Message {
  const names = peopleOf(farm, reviewersOf(farm, rotation)).map(({ name }) => name);
  return say('status.review', { id: rotation.id, dueDay, late, names });
}
