import { peopleOf } from '../../../domain/approval/people.ts';
import type { Farm } from '../../../domain/farm/farm.ts';
import { calledLate, openReviews, reviewersOf } from '../../../domain/follow-up/review.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import { DAY_MS } from '../../../domain/time.ts';
import type { Desk } from '../desk.ts';
import { button, say } from '../views/notices.ts';
import { type ToldWord, WORD_IS_NEWS_MS } from './told-word.ts';

/** How long a rotation's end is news; after that only what is late is said. */
const ASKED_MS = 7 * DAY_MS;

/**
 * Asks once for a review of what was done about a stolen key; says once a day that it is late; and says who did it.
 * After an outage of days only the newest word is said, and none asks for what was reviewed meanwhile.
 */
export function reviewWords(desk: Desk): readonly ToldWord[] {
  const { farm } = desk;
  const state = desk.state();
  const { now } = desk.moment();
  return [...asked(farm, state, now), ...late(farm, state, now), ...made(state, now)];
}

const buttons = ({ id }: RotationState) => [
  { ...button('review', 'review', { rotation: id }, {}), asks: { what: say('review.what'), send: say('review.do') } },
  button('show', 'show', { rotation: id }, { id }),
];

function asked(farm: Farm, state: FarmState, now: number): readonly ToldWord[] {
  return openReviews(farm, state).flatMap(({ rotation, dueDay }): ToldWord[] => {
    const at = rotation.closed?.at ?? rotation.at;
    if (now - Date.parse(at) > ASKED_MS) return [];
    const calls = peopleOf(farm, reviewersOf(farm, rotation));
    const names = calls.map(({ name }) => name);
    const message = say('told.review', { id: rotation.id, by: rotation.by.name, dueDay, names });
    const view = { kind: 'notice', messages: [message], actions: buttons(rotation), calls } as const;
    return [{ key: `review ${rotation.id}`, at, view, ends: true }];
  });
}

function late(farm: Farm, state: FarmState, now: number): readonly ToldWord[] {
  const { nagging } = state;
  if (nagging === null || now - Date.parse(nagging.at) > DAY_MS) return [];
  return openReviews(farm, state)
    .filter(({ rotation }) => nagging.ids.includes(rotation.id))
    .map(({ rotation, dueDay }): ToldWord => {
      const calls = peopleOf(farm, calledLate(farm, rotation));
      const names = peopleOf(farm, reviewersOf(farm, rotation)).map(({ name }) => name);
      const message = say('told.review-late', { id: rotation.id, dueDay, names });
      const view = { kind: 'notice', messages: [message], actions: buttons(rotation), calls } as const;
      return { key: `review ${rotation.id} ${nagging.day}`, at: nagging.at, view, ends: true };
    });
}

function made({ order, rotations }: FarmState, now: number): readonly ToldWord[] {
  return order.flatMap((id): ToldWord[] => {
    const reviewed = rotations[id]?.reviewed ?? null;
    if (reviewed === null || now - Date.parse(reviewed.at) > WORD_IS_NEWS_MS) return [];
    const { by, note, at } = reviewed;
    const message = say('told.reviewed', { id, by: by.name, reason: note });
    return [{ key: `reviewed ${id}`, at, view: { kind: 'notice', messages: [message], actions: [] } }];
  });
}
