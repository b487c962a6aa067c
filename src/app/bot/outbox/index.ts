import { wallTime } from '../../../domain/time.ts';
import type { ChatAdapter } from '../../../ports/chat.ts';
import type { SteadyClock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import { type Place, placeKey } from '../chats/places.ts';
import type { ChannelHealth } from '../chats/quiet-chats.ts';
import type { Desk } from '../desk.ts';
import { CALL_NOTE } from '../notes/index.ts';
import { createBoard } from './board.ts';
import { createCardBringer } from './bring-card.ts';
import { createNoteBringer } from './bring-note.ts';
import { createCallers } from './callers.ts';
import type { Card } from './card.ts';
import { createLane, type Lane, type Task } from './lane.ts';
import type { WantedNote } from './wanted.ts';

interface Outbox {
  start(): void;
  /** A chat has been started: whatever it lacks goes out now. */
  poke(): void;
  /** How well each channel of the farm accepts what it is sent. */
  channels(): readonly ChannelHealth[];
  stop(): Promise<void>;
}

export interface OutboxDeps {
  readonly chats: readonly ChatAdapter[];
  /** Nothing is sent through a chat that has not been started. */
  readonly isStarted: (chat: ChatAdapter) => boolean;
  readonly queueUp: () => boolean;
  readonly clock: SteadyClock;
  readonly log: Log;
}

/** No card is changed more often than this, however quick its chat is. Milliseconds. */
const LEAST_PACE_MS = 250;

/**
 * Brings cards, notes and reminders of one farm to every place where they belong. What is said is recorded elsewhere,
 * first; here it is sent, by one lane per place, so that no place waits for another.
 */
export function createOutbox(desk: Desk, deps: OutboxDeps): Outbox {
  const { clock, log } = deps;
  const lanes = new Map<string, { readonly place: Place; readonly lane: Lane }>();
  /** When each platform last accepted something, by the steady clock. */
  const answered = new Map<string, number>();
  const stopping = new AbortController();
  const startedAt = { now: clock.now(), steady: clock.steady() };
  const callers = createCallers(desk, { failingSince, now: () => clock.now() });
  const board = createBoard(desk, { ...deps, stopping: stopping.signal, drawn });

  function drawn(): void {
    if (stopping.signal.aborted) return;
    const { cards, notes } = board.wanted();
    for (const { places } of [...cards, ...notes]) for (const place of places) open(place);
    pokeAll();
  }

  function open(place: Place): void {
    const chat = deps.chats.find(({ platform }) => platform === place.platform);
    const key = placeKey(place);
    if (chat === undefined || lanes.has(key)) return;
    const tasks = tasksOf(place, chat);
    const failed = (): void => pokeAll((one) => one.platform === place.platform && one.id !== place.id);
    lanes.set(key, { place, lane: createLane({ name: key, tasks, clock, log, failed }) });
  }

  function failingSince(place: Pick<Place, 'platform' | 'id'>): number | null {
    return lanes.get(placeKey(place))?.lane.failingSince() ?? null;
  }

  /** A chat that cannot be started accepts nothing either, though no lane tries. */
  function healthOf({ platform, id }: Pick<Place, 'platform' | 'id'>): ChannelHealth {
    const chat = deps.chats.find((one) => one.platform === platform);
    if (chat !== undefined && !deps.isStarted(chat)) {
      const since = wallTime(startedAt.steady, { now: clock.now(), steady: clock.steady() });
      return { platform, id, failingSince: since, isProved: false };
    }
    const lane = lanes.get(placeKey({ platform, id }))?.lane;
    return { platform, id, failingSince: lane?.failingSince() ?? null, isProved: lane?.isProved() ?? false };
  }

  function pokeAll(which: (place: Place) => boolean = () => true): void {
    for (const { place, lane } of lanes.values()) if (which(place)) lane.poke();
  }

  function tasksOf(place: Place, chat: ChatAdapter): () => readonly Task[] {
    const isHere = ({ places }: Card | WantedNote): boolean =>
      places.some(({ platform, id }) => platform === place.platform && id === place.id);
    const cards = createCardBringer({
      desk,
      chat,
      place,
      clock,
      startedAt: startedAt.now,
      mayCall: (key) => callers.byCard(key, place),
    });
    const mayCall = (note: WantedNote): boolean => callers.byNote(note, place);
    const notes = createNoteBringer({ desk, chat, place, clock, mayCall });

    const cardTask = (card: Card): Task => ({
      key: card.key,
      paceMs: Math.max(LEAST_PACE_MS, chat.updateEveryMs),
      updates: cards.messageOf(card) !== null,
      async run() {
        await cards.bring(card);
        answers(place);
      },
    });

    const noteTask = (note: WantedNote, card: Card | null): Task => ({
      key: `${note.rotation.id} ${note.name}`,
      paceMs: 0,
      updates: false,
      async run() {
        const message = card === null ? '' : cards.messageOf(card);
        if (message === null) return;
        // A chat that was away has to show that it is back before it is sent what it may already have.
        if (notes.isDoubtful(note) && card !== null && failingSince(place) !== null) {
          cards.doubt(card);
          await cards.bring(card);
        }
        await notes.bring(note, message).catch((error: unknown) => {
          if (card !== null) cards.doubt(card);
          throw error;
        });
      },
    });

    return () => {
      if (!deps.isStarted(chat)) return [];
      const wanted = board.wanted();
      const here = wanted.cards.filter(isHere);
      const below = wanted.notes.filter(isHere).flatMap((note): readonly Task[] => {
        if (!notes.isOpen(note) || (note.name === CALL_NOTE && !callers.instead(note, place))) return [];
        if (place.id.startsWith('@')) return mayTell(notes.failedAt(note), place) ? [noteTask(note, null)] : [];
        const card = here.find(({ key }) => key === note.rotation.id);
        return card === undefined || cards.messageOf(card) === null ? [] : [noteTask(note, card)];
      });
      return [...here.filter(cards.isOpen).map(cardTask), ...below];
    };
  }

  function answers({ platform }: Place): void {
    answered.set(platform, clock.steady());
    pokeAll((place) => place.platform === platform && place.id.startsWith('@'));
  }

  /** What a person may have been told is sent again only after the platform has accepted something else. */
  function mayTell(failedAt: number | null, { platform }: Place): boolean {
    if (failedAt === null || !desk.farm.channels.some((channel) => channel.platform === platform)) return true;
    return (answered.get(platform) ?? Number.NEGATIVE_INFINITY) > failedAt;
  }

  return {
    start: () => board.start(),
    poke: () => pokeAll(),
    channels: () => desk.farm.channels.map(healthOf),
    async stop() {
      stopping.abort();
      await Promise.all([...lanes.values()].map(({ lane }) => lane.stop()));
    },
  };
}

export type { Lane } from './lane.ts';
