import { CertopsError } from '../../src/domain/errors.ts';
import { parseCommand } from '../../src/domain/request/grammar.ts';
import { turnsDown } from '../../src/domain/views/notice-view.ts';
import type { ChatIntent, Inbox, Reply } from '../../src/ports/chat.ts';
import type { Answers } from './answers.ts';
import type { Channel } from './channel.ts';
import { judgeForm, type NoticeReply, type WrongField, wordsOf } from './judge-form.ts';
import type { Wording } from './show.ts';

export interface Asked {
  readonly intent: ChatIntent;
  /** The line, where it was typed. */
  readonly typed?: string;
  /** Whether the page that asks can open a form. */
  readonly canOpenForm: boolean;
  /** Names of the inputs in view, at which the page can say what is wrong. */
  readonly fields: readonly string[];
}

/** What the page that asked is told; all else stands in the channel. */
export type Told =
  | WrongField
  | { readonly form: object }
  /** Why the bot did not take it, which stands in the chat too: what was filled in stays. */
  | { readonly refused: string }
  | { readonly form?: never };

/** What becomes of what was typed or pressed: judged, brought to the bot, shown, answered. Throws `BotNotReady`. */
export type Handle = (asked: Asked) => Promise<Told>;

export function createHandle(deps: {
  readonly channel: Channel;
  readonly answers: Answers;
  readonly wording: Wording;
  /** null: nobody is there to decide. */
  readonly inbox: () => Inbox | null;
}): Handle {
  const { channel, answers, wording, inbox } = deps;
  return async ({ intent, typed, canOpenForm, fields }) => {
    const bot = inbox();
    if (bot === null) throw new CertopsError('BotNotReady');
    const wrong = await judgeForm(intent, { fields, bot, wording });
    if (wrong !== null) return wrong;
    const reply = await bot(intent);
    // Nothing has been asked yet: a line that only opens a form is nobody's to read.
    if (reply.type === 'form' && canOpenForm) return { form: wording.renderForm(reply.form, reply.tongue) };
    const { account } = intent.person;
    // Only what the bot has heard was said; and it was said before the answer.
    if (typed !== undefined) await channel.say(account, typed, isRequest(typed));
    await answers.reply(account, reply);
    return isRefused(reply) ? { refused: wordsOf(reply, wording) } : {};
  };
}

const isRefused = (reply: Reply): reply is NoticeReply => reply.type === 'notice' && turnsDown(reply.notice);

/**
 * What brings a card into the channel is everybody's to read; what is answered to one person is theirs, as in Slack.
 */
const isRequest = (line: string): boolean => parseCommand(line).word === 'request';
