import { CertopsError } from '../../src/domain/errors.ts';
import { parseCommand } from '../../src/domain/request/grammar.ts';
import { turnsDown } from '../../src/domain/views/notice-view.ts';
import type { ChatIntent, Inbox, Reply } from '../../src/ports/chat.ts';
import type { Answers } from './answers.ts';
import type { Channel } from './channel.ts';
import { judgeForm, type NoticeReply, type WrongField, wordsOf } from './judge-form.ts';
import type { Wording } from './show.ts';

interface Asked {
  readonly intent: ChatIntent;
  /** The line, if it was typed. */
  readonly typed?: string;
  /** Whether the page that asks can open a form. */
  readonly canOpenForm: boolean;
  /** Names of the visible inputs, at which the page can show what is wrong. */
  readonly fields: readonly string[];
}

/** What the asking page is told; everything else goes into the channel. */
type Told =
  | WrongField
  | { readonly form: object }
  /** Why the bot refused it, which is in the chat too: the page keeps what was filled in. */
  | { readonly refused: string }
  | { readonly form?: never };

/** Judges what was typed or pressed, passes it to the bot, shows it, and sends the answer. Throws `BotNotReady`. */
export type Handle = (asked: Asked) => Promise<Told>;

export function createHandle(deps: {
  readonly channel: Channel;
  readonly answers: Answers;
  readonly wording: Wording;
  /** null: there is no bot to decide. */
  readonly inbox: () => Inbox | null;
}): Handle {
  const { channel, answers, wording, inbox } = deps;
  return async ({ intent, typed, canOpenForm, fields }) => {
    const bot = inbox();
    if (bot === null) throw new CertopsError('BotNotReady');
    const wrong = await judgeForm(intent, { fields, bot, wording });
    if (wrong !== null) return wrong;
    const reply = await bot(intent);
    // Nothing has been requested yet: a line that only opens a form is not shown to anybody.
    if (reply.type === 'form' && canOpenForm) return { form: wording.renderForm(reply.form, reply.locale) };
    const { account } = intent.person;
    // A line is shown only once the bot has taken it; and above the answer.
    if (typed !== undefined) await channel.say(account, typed, isRequest(typed));
    await answers.reply(account, reply);
    return isRefused(reply) ? { refused: wordsOf(reply, wording) } : {};
  };
}

const isRefused = (reply: Reply): reply is NoticeReply => reply.type === 'notice' && turnsDown(reply.notice);

/**
 * A line that brings a card into the channel is for everybody to read; one that is answered to one person is theirs, as
 * in Slack.
 */
const isRequest = (line: string): boolean => parseCommand(line).word === 'request';
