import type { BotEntry } from '../../domain/entries.ts';
import { isCertopsError } from '../../domain/errors.ts';
import type { FarmChannel } from '../../domain/farm.ts';
import type { RotationState } from '../../domain/rotation.ts';
import type { CardView } from '../../domain/view.ts';
import type { ChatAdapter, Posting } from '../../ports/chat.ts';
import type { Clock } from '../../ports/clock.ts';
import { cardOf } from './card.ts';
import type { Desk, Log } from './desk.ts';
import { say } from './notices.ts';
import { postingOf } from './posting.ts';

/** Updates of one card are merged to one in so many milliseconds; the newest state wins. */
const MERGE_MS = 250;
/** A chat or a disk that refused is tried again after so long, even when nothing new happens. */
const TRY_AGAIN_MS = 5_000;
const HOUR_MS = 3_600_000;
/** Closed cards are brought up to date after a restart for so many of the newest rotations. */
const REFRESHED = 10;

type Place = Pick<FarmChannel, 'platform' | 'id' | 'language'>;

export interface Announcer {
  start(): void;
  stop(): Promise<void>;
  /** Resolves when every card shows the newest state, or chat has refused it. */
  settled(): Promise<void>;
}

/** Brings every rotation's card to every channel of the farm, and keeps it up to date. Recorded first, told after. */
export function createAnnouncer(
  desk: Desk,
  deps: {
    readonly chats: readonly ChatAdapter[];
    readonly queueUp: () => boolean;
    readonly clock: Clock;
    readonly log: Log;
  },
): Announcer {
  const { chats, queueUp, clock, log } = deps;
  const shown = new Map<string, string>();
  /** Messages that are in the channel and not in the journal yet: a disk that refuses must not post them again. */
  const unrecorded = new Map<string, string>();
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let wanted = false;
  let behind = false;
  let trying = false;

  function poke(): void {
    if (wanted || stopping.signal.aborted) return;
    wanted = true;
    running = running
      .then(async () => {
        wanted = false;
        behind = false;
        await round();
        if (behind) tryAgain();
        // The pause comes after the work, so the first change is told at once and the next ones are merged.
        await clock.sleep(MERGE_MS, stopping.signal).catch(() => {});
      })
      .catch((error: unknown) => log.warn({ error: String(error) }, 'a round of cards failed'));
  }

  /** What a chat missed it gets when it is back, though the rotation may have ended long ago. */
  function tryAgain(): void {
    if (trying) return;
    trying = true;
    void clock
      .sleep(TRY_AGAIN_MS, stopping.signal)
      .then(poke, () => {})
      .finally(() => {
        trying = false;
      });
  }

  async function round(): Promise<void> {
    const state = desk.state();
    const newest = state.order.slice(-REFRESHED);
    for (const id of state.order) {
      const rotation = state.rotations[id];
      if (rotation === undefined || (rotation.closed !== null && !newest.includes(id))) continue;
      const view = cardOf(desk, rotation, queueUp());
      if (view === null) continue;
      for (const channel of channelsOf(rotation)) await bring(rotation.id, channel, view);
    }
    await tellStrange();
  }

  function channelsOf(rotation: RotationState): readonly Place[] {
    const { origin } = rotation;
    if (rotation.dry)
      return chats.some((chat) => chat.platform === origin.platform)
        ? [{ platform: origin.platform, id: origin.channel, language: 'en' }]
        : [];
    return desk.farm.channels.filter((channel) => chats.some((chat) => chat.platform === channel.platform));
  }

  async function bring(key: string, channel: Place, view: CardView): Promise<void> {
    const chat = chats.find((one) => one.platform === channel.platform);
    if (chat === undefined) return;
    const place = `${channel.platform} ${channel.id} ${key}`;
    const json = JSON.stringify(view);
    if (shown.get(place) === json) return;
    const recorded = desk
      .state()
      .rotations[key]?.posted.findLast((one) => one.platform === channel.platform && one.channel === channel.id);
    const posting = postingOf(desk.farm, channel, key);
    const copy = unrecorded.get(place) ?? recorded?.message;
    try {
      if (copy === undefined || !(await changed(chat, channel.id, copy, view, posting))) {
        if (copy !== undefined && isPast(key)) return void shown.set(place, json);
        unrecorded.set(place, await chat.post(channel.id, view, posting));
      }
      const message = unrecorded.get(place);
      if (message !== undefined) {
        const entry: BotEntry = { type: 'posted', id: key, platform: channel.platform, channel: channel.id, message };
        await desk.commit(() => ({ entries: [entry], answer: null }));
        unrecorded.delete(place);
      }
      shown.set(place, json);
    } catch (error) {
      behind = true;
      log.warn({ place, error: String(error) }, 'a card waits for its chat');
    }
  }

  /** Whoever deletes the card of what is long over does not want it back. */
  function isPast(id: string): boolean {
    const closed = desk.state().rotations[id]?.closed ?? null;
    return closed !== null && clock.now() - Date.parse(closed.at) > HOUR_MS;
  }

  /** False: somebody deleted the message, so that it has to be posted anew. */
  async function changed(
    chat: ChatAdapter,
    channel: string,
    message: string,
    view: CardView,
    posting: Posting,
  ): Promise<boolean> {
    try {
      await chat.update(channel, message, view, posting);
      return true;
    } catch (error) {
      if (!isCertopsError(error) || error.code !== 'MessageNotFound') throw error;
      return false;
    }
  }

  /**
   * An order that a runner refused and that we never sent: somebody else writes into the queue. One word an hour, host
   * and code, for whoever can write there could fill the channel too.
   */
  async function tellStrange(): Promise<void> {
    for (const strange of desk.state().strange) {
      const key = `strange ${strange.host} ${strange.code} ${strange.at.slice(0, 13)}`;
      if (desk.state().told.includes(key)) continue;
      const view: CardView = {
        kind: 'notice',
        messages: [say(sentenceOf(strange.code), { host: strange.host, code: strange.code, at: strange.at })],
        actions: [],
      };
      for (const channel of desk.farm.channels) await bring(key, channel, view);
    }
  }

  const sentenceOf = (code: string): string => (code === 'RunnerJournalLost' ? 'journal-lost' : 'strange-order');

  return {
    start() {
      desk.onChange(poke);
      poke();
    },
    async stop() {
      stopping.abort();
      await running;
    },
    settled: async () => {
      poke();
      await running;
    },
  };
}
