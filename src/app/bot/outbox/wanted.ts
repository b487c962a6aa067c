import { rejoinedIn } from '../../../domain/rotation/left-behind.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import type { CardView, NoticeView } from '../../../domain/views/view.ts';
import type { SteadyClock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import { formerPlaces, type Place, personPlace, placesOf } from '../chats/places.ts';
import type { Desk } from '../desk.ts';
import { anewNotes } from '../notes/anew.ts';
import { type DueNote, NEWS_MS, notesDue, wordsDue } from '../notes/index.ts';
import { type Owed, owedNow } from '../planning/request-again.ts';
import { cardOf } from '../views/card.ts';
import { undoneByHand } from '../views/closed/undone-by-hand.ts';
import type { Card } from './card.ts';
import { reminderCards, sampleCards, wordCards } from './standing-cards.ts';

/**
 * Closed cards are updated for this many of the newest rotations, and for those with news: people have put it back by
 * hand, or workers that were left behind are connected.
 */
const REFRESHED = 10;

/** A short message below a card, or to one person. */
export interface WantedNote extends DueNote {
  readonly rotation: RotationState;
  readonly notice: NoticeView;
  readonly places: readonly Place[];
}

export interface Wanted {
  readonly cards: readonly Card[];
  readonly notes: readonly WantedNote[];
}

/** When something about it was last heard after its end; NaN if nothing was. */
function lastHeard(rotation: RotationState): number {
  const times = [undoneByHand(rotation)?.at ?? [], rejoinedIn(rotation).map(({ at }) => at)].flat();
  return Date.parse(times.sort().at(-1) ?? '');
}

/** Returns a function that tells what all places should show at that moment. */
export function createDrawing(
  desk: Desk,
  { queueUp, clock, log }: { readonly queueUp: () => boolean; readonly clock: SteadyClock; readonly log: Log },
): () => Wanted {
  const closed = new WeakMap<RotationState, { view: CardView; text: string; among: string }>();
  const heard = new WeakMap<RotationState, number>();

  function all(): Wanted {
    const state = desk.state();
    const newest = state.order.slice(-REFRESHED);
    const rotations = state.order.flatMap((id) => {
      const rotation = state.rotations[id];
      if (rotation === undefined) return [];
      return rotation.closed === null || newest.includes(id) || isNews(rotation) ? [rotation] : [];
    });
    // Open ones first, then the newest: after an outage people want to see what they have to decide.
    const owed = attempt('anew', () => {
      const one = owedNow(desk);
      return one === null ? [] : [one];
    });
    const ordered = [...rotations].reverse().sort((a, b) => Number(a.closed !== null) - Number(b.closed !== null));
    const of = ordered.flatMap((rotation) => attempt(rotation.id, () => ofRotation(rotation, owed)));
    return {
      cards: [
        ...of.map(({ card }) => card),
        ...attempt('reminder', () => reminderCards(desk)),
        ...attempt('sample', () => sampleCards(desk)),
        ...attempt('words', () => wordCards(desk)),
      ],
      notes: of.flatMap(({ notes }) => notes),
    };
  }

  /** Cached, because it is asked about every rotation that there ever was. */
  function isNews(rotation: RotationState): boolean {
    const at = heard.get(rotation) ?? lastHeard(rotation);
    heard.set(rotation, at);
    return clock.now() - at < NEWS_MS;
  }

  /** A rotation that cannot be drawn must not keep the others from being drawn. */
  function attempt<T>(what: string, make: () => readonly T[]): readonly T[] {
    try {
      return make();
    } catch (error) {
      log.warn({ what, error: String(error) }, 'a card cannot be drawn');
      return [];
    }
  }

  function ofRotation(
    rotation: RotationState,
    owed: readonly Owed[],
  ): readonly { card: Card; notes: readonly WantedNote[] }[] {
    const drawing = draft(rotation);
    if (drawing === null) return [];
    const { view, text } = drawing;
    const places = placesOf(desk.farm, rotation);
    const card: Card = {
      about: 'rotation',
      key: rotation.id,
      since: Date.parse(rotation.at),
      view,
      text,
      rotation,
      places: [...places, ...formerPlaces(desk.farm, rotation)],
    };
    const moment = { farm: desk.farm, rotation, view, now: clock.now() };
    const anew = owed.filter((one) => one.rotation.id === rotation.id);
    const notes = [...notesDue(moment), ...anew.flatMap((one) => anewNotes(desk.farm, one, moment.now))].map(
      (note) => ({
        ...note,
        rotation,
        places,
      }),
    );
    const person = personPlace(desk.farm, rotation.by.id, rotation.origin.platform);
    const alone = person === null ? [] : wordsDue(moment).map((note) => ({ ...note, rotation, places: [person] }));
    return [{ card, notes: [...notes, ...alone] }];
  }

  function draft(rotation: RotationState): { view: CardView; text: string } | null {
    const { order, open } = desk.state();
    const among = `${order.length} ${open}`;
    const kept = closed.get(rotation);
    // Nobody goes back past a later rotation, until that is rolled back itself.
    if (kept?.among === among) return kept;
    const view = cardOf(desk, rotation, queueUp());
    if (view === null) return null;
    const drawing = { view, text: JSON.stringify(view), among };
    // What is still left of it may be removed by another rotation, or imported again.
    const mayChange = view.kind === 'closed' && view.stillThere !== undefined;
    if (rotation.closed !== null && !mayChange) closed.set(rotation, drawing);
    return drawing;
  }

  return all;
}
