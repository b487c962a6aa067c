import type { RotationState } from '../../../domain/rotation/rotation.ts';
import type { CardView } from '../../../domain/views/view.ts';
import type { Desk } from '../desk.ts';
import { asOfItsEnd, cardOf } from '../views/card.ts';

/** How old a reused card may be: as old as one in a channel. Milliseconds. */
const GOOD_FOR_MS = 250;

interface Drawn {
  readonly view: CardView | null;
  readonly at: number;
  /** The card is drawn again as soon as one of these changes. */
  readonly restsOn: readonly unknown[];
}

const DRAWN = new WeakMap<Desk, Map<string, Drawn>>();

/**
 * The card for one more reader: drawn again if anything was decided since, else the one that the last reader got a
 * moment ago. When a card changes, every client of a chat asks for its own copy, all at once.
 */
export function drawnCard(desk: Desk, rotation: RotationState, queueUp: boolean): CardView | null {
  const drawn = DRAWN.get(desk) ?? new Map<string, Drawn>();
  DRAWN.set(desk, drawn);
  const { now } = desk.moment();
  const restsOn = basisOf(desk, rotation, queueUp);
  const known = drawn.get(rotation.id);
  if (known !== undefined && isGood(known, restsOn, now)) return known.view;
  for (const [id, { at }] of drawn) if (now - at >= GOOD_FOR_MS) drawn.delete(id);
  const view = asOfItsEnd(desk, rotation, cardOf(desk, rotation, queueUp));
  drawn.set(rotation.id, { view, at: now, restsOn });
  return view;
}

const isGood = ({ at, restsOn }: Drawn, now: readonly unknown[], ms: number): boolean =>
  ms >= at && ms - at < GOOD_FOR_MS && restsOn.every((one, place) => one === now[place]);

/** What people decided, and what they decide by; progress of the work is not part of it. */
function basisOf(desk: Desk, rotation: RotationState, queueUp: boolean): readonly unknown[] {
  const { plan, votes, gate, start, begunAt, stop, turned, resolve, resolved, closed } = rotation;
  const { freeze } = desk.state();
  const queue = desk.refusal() ?? queueUp;
  return [desk.farm, freeze, queue, plan, votes, gate, start, begunAt, stop, turned, resolve, resolved, closed];
}
