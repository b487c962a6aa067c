import type { BotEntry } from '../../domain/entries.ts';
import type { RotationState } from '../../domain/rotation.ts';
import type { CardView } from '../../domain/view.ts';
import type { ChatAdapter } from '../../ports/chat.ts';
import type { Clock } from '../../ports/clock.ts';
import { cardOf } from './card.ts';
import type { Desk, Log } from './desk.ts';
import { say } from './notices.ts';

/** Updates of one card are merged to one in so many milliseconds; the newest state wins. */
const MERGE_MS = 250;
/** Closed cards are brought up to date after a restart for so many of the newest rotations. */
const REFRESHED = 10;

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
  let running: Promise<void> = Promise.resolve();
  let wanted = false;
  let stopped = false;

  function poke(): void {
    if (wanted || stopped) return;
    wanted = true;
    running = running
      .then(async () => {
        wanted = false;
        await round();
        // The pause comes after the work, so the first change is told at once and the next ones are merged.
        if (!stopped) await clock.sleep(MERGE_MS);
      })
      .catch((error: unknown) => log.warn({ error: String(error) }, 'a round of cards failed'));
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

  function channelsOf(rotation: RotationState): readonly { platform: string; id: string }[] {
    const { origin } = rotation;
    if (rotation.dry)
      return chats.some((chat) => chat.platform === origin.platform)
        ? [{ platform: origin.platform, id: origin.channel }]
        : [];
    return desk.farm.channels.filter((channel) => chats.some((chat) => chat.platform === channel.platform));
  }

  async function bring(key: string, channel: { platform: string; id: string }, view: CardView): Promise<void> {
    const chat = chats.find((one) => one.platform === channel.platform);
    if (chat === undefined) return;
    const place = `${channel.platform} ${channel.id} ${key}`;
    const json = JSON.stringify(view);
    if (shown.get(place) === json) return;
    const copy = desk
      .state()
      .rotations[key]?.posted.find((one) => one.platform === channel.platform && one.channel === channel.id);
    try {
      if (copy === undefined) {
        const message = await chat.post(channel.id, view);
        const entry: BotEntry = { type: 'posted', id: key, platform: channel.platform, channel: channel.id, message };
        await desk.commit(() => ({ entries: [entry], answer: null }));
      } else await chat.update(channel.id, copy.message, view);
      shown.set(place, json);
    } catch (error) {
      log.warn({ place, error: String(error) }, 'a card waits for its chat');
    }
  }

  /** An order that a runner refused and that we never sent: somebody else writes into the queue. */
  async function tellStrange(): Promise<void> {
    for (const strange of desk.state().strange) {
      const key = `strange ${strange.host} ${strange.seq}`;
      if (desk.state().told.includes(key)) continue;
      const view: CardView = {
        kind: 'notice',
        messages: [say('strange-order', { host: strange.host, code: strange.code, at: strange.at })],
        actions: [],
      };
      for (const channel of desk.farm.channels) await bring(key, channel, view);
    }
  }

  return {
    start() {
      desk.onChange(poke);
      poke();
    },
    async stop() {
      stopped = true;
      await running;
    },
    settled: async () => {
      poke();
      await running;
    },
  };
}
