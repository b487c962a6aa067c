import type { ChatAdapter } from '../../../ports/chat.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';

const ASK_EVERY_MS = 300_000;

interface CredentialKeeper {
  start(): void;
  /** Does not wait for a pending answer. */
  stop(): void;
  /** Platforms that reject the bot itself, and since when, in milliseconds since 1970. */
  refusing(): readonly { readonly platform: string; readonly since: number }[];
  /** Whether this platform has answered since the start. */
  isAsked(platform: string): boolean;
}

/**
 * Asks each platform every few minutes whether it still accepts the bot's token or secret. Sending would show that too,
 * but days may pass with nothing to send. A platform that cannot be asked keeps its last known state.
 */
export function keepCredentials(deps: {
  readonly chats: readonly ChatAdapter[];
  readonly clock: Clock;
  readonly log: Log;
}): CredentialKeeper {
  const { chats, clock, log } = deps;
  const refused = new Map<string, number>();
  const asked = new Set<string>();
  const stopping = new AbortController();

  async function ask(chat: ChatAdapter): Promise<void> {
    const { platform } = chat;
    try {
      const isRefused = (await chat.refused?.()) ?? false;
      asked.add(platform);
      if (isRefused && !refused.has(platform)) {
        refused.set(platform, clock.now());
        log.warn({ platform }, 'a chat does not take the token or secret of the bot');
      } else if (!isRefused && refused.delete(platform)) log.info({ platform }, 'a chat takes the bot’s token again');
    } catch (error) {
      log.info({ platform, error: String(error) }, 'a chat could not be asked about the bot’s token');
    }
  }

  async function goOn(): Promise<void> {
    while (!stopping.signal.aborted) {
      await Promise.all(chats.map(ask));
      await clock.sleep(ASK_EVERY_MS, stopping.signal).catch(() => undefined);
    }
  }

  return {
    start: () => void goOn(),
    stop: () => stopping.abort(),
    refusing: () => [...refused].map(([platform, since]) => ({ platform, since })),
    isAsked: (platform) => asked.has(platform),
  };
}
