import type { Farm } from '../../domain/farm/farm.ts';
import type { BotEntry } from '../../domain/journal/entries.ts';
import type { SignatureCheck } from '../../domain/letters/envelope.ts';
import { isHeard } from '../../domain/presence/presence.ts';
import type { FarmState } from '../../domain/rotation/farm-state.ts';
import type { OpenRotation } from '../../domain/views/open-rotation.ts';
import type { ChatAdapter, ChatIntent, Reply } from '../../ports/chat.ts';
import type { SteadyClock } from '../../ports/clock.ts';
import type { ConsoleFeed } from '../../ports/console.ts';
import type { Journal, Signer } from '../../ports/journal.ts';
import type { Log } from '../../ports/log.ts';
import type { BotPostOffice } from '../../ports/post-office.ts';
import { keepCredentials } from './chats/credentials.ts';
import { createFeeds } from './chats/feeds.ts';
import { createChats } from './chats/start-chats.ts';
import { createDesk, type Desk } from './desk.ts';
import { createFarmWork } from './farm-work.ts';
import { answer } from './inbox/index.ts';
import type { NotifierDeps } from './notify/notifier.ts';
import { createReceiver } from './reports/receive.ts';
import { openRotations } from './views/console/open-rotations.ts';
import { createLookAsker } from './watch/fresh-looks.ts';
import type { FindBots } from './watch/other-bots.ts';
import type { Credential } from './watch/watch.ts';

export type { Desk } from './desk.ts';

export interface BotDeps {
  readonly farms: readonly { readonly farm: Farm; readonly journal: Journal<FarmState, BotEntry> }[];
  /** With its build mark: runners state theirs in each hello. */
  readonly version: string;
  readonly signer: Signer;
  readonly office: BotPostOffice;
  readonly chats: readonly ChatAdapter[];
  readonly clock: SteadyClock;
  readonly log: Log;
  /** How to call addresses of the farm file; if left out, none is called. */
  readonly out?: Pick<NotifierDeps, 'http' | 'word'>;
  /** The bot's own secrets whose expiry is known. */
  readonly credentials?: readonly Credential[];
  readonly bots: FindBots;
  /** Checks the signatures of letters; if left out, this thread does. */
  readonly check?: SignatureCheck;
}

export interface Bot {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** One letter of the `reports` queue. */
  receiveReport(letter: unknown): Promise<void>;
  inbox(intent: ChatIntent): Promise<Reply>;
  /** Acts on what time brings: lapses, silence, letters to send again. Once a second, and by the schedule. */
  tick(): Promise<void>;
  /** Reminders of one farm or of all: daily, and caught up at the start. */
  remind(farm?: string): Promise<void>;
  /** How many runners there should be, and how many were heard lately, signing with a key of the farm file. */
  runners(): { readonly heard: number; readonly of: number };
  /** What was asked for and is not over, farm by farm, for anyone who restarts the bot. */
  open(): readonly OpenRotation[];
  /** For the console, one per farm. */
  readonly feeds: readonly ConsoleFeed[];
}

const TICK_MS = 1000;

/** The bot of one or more farms: a desk and its work for each, one inbox. */
export function createBot(deps: BotDeps): Bot {
  const { version, signer, office, chats, clock, log, out, credentials = [] } = deps;
  const desks = deps.farms.map((one) => createDesk({ ...one, version, signer, office, clock, log }));
  const queueUp = (): boolean => office.up();
  const looks = createLookAsker({ signer, clock, queueUp, log });
  const inbox = (intent: ChatIntent): Promise<Reply> => answer({ desks, queueUp, looks }, intent);
  const started = (): void => {
    for (const { work } of farms) work.poke();
  };
  const adapters = createChats({ chats, inbox, started, clock, log });
  const keeper = keepCredentials({ chats, clock, log });
  const checking = deps.check === undefined ? {} : { check: deps.check };
  /** A chat in which only other farms have channels does not concern this one. */
  const concerns = (desk: Desk, { platform }: { readonly platform: string }): boolean => {
    const has = ({ farm }: Desk): boolean => farm.channels.some((channel) => channel.platform === platform);
    return has(desk) || !desks.some(has);
  };
  const farms = desks.map((desk) => {
    const work = createFarmWork(desk, {
      signer,
      chats,
      isStarted: adapters.isStarted,
      queueUp,
      out,
      credentials: credentials.filter((one) => concerns(desk, one)),
      hearing: () => adapters.hearing().filter((one) => concerns(desk, one)),
      refusing: () => keeper.refusing().filter((one) => concerns(desk, one)),
      isAsked: keeper.isAsked,
      bots: deps.bots,
      clock,
      log,
    });
    return { name: desk.farm.name, work };
  });
  const stopping = new AbortController();

  /** A farm whose journal cannot be written does not keep the others from their work. */
  async function tick(): Promise<void> {
    for (const { name, work } of farms)
      await work.tick().catch((error: unknown) => log.warn({ farm: name, error: String(error) }, 'a tick failed'));
  }

  async function everySecond(): Promise<void> {
    while (!stopping.signal.aborted) {
      await tick();
      await clock.sleep(TICK_MS, stopping.signal).catch(() => undefined);
    }
  }

  let ticking: Promise<void> = Promise.resolve();

  return {
    async start() {
      for (const { work } of farms) work.start();
      await adapters.start();
      keeper.start();
      for (const { work } of farms) work.chatsStarted();
      ticking = everySecond();
    },
    async stop() {
      stopping.abort();
      await ticking;
      keeper.stop();
      await Promise.all(farms.map(({ work }) => work.stop()));
      await adapters.stop();
    },
    receiveReport: createReceiver(desks, { signer, office, clock, log, ...checking }),
    inbox,
    tick,
    remind: async (farm) => {
      const meant = farms.filter(({ name }) => farm === undefined || name === farm);
      await Promise.all(meant.map(({ work }) => work.remind()));
    },
    runners: () => {
      const hosts = desks.flatMap(({ farm, presence }) => farm.hosts.map(({ name }) => presence[name]));
      return { heard: hosts.filter((hello) => isHeard(hello, clock.now())).length, of: hosts.length };
    },
    open: () => desks.flatMap(openRotations),
    feeds: createFeeds(desks, clock),
  };
}
