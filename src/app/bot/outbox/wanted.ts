import { rejoinedIn } from '../../../domain/rotation/left-behind.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import type { CardView, NoticeView } from '../../../domain/views/view.ts';
import type { SteadyClock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import { channelsOf, type Place, personPlace, placesOf } from '../chats/places.ts';
import type { Desk } from '../desk.ts';
import { anewNotes } from '../notes/anew.ts';
import { type DueNote, NEWS_MS, notesDue, wordsDue } from '../notes/index.ts';
import { type Owed, owedNow } from '../planning/request-again.ts';
import { dueReminder, dueSample } from '../reminders/reminder-view.ts';
import { reminderText, settledReminders } from '../reminders/settled.ts';
import { cardOf } from '../views/card.ts';
import { undoneByHand } from '../views/closed/undone-by-hand.ts';
import { endedWords } from '../words/ended.ts';
import { toldWords } from '../words/index.ts';

/**
 * Closed cards are updated for this many of the newest rotations, and for those with news: people have put it back by
 * hand, or workers that were left behind are connected.
 */
const REFRESHED = 10;

/** A message that should be in some places, as it should look now. */
export interface Card {
  readonly about: 'rotation' | 'reminder' | 'word';
  readonly key: string;
  /** Since when it has been wanted, milliseconds since 1970. */
  readonly since: number;
  readonly view: CardView;
  /** Two views with the same text look the same. */
  readonly text: string;
  readonly rotation: RotationState | null;
  readonly places: readonly Place[];
  /** A word that is updated where it was posted; `over`: it is not posted anywhere new. */
  readonly changes?: 'live' | 'over';
}

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
        ...attempt('reminder', reminder),
        ...attempt('sample', sample),
        ...attempt('words', words),
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
      places,
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

  function reminder(): readonly Card[] {
    const due = dueReminder(desk);
    const standing = settledReminders(desk);
    const cards = standing.map(({ day, isSettled, text, view }): Card => {
      // A place that does not have it yet still gets what is left.
      const isDue = day === due?.view.day && !isSettled;
      const card = once('reminder', `reminder ${day}`, due?.at ?? 0, isDue ? due.view : view);
      return { ...card, text, changes: isDue ? 'live' : 'over' };
    });
    if (due === null || standing.some(({ day }) => day === due.view.day)) return cards;
    const { view, at, hosts } = due;
    return [
      { ...once('reminder', `reminder ${view.day}`, at, view), text: reminderText(desk, view.day, hosts) },
      ...cards,
    ];
  }

  function sample(): readonly Card[] {
    const due = dueSample(desk);
    return due === null ? [] : [once('word', due.key, due.at, due.view)];
  }

  function words(): readonly Card[] {
    const live = toldWords(desk).map(({ key, at, view, isFor = () => true, ends = false }): Card => {
      const card = once('word', key, Date.parse(at), view);
      return { ...card, places: card.places.filter(isFor), ...(ends ? { changes: 'live' } : {}) };
    });
    const isLive = new Set(live.map(({ key }) => key));
    const over = endedWords(desk).filter(({ key }) => !isLive.has(key));
    return [
      ...live,
      ...over.map(({ key, at, view }): Card => {
        const card = once('word', key, Date.parse(at), view);
        return { ...card, text: JSON.stringify(view), changes: 'over' };
      }),
    ];
  }

  const once = (about: 'reminder' | 'word', key: string, since: number, view: CardView): Card => ({
    about,
    key,
    since,
    view,
    text: key,
    rotation: null,
    places: channelsOf(desk.farm),
  });

  return all;
}
