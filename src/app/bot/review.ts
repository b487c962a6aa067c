import type { Person } from '../../domain/farm.ts';
import { peopleOf } from '../../domain/people.ts';
import { reminderDay } from '../../domain/reminders.ts';
import { saysNothing } from '../../domain/request/grammar.ts';
import { decideReview, openReviews, reviewersOf } from '../../domain/review.ts';
import { isRefusal, type Message, type Refusal, type RotationId, refuse } from '../../domain/values.ts';
import type { Answer } from '../../ports/chat.ts';
import type { Desk } from './desk.ts';
import { button, notice, refusal, say } from './notices.ts';

export interface Reviewing {
  readonly id: RotationId;
  readonly platform: string;
  /** What was found, in a sentence. */
  readonly note: string;
}

/** *Reviewed*, and `review ID`: the one way in which a review gets into the journal. */
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

/** `status`: which reviews are open, by when, and whose they are. */
export function reviewLines(desk: Desk): readonly Message[] {
  const { day } = reminderDay(desk.farm.reminders, desk.farm.timeZone, desk.moment().now);
  return openReviews(desk.farm, desk.state()).map(({ rotation, dueDay }) =>
    say('status.review', {
      id: rotation.id,
      dueDay,
      late: dueDay <= day,
      names: peopleOf(desk.farm, reviewersOf(desk.farm, rotation)).map(({ name }) => name),
    }),
  );
}
