import type { Wellness } from '../../../adapters/front/index.ts';
import { isCertopsError } from '../../domain/errors.ts';
import type { ChatAdapter } from '../../ports/chat.ts';
import type { SteadyClock } from '../../ports/clock.ts';

/** How long a failure counts: as long as there is nothing to send, nobody would notice that the chat is back. */
const NEWS_MS = 60_000;

/** A connection that the platform renews is only gone for moments. */
const DEAF_MS = 60_000;

/** The same chat, and whether it is well: started, heard from, not rejecting the bot, and not away at the last call. */
export function watchChat(
  chat: ChatAdapter,
  clock: Pick<SteadyClock, 'now' | 'steady'>,
): { readonly chat: ChatAdapter; readonly wellness: () => Wellness } {
  let started = false;
  /** By the steady clock. */
  let awaySince: number | null = null;
  let isTurnedAway = false;
  const { refused } = chat;
  /** Whether it has been heard since it was started. */
  let isHeardOnce = false;
  const isDeaf = (): boolean => {
    const since = chat.deafSince?.() ?? null;
    isHeardOnce ||= since === null;
    return since !== null && (!isHeardOnce || clock.now() - since > DEAF_MS);
  };
  const isAway = (): boolean => awaySince !== null && clock.steady() - awaySince <= NEWS_MS;
  const watched = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      const answer = await call();
      awaySince = null;
      return answer;
    } catch (error) {
      if (isCertopsError(error) && error.code === 'ChatAway') awaySince = clock.steady();
      throw error;
    }
  };
  return {
    chat: {
      ...chat,
      start: async (inbox) => {
        await watched(() => chat.start(inbox));
        started = true;
        isHeardOnce = (chat.deafSince?.() ?? null) === null;
      },
      stop: () => chat.stop(),
      find: (channel, key) => watched(() => chat.find(channel, key)),
      post: (channel, view, posting) => watched(() => chat.post(channel, view, posting)),
      update: (channel, message, view, posting) => watched(() => chat.update(channel, message, view, posting)),
      note: (channel, message, note) => watched(() => chat.note(channel, message, note)),
      tell: (account, notice, locale) => watched(() => chat.tell(account, notice, locale)),
      ...(refused === undefined
        ? {}
        : {
            refused: async () => {
              isTurnedAway = await refused.call(chat);
              return isTurnedAway;
            },
          }),
    },
    wellness: () => ({ ok: started && !isTurnedAway && !isDeaf() && !isAway() }),
  };
}
