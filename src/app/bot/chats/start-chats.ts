import type { ChatAdapter, Inbox } from '../../../ports/chat.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import { busyFor } from './call.ts';
import type { Hearing } from './quiet-chats.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** The longest that the bot waits for a chat, at its start and at its end. */
const PATIENCE_MS = 5_000;

interface Chats {
  isStarted(chat: ChatAdapter): boolean;
  /** Whether what is said in each chat reaches the bot. */
  hearing(): readonly Hearing[];
  /** Tries each chat; resolves when all have answered once, or have had time to. Those that failed are tried again. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface ChatsDeps {
  readonly chats: readonly ChatAdapter[];
  readonly inbox: Inbox;
  readonly started: (chat: ChatAdapter) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** A chat that refuses or hangs at its start holds up neither the bot nor the other chats. */
export function createChats({ chats, inbox, started, clock, log }: ChatsDeps): Chats {
  const up = new Set<ChatAdapter>();
  const stopping = new AbortController();

  async function keepTrying(chat: ChatAdapter, answered: () => void): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; !stopping.signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        await chat.start(inbox);
        up.add(chat);
        answered();
        started(chat);
        return;
      } catch (error) {
        answered();
        if (stopping.signal.aborted) return;
        const waitMs = Math.max(pauseMs, busyFor(error) ?? 0);
        log.warn({ platform: chat.platform, error: String(error), pauseMs: waitMs }, 'a chat could not be started');
        await clock.sleep(waitMs, stopping.signal).catch(() => {});
      }
    }
  }

  async function patiently(work: Promise<unknown>): Promise<void> {
    const over = new AbortController();
    await Promise.race([work, clock.sleep(PATIENCE_MS, over.signal).catch(() => {})]);
    over.abort();
  }

  return {
    isStarted: (chat) => up.has(chat),
    hearing: () =>
      chats.map((chat) => ({
        platform: chat.platform,
        isStarted: up.has(chat),
        deafSince: chat.deafSince?.() ?? null,
      })),
    start: () =>
      patiently(Promise.all(chats.map((chat) => new Promise<void>((answered) => void keepTrying(chat, answered))))),
    async stop() {
      stopping.abort();
      await Promise.all(
        chats.map((chat) =>
          patiently(
            // Inside `then`, so that a `stop` that throws at once is caught too.
            Promise.resolve()
              .then(() => chat.stop())
              .catch((error: unknown) =>
                log.warn({ platform: chat.platform, error: String(error) }, 'a chat could not be stopped'),
              ),
          ),
        ),
      );
    },
  };
}
