import { formCard } from '../../cards/adaptive/form.ts';
import { MENTION } from '../../cards/call.ts';
import { isCertopsError } from '../../src/domain/errors.ts';
import type { TeamsAccess } from '../../src/domain/farm/farm.ts';
import type { NoticeView } from '../../src/domain/views/view.ts';
import type { AskForm, Locale, Reply } from '../../src/ports/chat.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { CARD, PLAIN, teamsCard } from './card.ts';
import type { Channel } from './channel.ts';
import { judgeSender } from './doorkeeper.ts';
import { isOfToken } from './errors.ts';
import { placeOf } from './handle.ts';
import type { Said } from './intents.ts';
import { type Sayable, sayable, wordsOf } from './plainer.ts';
import type { Copy, References } from './references.ts';

/** Answers sent as messages: to the person alone, except what concerns the channel. Throws CertopsError. */
type Answers = (said: Said, reply: Reply) => Promise<void>;

const LONGEST_WAIT_MS = 60_000;
const FOR_YOU_ALONE: NoticeView = { kind: 'notice', messages: [{ id: 'chat.alone', data: {} }], actions: [] };

/**
 * No other error says for certain that the bot may not write to somebody: a gateway that failed may have passed the
 * message on.
 */
const BARRED = new Set(['ChannelNotFound', 'ChatRefused']);

export function createAnswers(parts: {
  readonly access: TeamsAccess;
  readonly channel: Channel;
  readonly references: References;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info'>;
}): Answers {
  const { access, channel, references, clock, log } = parts;

  return async ({ sender, origin }, reply) => {
    const { account, member } = sender;
    const { conversation, serviceUrl } = origin;
    const place = placeOf(references, origin, account);
    const inPrivate = place.kind === 'personal';
    const isHere = inPrivate || reply.aloud === true;
    const message = messageAnswer(reply, member, inPrivate || !isHere);
    if (message === null) return;
    const here = (what: Sayable): Promise<string> => patiently(() => channel.say(place, conversation, what));

    /** Teams has no message that only one person in a conversation sees, and does not let a bot write to everybody. */
    async function alone(what: Sayable): Promise<Omit<Copy, 'key'> | null> {
      const seen = { serviceUrl, member, isKept: judgeSender(access, sender) === null };
      try {
        // Without an account, their chat could not be told from those of others who have none.
        if (account !== null) return await patiently(() => channel.whisper(account, what, seen));
      } catch (error) {
        if (!isCertopsError(error) || !BARRED.has(error.code) || isOfToken(error)) throw error;
        log.info({ code: error.code, account }, 'somebody in Teams could not be answered alone');
      }
      await here(sayable(FOR_YOU_ALONE, 'other', reply.locale, PLAIN));
      return null;
    }

    const sent = isHere ? { conversation, message: await here(message) } : await alone(message);
    if (sent !== null && reply.type === 'card' && 'id' in reply.view)
      await channel.recognise({ key: reply.view.id, ...sent });
  };

  /**
   * When Teams or our own limiter asks us to wait, nothing was sent: retries once, and not after a long wait, since
   * somebody is waiting.
   */
  async function patiently<T>(send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      const wait = isCertopsError(error) && error.code === 'ChatBusy' ? Number(error.data.retryAfterMs) : Infinity;
      if (wait > LONGEST_WAIT_MS) throw error;
      await clock.sleep(wait);
      return send();
    }
  }
}

/** The body of an answer to Action.Execute. Teams ignores one with any status other than 200. */
interface InvokeAnswer {
  readonly statusCode: 200;
  readonly type: typeof CARD | 'application/vnd.microsoft.activity.message';
  readonly value: object | string;
}

/** Text below a card has no buttons and no line breaks: a few sentences are readable there, a list is not. */
const MOST_SENTENCES = 3;

/**
 * Whether the text below a card cannot hold the whole answer: all of it is then also sent as a message to that person
 * alone. A button that only shows the card itself, as a refused vote has, does not count as more.
 */
export function hasMore(reply: Reply, { data }: Extract<Said, { type: 'action' }>): boolean {
  if (reply.type !== 'notice') return false;
  const { actions } = reply.notice;
  return isLong(reply.notice) || actions.some((one) => one.verb !== 'show' || one.data.rotation !== data.rotation);
}

const isLong = ({ messages }: NoticeView): boolean => messages.length > MOST_SENTENCES;

const inShort = (notice: NoticeView): NoticeView => ({
  ...notice,
  messages: [
    ...notice.messages.slice(0, isLong(notice) ? 1 : MOST_SENTENCES),
    { id: 'chat.more', data: { buttons: notice.actions.length > 0 } },
  ],
});

/**
 * A sentence below the card, or the person's own card in its place. `member`: Teams' own id of that person; `more`: the
 * full answer is sent elsewhere.
 */
export function invokeAnswer(reply: Reply, member: string, more = false): InvokeAnswer {
  const { locale } = reply;
  switch (reply.type) {
    case 'nothing':
      return NO_ANSWER;
    case 'notice':
      return sentence(wordsOf(more ? inShort(reply.notice) : reply.notice, locale));
    case 'card':
      return card(teamsCard(reply.view, reply.reader, locale, { ...PLAIN, refreshFor: [member] }));
    case 'form':
      return card(formOf(reply.form, locale));
  }
}

/**
 * The answer as a message. Where others read along, a card is drawn like the channel's copies, and each person's client
 * asks for their own.
 */
function messageAnswer(reply: Reply, member: string, alone: boolean): Sayable | null {
  const { locale } = reply;
  switch (reply.type) {
    case 'nothing':
      return null;
    case 'notice':
      return sayable(reply.notice, 'other', locale, PLAIN);
    case 'card':
      return sayable(reply.view, alone ? reply.reader : 'approver', locale, { ...PLAIN, refreshFor: [member] });
    case 'form': {
      const content = formOf(reply.form, locale);
      const attachments = [{ contentType: CARD, content }];
      return {
        whole: { type: 'message', summary: String(content.speak), attachments },
        kind: 'form',
        plainer: () => [],
      };
    }
  }
}

const card = (value: object): InvokeAnswer => ({ statusCode: 200, type: CARD, value });
const sentence = (value: string): InvokeAnswer => ({
  statusCode: 200,
  type: 'application/vnd.microsoft.activity.message',
  value,
});

/**
 * Teams shows nothing, and the card stays as it is. Teams does not accept an empty sentence as an answer: it says below
 * the card that the app cannot be reached, and delivers again.
 */
export const NO_ANSWER: InvokeAnswer = sentence('\u200b');

/** With the call that people type in Teams, like everything shown there. */
const formOf = (form: AskForm, locale: Locale) => formCard(form, { ...locale, call: MENTION });
