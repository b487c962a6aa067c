import { CertopsError } from '../../src/domain/errors.ts';
import { parseCommand } from '../../src/domain/request/grammar.ts';
import type { ChatIntent, Reply } from '../../src/ports/chat.ts';
import type { Answers } from './answers.ts';
import type { Channel } from './channel.ts';

export type Inbox = (intent: ChatIntent) => Promise<Reply>;

/**
 * What becomes of what was typed (`typed`) or pressed: brought to the bot, shown, answered. Throws CertopsError
 * `BotNotReady`.
 */
export type Handle = (intent: ChatIntent, typed?: string) => Promise<void>;

export function createHandle(deps: {
  readonly channel: Channel;
  readonly answers: Answers;
  /** null: nobody is there to decide. */
  readonly inbox: () => Inbox | null;
}): Handle {
  const { channel, answers, inbox } = deps;
  return async (intent, typed) => {
    const bot = inbox();
    if (bot === null) throw new CertopsError('BotNotReady');
    const reply = await bot(intent);
    const { account } = intent.person;
    // Only what the bot has heard was said; and it was said before the answer.
    if (typed !== undefined) await channel.say(account, typed, isRequest(typed));
    await answers.reply(account, reply);
  };
}

/**
 * What brings a card into the channel is everybody's to read; what is answered to one person is theirs, as in Slack.
 */
const isRequest = (line: string): boolean => parseCommand(line).word === 'request';
