import { CertopsError } from '../../../domain/errors.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../domain/time.ts';
import type { ChatAdapter, Posting } from '../../../ports/chat.ts';
import type { SteadyClock } from '../../../ports/clock.ts';
import { call, isDefinite, isFixed, isGone, isRefused } from '../chats/call.ts';
import type { Place } from '../chats/places.ts';
import { calledBy, onPlatform, readersOf } from '../chats/posting.ts';
import type { Desk } from '../desk.ts';
import type { Card } from './card.ts';
import { createRecordedCards, type Unrecorded } from './recorded-cards.ts';

/** How many copies of one card in one channel are kept up to date: the newest. Earlier ones may have been replaced. */
const COPIES = 4;

interface CardBringer {
  /** Whether the place lacks this card, or shows an older state of it. */
  isOpen(card: Card): boolean;
  bring(card: Card): Promise<void>;
  /** The message that shows the card; null if there is none. */
  messageOf(card: Card): string | null;
  /** Somebody may have deleted the card, so it is looked at again. */
  doubt(card: Card): void;
}

interface BringerDeps {
  readonly desk: Desk;
  readonly chat: ChatAdapter;
  readonly place: Place;
  readonly clock: SteadyClock;
  /** Cards wanted before this may have been posted by an earlier process. Milliseconds since 1970. */
  readonly startedAt: number;
  /** Whether this channel is the one to mention people: each person is called once on a platform. */
  readonly mayCall: (key: string) => boolean;
}

/**
 * Brings cards to one channel: posted first, then recorded. The process may die in between, so a card that may have
 * been posted is looked for before it is posted again.
 */
export function createCardBringer({ desk, chat, place, clock, startedAt, mayCall }: BringerDeps): CardBringer {
  const recorded = createRecordedCards(desk, place);
  /** What each message shows, as far as this process knows. */
  const shown = new Map<string, string>();
  const gone = new Set<string>();
  /** Those of them that nobody deleted: the card is posted anew whenever it changes. */
  const fixed = new Set<string>();
  /** When each card was last posted, by the steady clock. */
  const postedAt = new Map<string, number>();
  /** In the channel, but not in the journal yet: a disk that refuses writes must not cause a second post. */
  const unrecorded = new Map<string, Unrecorded>();
  const doubts = new Map<string, boolean>();
  /** Deleted more than once, or long over: the person who deleted them does not want them back. */
  const unwanted = new Set<string>();

  /**
   * The key by which a chat finds it again. Two farms may share a channel, and only rotations have the farm in their
   * key.
   */
  const chatKey = ({ about, key }: Card): string => (about === 'rotation' ? key : `${desk.farm.name} ${key}`);
  const mayBeThere = (card: Card): boolean => doubts.get(card.key) ?? card.since <= startedAt;
  const living = (card: Card): readonly string[] =>
    recorded
      .of(card)
      .slice(-COPIES)
      .filter((message) => !gone.has(message));

  /** The message of a word that no longer says what it should; null if there is none, or if it is never changed. */
  function staleWord(card: Card): string | null {
    if (card.changes === undefined) return null;
    const message = recorded.toldIn(card);
    return message === null || gone.has(message) || shown.get(message) === card.text ? null : message;
  }

  function isOpen(card: Card): boolean {
    if (unwanted.has(card.key)) return false;
    if (unrecorded.has(card.key)) return true;
    const messages = recorded.of(card);
    if (card.about !== 'rotation') return messages.length === 0 ? card.changes !== 'over' : staleWord(card) !== null;
    const alive = living(card);
    // A channel that is new to the farm is not filled with what ended long before.
    if (messages.length === 0 && closedFor(card) > DAY_MS) return false;
    const isStale = alive.some((message) => shown.get(message) !== card.text);
    if (place.former === true) return isStale && closedFor(card) <= DAY_MS;
    return alive.length === 0 || isStale;
  }

  async function bring(card: Card): Promise<void> {
    await record(card);
    if ((await isThere(card)) || place.former === true) return;
    const before = recorded.of(card);
    const isDeleted = before.length > 0 && !fixed.has(before.at(-1) ?? '');
    if (before.length > 0 && (closedFor(card) > HOUR_MS || (isDeleted && recorded.isAgain(card)))) {
      unwanted.add(card.key);
      return;
    }
    if (mayBeThere(card) && (await find(card))) return;
    await post(card, { isFirst: before.length === 0, again: isDeleted });
  }

  /** Updates every copy; false if there is none, or if somebody has deleted them all. */
  async function isThere(card: Card): Promise<boolean> {
    const alive = living(card);
    if (card.about !== 'rotation') {
      const stale = staleWord(card);
      if (stale !== null) await update(card, stale);
      return alive.length > 0 || card.changes === 'over';
    }
    for (const message of alive) if (shown.get(message) !== card.text) await update(card, message);
    return living(card).length > 0;
  }

  async function update(card: Card, message: string): Promise<void> {
    try {
      await call(clock, chat.update(place.id, message, card.view, postingOf(card, [])));
      shown.set(message, card.text);
    } catch (error) {
      // A channel may have been exchanged because it is there no longer.
      if (!isGone(error) && !(place.former === true && isRefused(error))) throw error;
      if (isFixed(error)) {
        if (message === recorded.of(card).at(-1)) waitForNext(card);
        fixed.add(message);
      }
      gone.add(message);
      shown.delete(message);
    }
  }

  /** Where nothing may be changed at all, a card that changes each second would fill the channel. */
  function waitForNext({ key }: Card): void {
    const leftMs = (postedAt.get(key) ?? Number.NEGATIVE_INFINITY) + MINUTE_MS - clock.steady();
    if (leftMs > 0)
      throw new CertopsError('ChatBusy', { platform: place.platform, retryAfterMs: leftMs, updatesOnly: true });
  }

  async function find(card: Card): Promise<boolean> {
    // A chat that does not let the bot look cannot tell.
    const message = await call(clock, chat.find(place.id, chatKey(card))).catch((error: unknown) => {
      if (isRefused(error)) return null;
      throw error;
    });
    doubts.set(card.key, false);
    if (message === null || recorded.of(card).includes(message)) return false;
    unrecorded.set(card.key, { message, again: recorded.of(card).length > 0, calls: true });
    await record(card);
    return isThere(card);
  }

  async function post(card: Card, { isFirst, again }: { isFirst: boolean; again: boolean }): Promise<void> {
    const mention = !isFirst || !mayCall(card.key) ? [] : onPlatform(desk.farm, place.platform, calledBy(card.view));
    doubts.set(card.key, true);
    const made = chat.post(place.id, card.view, postingOf(card, mention));
    // Also handles an answer that comes after nobody waits for it any longer.
    const kept = made.then((message) => {
      unrecorded.set(card.key, { message, again, calls: mention.length > 0 });
      shown.set(message, card.text);
      postedAt.set(card.key, clock.steady());
    });
    try {
      await call(clock, kept);
    } catch (error) {
      if (isDefinite(error)) doubts.set(card.key, false);
      throw error;
    }
    doubts.set(card.key, false);
    await record(card);
  }

  async function record(card: Card): Promise<void> {
    const one = unrecorded.get(card.key);
    if (one === undefined) return;
    const isKnown = card.about === 'rotation' ? recorded.of(card).includes(one.message) : recorded.of(card).length > 0;
    if (!isKnown) await desk.commit(() => ({ entries: [recorded.entryOf(card, one)], answer: null }));
    unrecorded.delete(card.key);
  }

  function postingOf(card: Card, mention: Posting['mention']): Posting {
    return {
      key: chatKey(card),
      locale: place.locale,
      mention,
      readers: card.rotation === null ? [] : readersOf(desk.farm, place.platform, card.rotation),
    };
  }

  /** How long its rotation has been over, in milliseconds; 0 while it is open. */
  const closedFor = ({ rotation }: Card): number =>
    rotation?.closed == null ? 0 : clock.now() - Date.parse(rotation.closed.at);

  return {
    isOpen,
    bring,
    messageOf: (card) => living(card).at(-1) ?? null,
    doubt: (card) => {
      for (const message of recorded.of(card)) shown.delete(message);
    },
  };
}
