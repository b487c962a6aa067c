import { untold } from '../../domain/compromised.ts';
import { asksAnew, type RotationState } from '../../domain/rotation.ts';
import { isRefusal, type RotationId } from '../../domain/values.ts';
import type { Wish } from '../../domain/wish.ts';
import type { Desk, Log } from './desk.ts';
import { request } from './request.ts';

const SOON_MS = 60_000;
/** Plans that ask nobody may have come in between. */
const NEWEST = 20;

/**
 * Facts that moved before a phase's first change, or what an approved rotation waited on: it ends, and the same is asked
 * anew under a new id, with a new plan. Votes do not carry over.
 */
export function requestAgain(desk: Desk, log: Log): void {
  const asked = new Set<RotationId>();
  desk.onChange(() => {
    const state = desk.state();
    const rotation = state.order
      .slice(-NEWEST)
      .flatMap((id) => state.rotations[id] ?? [])
      .findLast((one) => !one.dry);
    if (rotation === undefined || asked.has(rotation.id) || !moved(rotation, desk.moment().now)) return;
    asked.add(rotation.id);
    void anew(desk, rotation, log).catch((error: unknown) =>
      log.warn({ id: rotation.id, error: String(error) }, 'the request could not be made anew'),
    );
  });
}

/** A bot that starts later does not ask for what people have seen end long ago. */
const moved = (rotation: RotationState, now: number): boolean =>
  asksAnew(rotation) && now - Date.parse(rotation.closed?.at ?? '') < SOON_MS;

async function anew(desk: Desk, rotation: RotationState, log: Log): Promise<void> {
  const person = desk.farm.people.find((one) => one.id === rotation.by.id);
  if (person === undefined) return;
  const { reason, origin } = rotation;
  const again = await request(desk, {
    person,
    wish: wishAnew(rotation, desk.moment().now),
    reason,
    dry: false,
    origin,
  });
  if (isRefusal(again)) log.warn({ id: rotation.id, code: again.code }, 'the request could not be made anew');
}

/** A time that has passed is not asked for again: then it begins as if none had been said. */
const wishAnew = ({ wish }: RotationState, now: number): Wish =>
  wish.when.by === 'time' && Date.parse(wish.when.at) <= now ? { ...wish, when: untold(wish) } : wish;
