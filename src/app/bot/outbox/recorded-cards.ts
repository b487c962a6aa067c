import type { BotEntry } from '../../../domain/journal/entries.ts';
import { toldKey } from '../../../domain/rotation/standing-word.ts';
import type { Place } from '../chats/places.ts';
import type { Desk } from '../desk.ts';
import type { Card } from './card.ts';

/** A card that has been posted, and that the journal does not have yet. */
export interface Unrecorded {
  readonly message: string;
  readonly again: boolean;
  readonly calls: boolean;
}

/** What the bot's journal has of cards in one place. */
interface RecordedCards {
  /** The messages that show a rotation's card, the oldest first; of a word or a reminder that was told, its key. */
  of(card: Card): readonly string[];
  /** Whether its rotation's card was posted a second time already. */
  isAgain(card: Card): boolean;
  /** The message of a word or a reminder; null if it was not told here. */
  toldIn(card: Card): string | null;
  /** What is recorded of a card that was posted here. */
  entryOf(card: Card, posted: Unrecorded): BotEntry;
}

/** Reads the state at each call: what was recorded a moment ago counts. */
export function createRecordedCards(desk: Desk, place: Place): RecordedCards {
  const isHere = (one: { readonly platform: string; readonly channel: string }): boolean =>
    one.platform === place.platform && one.channel === place.id;
  const posted = (id: string) => (desk.state().rotations[id]?.posted ?? []).filter(isHere);

  return {
    of({ about, key }) {
      const state = desk.state();
      if (about === 'rotation') return posted(key).map(({ message }) => message);
      const isTold =
        about === 'word'
          ? state.told.includes(toldKey(place.platform, place.id, key))
          : state.reminded.some((one) => `reminder ${one.day}` === key && isHere(one));
      return isTold ? [key] : [];
    },
    isAgain: ({ key }) => posted(key).some(({ again }) => again),
    toldIn({ about, key }) {
      const { words, reminded } = desk.state();
      const told = about === 'reminder' ? reminded.map((one) => ({ ...one, key: `reminder ${one.day}` })) : words;
      return told.findLast((one) => one.key === key && isHere(one))?.message ?? null;
    },
    entryOf({ about, key }, one) {
      const { platform, id: channel } = place;
      const { message } = one;
      const due = desk.state().reminding;
      if (about === 'reminder' && due !== null && key === `reminder ${due.day}`)
        return { type: 'reminded', day: due.day, hosts: due.hosts, platform, channel, message };
      return {
        type: 'posted',
        id: key,
        platform,
        channel,
        message,
        ...(one.again ? { again: true } : {}),
        ...(one.calls ? { calls: true } : {}),
      };
    },
  };
}
