import type { BotEntry } from '../../domain/entries.ts';
import type { Farm } from '../../domain/farm.ts';
import { PROTOCOL } from '../../domain/protocol.ts';
import type { FarmState } from '../../domain/rotation.ts';
import type { ChatAdapter, ChatIntent, Reply } from '../../ports/chat.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ConsoleFeed } from '../../ports/console.ts';
import type { Journal, Signer } from '../../ports/journal.ts';
import type { PostOffice } from '../../ports/post-office.ts';
import { keepCredentials } from './credentials.ts';
import { createDesk, type Desk, type Log } from './desk.ts';
import { createLookAsker } from './fresh-looks.ts';
import { keepGroups } from './groups.ts';
import { answer } from './inbox.ts';
import { createNotifier, type NotifierDeps } from './notify/notifier.ts';
import { createOutbox } from './outbox/index.ts';
import { createPlanner } from './planner.ts';
import { createRechecker } from './recheck.ts';
import { remind } from './remind.ts';
import { requestAgain } from './request-again.ts';
import { createReturns } from './returns.ts';
import { createChats } from './start-chats.ts';
import { takeReport } from './take-report.ts';
import { consoleView } from './views/console-view.ts';
import { type Credential, createWatch } from './watch.ts';

export type { Desk, Log } from './desk.ts';

export interface BotDeps {
  readonly farms: readonly { readonly farm: Farm; readonly journal: Journal<FarmState, BotEntry> }[];
  readonly signer: Signer;
  readonly office: PostOffice;
  readonly chats: readonly ChatAdapter[];
  readonly clock: Clock;
  readonly log: Log;
  /** The way out to addresses of the farm file; left out: none of them is called. */
  readonly out?: Pick<NotifierDeps, 'http' | 'word'>;
  /** Secrets of the bot's own whose end is known. */
  readonly credentials?: readonly Credential[];
}

export interface Bot {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** One letter of the `reports` queue. */
  receiveReport(letter: unknown): Promise<void>;
  inbox(intent: ChatIntent): Promise<Reply>;
  /** What time brings: lapses, silence, letters to send again. Once a second, and by the schedule. */
  tick(): Promise<void>;
  /** Reminders of every farm: daily, and caught up at start. */
  remind(): Promise<void>;
  /** How many runners there should be, and how many were heard lately: signed, and with a key of the farm file. */
  runners(): { readonly heard: number; readonly of: number };
  /** For the console of the first farm. */
  readonly feed: ConsoleFeed;
}

const TICK_MS = 1000;
/** The picture costs a third of what the bot does while fifty machines report, so it keeps the pace of the cards. */
const FEED_MERGE_MS = 250;
/** And never takes more than a fifth of the time. */
const FEED_PAUSES = 4;

/** The bot of one or more farms: a desk and an outbox for each, one inbox. */
export function createBot(deps: BotDeps): Bot {
  const { signer, office, chats, clock, log } = deps;
  const desks = deps.farms.map(({ farm, journal }) => createDesk({ farm, journal, signer, office, clock, log }));
  const queueUp = (): boolean => office.up();
  const looks = createLookAsker({ signer, clock, queueUp, log });
  const inbox = (intent: ChatIntent): Promise<Reply> => answer({ desks, queueUp, looks }, intent);
  const started = (): void => {
    for (const outbox of outboxes) outbox.poke();
  };
  const adapters = createChats({ chats, inbox, started, clock, log });
  const outboxes = desks.map((desk) =>
    createOutbox(desk, { chats, isStarted: adapters.isStarted, queueUp, clock, log }),
  );
  const groups = desks.map((desk) => keepGroups(desk, { chats, clock, log }));
  const keeper = keepCredentials({ chats, clock, log });
  const { out, credentials = [] } = deps;
  const watches = desks.map((desk, at) =>
    createWatch(desk, {
      clock,
      credentials,
      queueUp: () => office.up(),
      quietChats: () => outboxes[at]?.quietChats() ?? [],
      refusing: keeper.refusing,
    }),
  );
  const returns = desks.map((desk) => createReturns(desk, { signer, clock }));
  const notifiers = out === undefined ? [] : desks.map((desk) => createNotifier(desk, { ...out, clock, log }));
  const stopping = new AbortController();
  for (const desk of desks) {
    createPlanner(desk, log);
    createRechecker(desk, log);
    requestAgain(desk, log);
  }

  async function tick(): Promise<void> {
    for (const desk of desks) await desk.tick();
    for (const watch of watches) await watch();
    for (const look of returns) await look();
    // Last: whoever hears no ping knows that the work above is not done.
    for (const notifier of notifiers) notifier.tick();
  }

  async function everySecond(): Promise<void> {
    while (!stopping.signal.aborted) {
      await tick().catch((error: unknown) => log.warn({ error: String(error) }, 'a tick failed'));
      await clock.sleep(TICK_MS, stopping.signal).catch(() => undefined);
    }
  }

  /** One after the other: the day's run and the hour's fall together, and each looks at what was said. */
  let reminding: Promise<void> = Promise.resolve();
  const remindAll = (): Promise<void> => {
    const done = reminding.then(async () => {
      for (const desk of desks) await remind(desk, { signer, clock });
    });
    reminding = done.catch(() => {});
    return done;
  };
  let ticking: Promise<void> = Promise.resolve();

  return {
    async start() {
      for (const outbox of outboxes) outbox.start();
      await adapters.start();
      keeper.start();
      for (const group of groups) group.start();
      ticking = everySecond();
    },
    async stop() {
      stopping.abort();
      await ticking;
      keeper.stop();
      for (const group of groups) group.stop();
      await Promise.all(notifiers.map((notifier) => notifier.stop()));
      await Promise.all(outboxes.map((outbox) => outbox.stop()));
      await adapters.stop();
    },
    async receiveReport(letter) {
      for (const desk of desks) {
        const refused = await takeReport(desk, { signer, office, log }, letter);
        if (refused === null) return;
        if (desk === desks.at(-1)) log.warn({ code: refused.code, data: refused.data }, 'a report was refused');
      }
    },
    inbox,
    tick,
    remind: remindAll,
    runners: () => {
      const hosts = desks.flatMap(({ farm, presence }) => farm.hosts.map(({ name }) => presence[name]));
      const isHeard = (at: number | undefined): boolean =>
        at !== undefined && clock.now() - at <= PROTOCOL.silentAfterMs;
      return { heard: hosts.filter((host) => isHeard(host?.at)).length, of: hosts.length };
    },
    feed: feedOf(desks[0] as Desk, clock),
  };
}

function feedOf(desk: Desk, clock: Clock): ConsoleFeed {
  const changed = new Set<() => void>();
  let pending = false;
  let pauseMs = FEED_MERGE_MS;
  desk.onChange(() => {
    if (pending) return;
    pending = true;
    void clock.sleep(pauseMs).then(() => {
      pending = false;
      const from = clock.now();
      for (const listener of changed) listener();
      pauseMs = Math.max(FEED_MERGE_MS, FEED_PAUSES * (clock.now() - from));
    });
  });
  return {
    view: () => consoleView(desk),
    subscribe(listener) {
      changed.add(listener);
      return () => changed.delete(listener);
    },
  };
}
