import { isCertopsError } from '../../src/domain/errors.ts';
import { isRefusal } from '../../src/domain/values.ts';
import type { NoticeView } from '../../src/domain/views/view.ts';
import type { LocaleOf, Reply } from '../../src/ports/chat.ts';
import { createAnswers, hasMore, invokeAnswer, NO_ANSWER } from './answers.ts';
import { PLAIN } from './card.ts';
import { createDeliveries } from './deliveries.ts';
import { judgeTenant } from './doorkeeper.ts';
import { createHandle, type HandleParts, placeOf, tell } from './handle.ts';
import { inTime } from './in-time.ts';
import { type Delivery, intentOf, isByItself, isLook, parseActivity, type Said } from './intents.ts';
import { sayable } from './plainer.ts';
import { channelOf } from './references.ts';

interface Receive {
  /** Takes everything that Teams delivers, once: answers with the body for an invoke, else null. Never throws. */
  receive(raw: unknown): Promise<object | null>;
  /** Resolves when the answers that are sent as messages have been sent. */
  settled(): Promise<void>;
}

/** Teams waits about five seconds for the answer to a click. */
const ANSWER_LIMIT_MS = 4_500;
/** The clicked card is over, but still showed buttons. */
const IS_OVER = /^refused\.(?:closed|stale-plan)$/u;
const GREETING = ['help.intro', 'help.rotate-master', 'help.plan', 'help.status', 'help.show', 'help.whoami'];
/** Buttons that only a rotation's own card has: a message with one of them is a copy of that card. */
const OF_A_CARD = new Set(['approve', 'deny', 'withdraw', 'stop', 'look', 'leave', 'go-on', 'leave-out', 'put-back']);

/** Drops repetitions and handles the rest. Teams gets its 200 before a message is sent. */
export function createReceive(parts: HandleParts): Receive {
  const { access, channel, people, references, inbox, localeOf, clock, log } = parts;
  const handle = createHandle(parts);
  const answer = createAnswers(parts);
  const deliveries = createDeliveries(clock);
  const under = new Set<Promise<void>>();

  async function receive(raw: unknown): Promise<object | null> {
    const delivery = parseActivity(raw);
    if (isRefusal(delivery)) {
      log.info({ code: delivery.code, ...delivery.data }, 'a delivery of Teams was refused');
      if (!isInvoke(raw)) return null;
      return isByItself(raw) ? NO_ANSWER : notUnderstood(raw, localeOf);
    }
    switch (delivery.type) {
      case 'command':
      case 'action': {
        if (delivery.id === '') return hear(delivery);
        return deliveries.once(nameOf(delivery), () => hear(delivery));
      }
      case 'joined':
      case 'left':
        later(() => comeOrGo(delivery), 'a greeting');
        return null;
      case 'roster': {
        const { channel: conversation, team } = delivery.origin;
        people.forget({ conversation, team: team ?? references.place(conversation)?.team ?? null });
        return null;
      }
      case 'nothing':
        return null;
    }
  }

  async function hear(said: Said): Promise<object | null> {
    const isInvoked = said.type === 'action' && said.by === 'invoke';
    const reply = await (isInvoked ? inTime(clock, ANSWER_LIMIT_MS, handle(said), () => tooLate(said)) : handle(said));
    if (said.type === 'action') later(() => recognise(said, reply), 'a copy');
    // A client that merely looks keeps the card that all share: its reader was not refused anything, and nothing
    // failed.
    if (isLook(said) && reply.type !== 'card') return NO_ANSWER;
    if (isInvoked) {
      const more = hasMore(reply, said);
      if (more) later(() => answer(said, { ...reply, aloud: false }), 'an answer');
      return invokeAnswer(reply, said.sender.member, more);
    }
    later(() => answer(said, reply), 'an answer');
    return null;
  }

  function tooLate(said: Said): Reply {
    const { sender, origin } = said;
    if (!isLook(said)) log.warn({ channel: origin.channel }, 'the bot did not answer a click in Teams in time');
    const locale = localeOf({ account: sender.account ?? '', channel: origin.channel });
    return tell({ id: 'chat.failed', data: {} }, locale);
  }

  async function recognise(said: Extract<Said, { type: 'action' }>, reply: Reply): Promise<void> {
    const { verb, data, origin } = said;
    const { rotation } = data;
    const { channel: where, replyTo: message } = origin;
    if (message === null || typeof rotation !== 'string' || !OF_A_CARD.has(verb) || isTurnedAway(reply)) return;
    // Teams names the thread of which the card itself is the first message.
    const conversation = origin.conversation === `${where};messageid=${message}` ? where : origin.conversation;
    const copy = { key: rotation, conversation, message };
    if (!references.copies(rotation).some((one) => one.message === message)) await channel.recognise(copy);
    if (!isAbout(reply, IS_OVER)) return;
    const now = await inbox({ ...intentOf(said), type: 'action', verb: 'show', data: { rotation }, inputs: {} });
    if (now.type === 'card' && now.view.kind === 'closed') await channel.setRight(copy, now.view);
  }

  /** The bot was added somewhere, or removed. When added, it says what it is for, once. */
  async function comeOrGo({ type, sender, origin }: Delivery): Promise<void> {
    const stranger = judgeTenant(access, sender);
    if (stranger !== null) {
      log.info({ code: stranger.code, channel: origin.channel }, 'the bot was added where it does not belong');
      return;
    }
    if (type === 'left') return references.forget(origin.channel);
    const place = placeOf(references, origin, sender.account);
    await references.remember({ ...place, greeted: true });
    if (place.greeted) return;
    // Where others read along, in their channel's language, whoever added the bot.
    const locale = localeOf({ account: place.account ?? '', channel: origin.channel });
    const notice: NoticeView = { kind: 'notice', messages: GREETING.map((id) => ({ id, data: {} })), actions: [] };
    await channel.say(place, origin.conversation, sayable(notice, 'other', locale, PLAIN));
  }

  function later(run: () => Promise<void>, what: string): void {
    const going = run()
      .catch((error: unknown) => {
        const known = isCertopsError(error) ? { code: error.code, ...error.data } : { code: String(error) };
        log.warn(known, `${what} did not reach Teams`);
      })
      .finally(() => under.delete(going));
    under.add(going);
  }

  return {
    receive,
    settled: async () => {
      await Promise.all(under);
    },
  };
}

/** Nobody may fill the list of copies with rotations that do not exist, nor may anyone who has no business here. */
const isTurnedAway = (reply: Reply): boolean => isAbout(reply, /^refused\.unknown-id$|^(?:refused\.)?chat[.-]/u);

const isAbout = (reply: Reply, what: RegExp): boolean =>
  reply.type === 'notice' && reply.notice.messages.some(({ id }) => what.test(id));

/** A delivery comes from one person about one thing: another one with the same id is not a repetition. */
const nameOf = (said: Said): string =>
  [said.type, said.type === 'action' ? said.verb : '', said.sender.member, said.origin.conversation, said.id].join(' ');

const isInvoke = (raw: unknown): boolean => (raw as { readonly type?: unknown }).type === 'invoke';

/** Teams shows nothing for an error: even this must be a sentence. */
function notUnderstood(raw: unknown, localeOf: LocaleOf): object {
  const { value, conversation, from } = raw as {
    readonly value?: { readonly action?: { readonly verb?: unknown } | null } | null;
    readonly conversation?: { readonly id?: unknown } | null;
    readonly from?: { readonly aadObjectId?: unknown } | null;
  };
  const text = (one: unknown): string => (typeof one === 'string' ? one : '');
  const account = text(from?.aadObjectId).toLowerCase();
  const locale = localeOf({ account, channel: channelOf(text(conversation?.id)) });
  const verb = text(value?.action?.verb).slice(0, 40);
  return invokeAnswer(tell({ id: 'refused.unknown-action', data: { verb } }, locale), '');
}
