import type { BotEntry } from '../../../domain/journal/entries.ts';
import { noteKey } from '../../../domain/rotation/rotation.ts';
import type { ChatAdapter, Mentioned } from '../../../ports/chat.ts';
import type { SteadyClock } from '../../../ports/clock.ts';
import { call, isDefinite, isGone } from '../chats/call.ts';
import type { Place } from '../chats/places.ts';
import { onPlatform } from '../chats/posting.ts';
import type { Desk } from '../desk.ts';
import type { WantedNote } from './wanted.ts';

/**
 * A note, unlike a card, cannot be looked for. So it is journaled before it is sent, and one that may have been sent
 * when the process died, or when the chat did not answer, is sent once more and then never again. At worst it appears
 * twice.
 */
const ATTEMPTS = 2;

interface NoteBringer {
  isOpen(note: WantedNote): boolean;
  /** Whether it may have been posted already; then the chat has to show first that it answers. */
  isDoubtful(note: WantedNote): boolean;
  /** When this process failed to send it, by the steady clock; null if it has not failed. */
  failedAt(note: WantedNote): number | null;
  /** `message`: the card that it goes below. */
  bring(note: WantedNote, message: string): Promise<void>;
}

/**
 * Brings notes to one place, below the card that they are about. `mayCall`: whether people are mentioned in it here.
 */
export function createNoteBringer(deps: {
  readonly desk: Desk;
  readonly chat: ChatAdapter;
  readonly place: Place;
  readonly clock: SteadyClock;
  readonly mayCall: (note: WantedNote) => boolean;
}): NoteBringer {
  const { desk, chat, place, clock, mayCall } = deps;
  /** Journaled, but refused by the chat since: the same attempt is used again. */
  const unused = new Set<string>();
  const unrecorded = new Map<string, string>();
  const unwanted = new Set<string>();
  const failed = new Map<string, number>();

  const keyOf = (note: WantedNote): string => `${note.rotation.id} ${note.name}`;
  const stateOf = ({ rotation, name }: WantedNote) =>
    desk.state().rotations[rotation.id]?.notes[noteKey(place.platform, place.id, name)] ?? {
      attempts: 0,
      calls: false,
      message: null,
    };

  async function bring(note: WantedNote, message: string): Promise<void> {
    const key = keyOf(note);
    if (!unrecorded.has(key)) await send(note, key, message);
    const sent = unrecorded.get(key);
    if (sent !== undefined) await commit(note, { type: 'noted', message: sent });
    unrecorded.delete(key);
  }

  async function send(note: WantedNote, key: string, message: string): Promise<void> {
    const mention = mayCall(note) ? onPlatform(desk.farm, place.platform, note.call) : [];
    if (!unused.has(key)) await commit(note, { type: 'noting', ...(mention.length > 0 ? { calls: true } : {}) });
    unused.delete(key);
    const made = speak(note, message, mention).then((id) => void unrecorded.set(key, id));
    try {
      await call(clock, made);
    } catch (error) {
      failed.set(key, clock.steady());
      // Its card was deleted meanwhile, and will be looked at first.
      if (isGone(error) && stateOf(note).attempts >= ATTEMPTS) unwanted.add(key);
      else if (isDefinite(error) && !isGone(error)) unused.add(key);
      throw error;
    }
  }

  async function speak({ notice }: WantedNote, message: string, mention: readonly Mentioned[]): Promise<string> {
    const { locale } = place;
    if (!place.id.startsWith('@')) return chat.note(place.id, message, { notice, locale, mention });
    await chat.tell(place.id.slice(1), notice, locale);
    return '';
  }

  function commit(
    { rotation, name }: WantedNote,
    what: { readonly type: 'noting'; readonly calls?: true } | { readonly type: 'noted'; readonly message: string },
  ): Promise<null> {
    const entry: BotEntry = { ...what, id: rotation.id, note: name, platform: place.platform, place: place.id };
    return desk.commit(() => ({ entries: [entry], answer: null }));
  }

  return {
    isOpen(note) {
      const key = keyOf(note);
      const { attempts, message } = stateOf(note);
      if (message !== null || unwanted.has(key)) return false;
      return unrecorded.has(key) || unused.has(key) || attempts < ATTEMPTS;
    },
    isDoubtful: (note) => stateOf(note).attempts > 0 && !unused.has(keyOf(note)) && !unrecorded.has(keyOf(note)),
    failedAt: (note) => failed.get(keyOf(note)) ?? null,
    bring,
  };
}
