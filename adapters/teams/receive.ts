import { isCertopsError } from '../../src/domain/errors.ts';
import type { TeamsAccess } from '../../src/domain/farm.ts';
import { isRefusal, type Message, type Refusal, refuse } from '../../src/domain/values.ts';
import type { NoticeView } from '../../src/domain/view.ts';
import type { ChatIntent, Reply, Tongue } from '../../src/ports/chat.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { invokeAnswer, messageAnswer } from './answers.ts';
import { cardMessage, PLAIN } from './card.ts';
import type { Channel } from './channel.ts';
import { createDeliveries } from './deliveries.ts';
import { judgeMember, judgeSender, judgeTenant } from './doorkeeper.ts';
import { inTime } from './in-time.ts';
import { type Delivery, parseActivity } from './intents.ts';
import type { People } from './people.ts';
import type { Place, References } from './references.ts';

export interface ReceiveParts {
  readonly access: TeamsAccess;
  readonly channel: Channel;
  readonly people: People;
  readonly references: References;
  readonly inbox: (intent: ChatIntent) => Promise<Reply>;
  readonly clock: Clock;
  readonly log: { info(data: object, sentence: string): void; warn(data: object, sentence: string): void };
}

/** Teams waits some five seconds for an answer; the roster is not to use them up. */
const ROSTER_LIMIT_MS = 3_000;
const ENGLISH: Tongue = { language: 'en', timeZone: 'UTC' };
const GREETING = ['help.intro', 'help.rotate-master', 'help.plan', 'help.status', 'help.show', 'help.whoami'];
/** Buttons that only a card of that rotation has: what carries one of them is a copy. */
const OF_A_CARD = new Set(['approve', 'deny', 'withdraw', 'stop', 'look', 'leave', 'put-back']);

export interface Receive {
  /** Everything that Teams delivers, once: the body of the answer where it is an invoke, else null. */
  receive(raw: unknown): Promise<object | null>;
  /** Resolves when the answers that go out as messages have gone out. */
  settled(): Promise<void>;
}

export function createReceive(parts: ReceiveParts): Receive {
  const { access, channel, people, references, inbox, clock, log } = parts;
  const deliveries = createDeliveries(clock);
  /** As a channel speaks; nobody has been answered yet whom one could ask for theirs. */
  const tongueOf = (conversation: string): Tongue => channel.tongueOf(conversation) ?? ENGLISH;

  const under = new Set<Promise<void>>();

  async function receive(raw: unknown): Promise<object | null> {
    const delivery = parseActivity(raw);
    if (isRefusal(delivery)) {
      log.info({ code: delivery.code, ...delivery.data }, 'a delivery of Teams was refused');
      return isInvoke(raw)
        ? invokeAnswer(tell({ id: 'refused.unknown-action', data: { verb: verbIn(raw) } }, ENGLISH), '')
        : null;
    }
    const { type, id, origin } = delivery;
    if (type === 'nothing') return null;
    if (type === 'joined' || type === 'left') return comeOrGo(delivery);
    const key = `${type} ${origin.conversation} ${id}`;
    return id === '' ? hear(delivery) : deliveries.once(key, () => hear(delivery));
  }

  async function comeOrGo({ type, sender, origin }: Delivery): Promise<null> {
    const stranger = judgeTenant(access, sender);
    if (stranger !== null) {
      log.info({ code: stranger.code, channel: origin.channel }, 'the bot was added where it does not belong');
      return null;
    }
    if (type === 'left') {
      await references.forget(origin.channel);
      return null;
    }
    const known = references.place(origin.channel);
    await references.remember({ ...placeOf(origin, sender.account), greeted: true });
    if (known?.greeted !== true) later(() => greet({ sender, origin }), 'a greeting');
    return null;
  }

  /** A line typed, or a button pressed, by somebody. */
  async function hear(delivery: Delivery): Promise<object | null> {
    const { sender, origin } = delivery;
    const reply = await replyTo(delivery);
    if (delivery.type === 'action' && delivery.by === 'invoke') return invokeAnswer(reply, sender.member);
    later(async () => {
      const message = messageAnswer(reply, sender.member, origin.kind === 'personal');
      if (message === null) return;
      const place = placeOf(origin, sender.account);
      const sent = await channel.say(place, origin.conversation, message);
      if (reply.type === 'card' && 'id' in reply.view)
        await channel.recognise({ key: reply.view.id, conversation: origin.conversation, message: sent });
    }, 'an answer');
    return null;
  }

  async function replyTo(delivery: Delivery): Promise<Reply> {
    const { sender, origin } = delivery;
    try {
      const stranger = judgeSender(access, sender);
      if (stranger !== null) return turnedAway(delivery, stranger);
      const place = placeOf(origin, sender.account);
      await references.remember(place);
      const doubtful = await askRoster(place, sender.account ?? '', sender.member);
      if (doubtful !== null) return turnedAway(delivery, doubtful);
      const reply = await inbox(intentOf(delivery, sender.account ?? ''));
      if (delivery.type === 'action' && !isUnknown(reply)) await recognise(delivery);
      return reply;
    } catch (error) {
      log.warn({ code: isCertopsError(error) ? error.code : String(error) }, 'a delivery of Teams was not answered');
      return tell({ id: 'chat.failed', data: {} }, tongueOf(origin.channel));
    }
  }

  function turnedAway({ sender, origin }: Delivery, refusal: Refusal): Reply {
    log.info({ code: refusal.code, account: sender.account, channel: origin.channel }, 'somebody in Teams was refused');
    return tell({ id: `refused.${refusal.code}`, data: refusal.data }, tongueOf(origin.channel));
  }

  /** Fails closed: who cannot be checked now may come again. */
  async function askRoster(place: Place, account: string, member: string): Promise<Refusal | null> {
    const verdict = people.facts(place, { account, member }).then(
      (found) => judgeMember(access, found),
      (error: unknown) => {
        log.warn({ code: isCertopsError(error) ? error.code : String(error) }, 'the roster in Teams cannot be read');
        return refuse('chat-unsure');
      },
    );
    return inTime<Refusal | null>(clock, ROSTER_LIMIT_MS, verdict, () => refuse('chat-unsure'));
  }

  async function recognise({ verb, data, origin }: Extract<Delivery, { type: 'action' }>): Promise<void> {
    const { rotation } = data;
    if (origin.replyTo === null || typeof rotation !== 'string' || !OF_A_CARD.has(verb)) return;
    if (references.copies(rotation).some((copy) => copy.message === origin.replyTo)) return;
    await channel.recognise({ key: rotation, conversation: origin.conversation, message: origin.replyTo });
  }

  async function greet({ sender, origin }: Pick<Delivery, 'sender' | 'origin'>): Promise<void> {
    const heard = sender.account ?? sender.member;
    const { tongue } = await inbox({
      type: 'command',
      person: { platform: 'teams', account: heard },
      channel: origin.channel,
      text: 'help',
    });
    const notice: NoticeView = { kind: 'notice', messages: GREETING.map((id) => ({ id, data: {} })), actions: [] };
    await channel.say(
      placeOf(origin, sender.account),
      origin.conversation,
      cardMessage(notice, 'other', tongue, PLAIN),
    );
  }

  /** Teams has its 200 first. */
  function later(run: () => Promise<void>, what: string): void {
    const going = run()
      .catch((error: unknown) => {
        const code = isCertopsError(error) ? error.code : String(error);
        log.warn({ code, ...(isCertopsError(error) ? error.data : {}) }, `${what} did not reach Teams`);
      })
      .finally(() => under.delete(going));
    under.add(going);
  }

  function placeOf(
    { channel: conversation, serviceUrl, kind, team }: Delivery['origin'],
    account: string | null,
  ): Place {
    const known = references.place(conversation);
    return {
      conversation,
      serviceUrl,
      kind: known?.kind ?? kind,
      team: team ?? known?.team ?? null,
      account: kind === 'personal' ? (known?.account ?? account) : null,
      greeted: known?.greeted ?? false,
    };
  }

  return {
    receive,
    settled: async () => {
      await Promise.all(under);
    },
  };
}

function intentOf(delivery: Delivery, account: string): ChatIntent {
  const from = { person: { platform: 'teams', account }, channel: delivery.origin.channel };
  if (delivery.type !== 'action')
    return { type: 'command', ...from, text: delivery.type === 'command' ? delivery.text : '' };
  const { verb, data, inputs } = delivery;
  return { type: 'action', ...from, verb, data, inputs };
}

const tell = (message: Message, tongue: Tongue): Reply => ({
  type: 'notice',
  notice: { kind: 'notice', messages: [message], actions: [] },
  tongue,
});

/** Nobody may fill the list of copies with rotations that there are not. */
const isUnknown = (reply: Reply): boolean =>
  reply.type === 'notice' && reply.notice.messages.some(({ id }) => id === 'refused.unknown-id');

const isInvoke = (raw: unknown): boolean => (raw as { readonly type?: unknown }).type === 'invoke';

/** The verb of something that could not be understood as a whole, for the person's eyes. */
function verbIn(raw: unknown): string {
  const { value } = raw as { readonly value?: { readonly action?: { readonly verb?: unknown } | null } | null };
  const verb = value?.action?.verb;
  return typeof verb === 'string' ? verb.slice(0, 40) : '';
}
