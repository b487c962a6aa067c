import { CertopsError } from '../../src/domain/errors.ts';
import type { SlackApi } from './api.ts';

/** Who the bot is in this workspace. */
interface Self {
  /** The bot's user, `U...`: how it is mentioned. */
  readonly user: string;
  /** Its bot id, `B...`: how its messages are marked. */
  readonly bot: string;
}

export interface Identity {
  /** Asks Slack only until it has answered once. Throws CertopsError as the API does. */
  get(): Promise<Self>;
  /** What is known so far; null: Slack has not answered yet. */
  known(): Self | null;
}

export function createIdentity(api: SlackApi): Identity {
  let known: Self | null = null;
  return {
    known: () => known,
    get: async () => {
      if (known !== null) return known;
      const { user_id, bot_id } = await api.call({ method: 'auth.test' }, (client) => client.auth.test());
      // With a person's token the bot would post in that person's name.
      if (user_id === undefined || bot_id === undefined) {
        throw new CertopsError('ChatRefused', { platform: 'slack', method: 'auth.test', reason: 'not_a_bot_token' });
      }
      known = { user: user_id, bot: bot_id };
      return known;
    },
  };
}
