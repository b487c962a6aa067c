import { createHash } from 'node:crypto';
import { CertopsError, isCertopsError } from '../../src/domain/errors.ts';
import type { CardView, NoticeView, Reader } from '../../src/domain/views/view.ts';
import type { Mentioned, Note, Posting, Tongue, TongueOf } from '../../src/ports/chat.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { type CardMessage, PLAIN } from './card.ts';
import type { Connector } from './connector.ts';
import { createCopies } from './copies.ts';
import { inTime } from './in-time.ts';
import type { People } from './people.ts';
import { createPersonal, type Seen } from './personal.ts';
import { asTaken, isOfLength, type Sayable, sayable, WHOLE } from './plainer.ts';
import { type Copy, channelOf, isOfTeam, type Place, type References } from './references.ts';

/** Refusals of a message, whomever it calls; or it stands, and only its id did not come. */
const NOT_OF_CALLS: readonly unknown[] = ['no-message-id', 'http-401', 'Unauthorized'];

const mayBeOfCalls = (error: unknown): error is CertopsError =>
  isCertopsError(error) &&
  error.code === 'ChatRefused' &&
  !isOfLength(error) &&
  !NOT_OF_CALLS.includes(error.data.reason);

export interface ChannelParts {
  readonly appId: string;
  readonly tenant: string;
  /** Conversations on the farm's list. Cards go to these, and to people. */
  readonly channels: readonly string[];
  readonly connector: Connector;
  readonly people: People;
  readonly references: References;
  readonly tongueOf: TongueOf;
  readonly clock: Clock;
  readonly log: Log;
}

/** The port promises half a minute. What is still under way then may come to its end, and is remembered if it does. */
const LONGEST_MS = 25_000;
/** A card does not wait longer for who is to see one of their own: its next change brings that. */
const ROSTER_LIMIT_MS = 4_000;
/** So many messages are remembered; all are forgotten at once, which costs each a call. */
const MOST_MESSAGES = 5_000;
/** Somebody waits for an answer to what they typed. */
const OPEN_LIMIT_MS = 4_000;

export type Channel = ReturnType<typeof createChannel>;

/** What the bot says in Teams, asked or unasked. */
export function createChannel(parts: ChannelParts) {
  const { channels, connector, people, references, tongueOf, clock, log } = parts;
  const personal = createPersonal(parts);
  const copies = createCopies({ drop: (copy) => references.drop(copy), clock, log });
  const shown = new Map<string, string>();
  /** How little of a card had to be said, by message. */
  const bare = new Map<string, { readonly kind: string; readonly rung: number }>();

  function placeOf(channel: string): Place {
    const known = references.place(channel);
    const open = channels.includes(channel) || known?.kind === 'personal';
    const place = open ? (known ?? guess(channel)) : null;
    if (place === null) throw new CertopsError('ChannelNotFound', { platform: 'teams', channel });
    return place;
  }

  /** Never spoken to there, but the app may be installed: one tenant lives at one address. */
  function guess(conversation: string): Place | null {
    const serviceUrl = references.places().at(-1)?.serviceUrl;
    if (serviceUrl === undefined) return null;
    const kind = isOfTeam(conversation) ? 'channel' : 'group';
    return { conversation, serviceUrl, kind, team: null, account: null, greeted: true };
  }

  async function post(place: Place, conversation: string, message: CardMessage): Promise<string> {
    const sent = await connector.call(
      { serviceUrl: place.serviceUrl, thread: place.conversation, method: 'post', channel: place.conversation },
      (client) => client.conversations.sendToConversation(conversation, message),
    );
    if (typeof sent.id !== 'string' || sent.id === '') {
      throw new CertopsError('ChatRefused', {
        platform: 'teams',
        channel: place.conversation,
        reason: 'no-message-id',
      });
    }
    return sent.id;
  }

  async function send(place: Place, conversation: string, says: Sayable, from = WHOLE): Promise<string> {
    const { kind } = says;
    const run = (message: CardMessage) => post(place, conversation, message);
    const taken = await asTaken(says, from, run, (rung, refused) => tellLess(refused, kind, rung));
    remember(nameOf({ conversation, message: taken.answer }), kind, taken.rung);
    return taken.answer;
  }

  /** The next change of the same kind begins where this one was taken: two calls each would wear out the rates. */
  function remember(name: string, kind: string, rung: number): void {
    if (bare.size > MOST_MESSAGES) bare.clear();
    if (rung === 0) bare.delete(name);
    else bare.set(name, { kind, rung });
  }

  function tellLess({ data }: CertopsError, kind: string, rung: number): void {
    if (rung > 0)
      log.warn({ ...data, kind, rung }, 'Teams does not take a message for what is in it: less of it is said');
  }

  /** Teams may refuse a message that calls somebody who is not there: then it calls whoever is, or nobody. */
  async function sendCalling(
    place: Place,
    conversation: string,
    mention: readonly Mentioned[],
    make: (mention: readonly Mentioned[]) => Promise<Sayable>,
  ): Promise<string> {
    const says = await make(mention);
    if (mention.length === 0) return send(place, conversation, says);
    try {
      return await post(place, conversation, says.whole);
    } catch (error) {
      if (isCertopsError(error) && isOfLength(error)) {
        tellLess(error, says.kind, 1);
        return send(place, conversation, says, { rung: 1, refused: error });
      }
      if (!mayBeOfCalls(error)) throw error;
      const isKnown = async ({ account }: Mentioned): Promise<boolean> =>
        (await people.members(place, [account.toLowerCase()])).length > 0;
      const known = mention.map(async (one) => ((await isKnown(one)) ? [one] : []));
      const there = (await Promise.all(known)).flat();
      const called = there.length < mention.length ? there : [];
      log.info({ ...error.data, called: called.length, of: mention.length }, 'a message in Teams calls fewer people');
      const fewer = await make(called);
      // Refused all the same, so not for whom it calls: what is less of it calls them again.
      const calling = called.length > 0 || there.length === 0 ? fewer : says;
      return send(place, conversation, { ...fewer, plainer: calling.plainer });
    }
  }

  async function change(place: Place, where: Omit<Copy, 'key'>, says: Sayable): Promise<void> {
    const { conversation, message } = where;
    const name = nameOf(where);
    const known = bare.get(name);
    const from = known?.kind === says.kind ? { ...WHOLE, rung: known.rung } : WHOLE;
    const run = (card: CardMessage) =>
      connector.call(
        { serviceUrl: place.serviceUrl, thread: place.conversation, method: 'update', channel: conversation, message },
        (client) => client.conversations.updateActivity(conversation, message, card),
      );
    const { rung } = await asTaken(says, from, run, (next, refused) => {
      remember(name, says.kind, next);
      tellLess(refused, says.kind, next);
    });
    remember(name, says.kind, rung);
    shown.set(name, digestOf(says.whole));
    if (shown.size > MOST_MESSAGES) shown.clear();
  }

  /** The card as it stands in a conversation: drawn for who decides; each client then asks for its reader's own. */
  async function draw(
    place: Place,
    view: CardView,
    { readers, tongue }: Posting,
    { mention = [], reader = 'approver' }: { mention?: readonly Mentioned[]; reader?: Reader } = {},
  ): Promise<Sayable> {
    const { account } = place;
    const accounts = account === null ? readers.map((one) => one.account.toLowerCase()) : [account];
    const members = people.members(place, accounts);
    const refreshFor = await inTime(clock, ROSTER_LIMIT_MS, members, () => []);
    return sayable(view, reader, tongue, { mention, refreshFor });
  }

  /** Outside of the farm's channels it speaks as there is spoken there, whichever channel's change brings it. */
  function drawCopy(place: Place, view: CardView, posting: Posting): Promise<Sayable> {
    const { conversation, kind, account } = place;
    if (channels.includes(conversation)) return draw(place, view, posting);
    const tongue = tongueOf({ account: account ?? '', channel: conversation });
    const own = posting.readers.find((one) => one.account.toLowerCase() === account)?.reader ?? 'other';
    return draw(place, view, { ...posting, tongue }, kind === 'personal' ? { reader: own } : {});
  }

  /** A copy that nobody else brings up to date. */
  const changeCopy = (copy: Copy, view: CardView, posting: Posting): Promise<void> =>
    copies.change(copy, async () => {
      const place = references.place(channelOf(copy.conversation));
      if (place === null) return references.drop(copy);
      const says = await drawCopy(place, view, posting);
      if (shown.get(nameOf(copy)) !== digestOf(says.whole)) await change(place, copy, says);
    });

  const within = <T>(running: Promise<T>): Promise<T> =>
    inTime(clock, LONGEST_MS, running, () => {
      throw new CertopsError('ChatAway', { platform: 'teams', reason: 'no-answer-in-time' });
    });

  const operations = {
    post: async (channel: string, view: CardView, posting: Posting): Promise<string> => {
      const place = placeOf(channel);
      const message = await sendCalling(place, channel, posting.mention, (mention) =>
        draw(place, view, posting, { mention }),
      );
      await references.keep({ key: posting.key, conversation: channel, message });
      return message;
    },
    update: async (channel: string, message: string, view: CardView, posting: Posting): Promise<void> => {
      const place = placeOf(channel);
      const others = references
        .copies(posting.key)
        .filter((copy) => copy.message !== message)
        .filter(({ conversation }) => {
          const where = channelOf(conversation);
          return where === channel || !channels.includes(where);
        });
      const changed = Promise.all(others.map((copy) => changeCopy(copy, view, posting)));
      try {
        await change(place, { conversation: channel, message }, await draw(place, view, posting));
      } catch (error) {
        if (isCertopsError(error) && error.code === 'MessageNotFound')
          await references.drop({ key: posting.key, conversation: channel, message });
        throw error;
      } finally {
        await changed;
      }
    },
    /** In the thread of a channel's card; a group chat has no threads. */
    note: async (channel: string, message: string, { notice, tongue, mention }: Note): Promise<string> => {
      const place = placeOf(channel);
      const conversation = place.kind === 'channel' ? `${channel};messageid=${message}` : channel;
      return sendCalling(place, conversation, mention, async (called) =>
        sayable(notice, 'other', tongue, { ...PLAIN, mention: called }),
      );
    },
    tell: async (account: string, notice: NoticeView, tongue: Tongue): Promise<void> => {
      await operations.whisper(account, sayable(notice, 'other', tongue, PLAIN));
    },
    /** In the person's own chat with the bot. */
    whisper: async (account: string, says: Sayable, seen?: Seen): Promise<Omit<Copy, 'key'>> => {
      const say = async (place: Place): Promise<Omit<Copy, 'key'>> => ({
        conversation: place.conversation,
        message: await send(place, place.conversation, says),
      });
      return personal.speak(account.toLowerCase(), say, seen);
    },
  };

  return {
    post: (...args: Parameters<typeof operations.post>) => within(operations.post(...args)),
    update: (...args: Parameters<typeof operations.update>) => within(operations.update(...args)),
    note: (...args: Parameters<typeof operations.note>) => within(operations.note(...args)),
    tell: (...args: Parameters<typeof operations.tell>) => within(operations.tell(...args)),
    whisper: (...args: Parameters<typeof operations.whisper>) => within(operations.whisper(...args)),
    /** Where a card can stand that this person asked for there: cards go to the farms' conversations, and to people. */
    standing: async ({ conversation, kind, serviceUrl }: Place, account: string, member: string): Promise<string> => {
      if (kind === 'personal' || channels.includes(conversation)) return conversation;
      const opened = personal
        .chatWith(account, { serviceUrl, member, isKept: true })
        .then((place) => place.conversation);
      return inTime(
        clock,
        OPEN_LIMIT_MS,
        opened.catch(() => conversation),
        () => conversation,
      );
    },
    find: async (channel: string, key: string): Promise<string | null> =>
      references.copies(key).findLast((copy) => copy.conversation === channel)?.message ?? null,
    /** To where somebody wrote. */
    say: (place: Place, conversation: string, says: Sayable): Promise<string> => send(place, conversation, says),
    /**
     * A card that stands somewhere though it was not posted by `post`, or nobody remembers it: kept up to date from now
     * on.
     */
    recognise: (copy: Copy): Promise<void> => references.keep(copy),
    /** What is over looks the same to everybody, and has no other change to come that could set this copy right. */
    setRight: async (copy: Copy, view: CardView): Promise<void> => {
      const place = references.place(channelOf(copy.conversation));
      if (place === null) return;
      const tongue = tongueOf({ account: place.account ?? '', channel: place.conversation });
      const says = sayable(view, 'approver', tongue, PLAIN);
      if (shown.get(nameOf(copy)) !== digestOf(says.whole)) await change(place, copy, says);
    },
    stop: copies.stop,
  };
}

const nameOf = ({ conversation, message }: Omit<Copy, 'key'>): string => `${conversation} ${message}`;

const digestOf = (card: CardMessage): string => createHash('sha256').update(JSON.stringify(card)).digest('base64');
