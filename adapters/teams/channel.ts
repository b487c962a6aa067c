import { createHash } from 'node:crypto';
import { CertopsError, isCertopsError } from '../../src/domain/errors.ts';
import type { CardView, NoticeView } from '../../src/domain/views/view.ts';
import type { Mentioned, Note, Posting, Tongue, TongueOf } from '../../src/ports/chat.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { type CardMessage, cardMessage, PLAIN } from './card.ts';
import type { Connector } from './connector.ts';
import { inTime } from './in-time.ts';
import type { People } from './people.ts';
import { createPersonal, type Seen } from './personal.ts';
import { type Copy, channelOf, isOfTeam, type Place, type References } from './references.ts';

/** Refusals of a message, whomever it calls; or it stands, and only its id did not come. */
const NOT_OF_CALLS: readonly unknown[] = [
  'no-message-id',
  'http-401',
  'Unauthorized',
  'http-413',
  'RequestEntityTooLarge',
  'MessageSizeTooBig',
];

const mayBeOfCalls = (error: unknown): error is CertopsError =>
  isCertopsError(error) && error.code === 'ChatRefused' && !NOT_OF_CALLS.includes(error.data.reason);

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
  readonly log: Pick<Log, 'info'>;
}

/** The port promises half a minute. What is still under way then may come to its end, and is remembered if it does. */
const LONGEST_MS = 25_000;
/** A card does not wait longer for who is to see one of their own: its next change brings that. */
const ROSTER_LIMIT_MS = 4_000;
/** Somebody waits for an answer to what they typed. */
const OPEN_LIMIT_MS = 4_000;

export type Channel = ReturnType<typeof createChannel>;

/** What the bot says in Teams, asked or unasked. */
export function createChannel(parts: ChannelParts) {
  const { channels, connector, people, references, tongueOf, clock, log } = parts;
  const personal = createPersonal(parts);
  const shown = new Map<string, string>();

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

  async function send(place: Place, conversation: string, message: CardMessage): Promise<string> {
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

  /** Teams may refuse a message that calls somebody who is not there: then it calls whoever is, or nobody. */
  async function sendCalling(
    place: Place,
    conversation: string,
    mention: readonly Mentioned[],
    make: (mention: readonly Mentioned[]) => Promise<CardMessage>,
  ): Promise<string> {
    try {
      return await send(place, conversation, await make(mention));
    } catch (error) {
      if (mention.length === 0 || !mayBeOfCalls(error)) throw error;
      const isKnown = async ({ account }: Mentioned): Promise<boolean> =>
        (await people.members(place, [account.toLowerCase()])).length > 0;
      const known = mention.map(async (one) => ((await isKnown(one)) ? [one] : []));
      const there = (await Promise.all(known)).flat();
      const called = there.length < mention.length ? there : [];
      log.info({ ...error.data, called: called.length, of: mention.length }, 'a message in Teams calls fewer people');
      return send(place, conversation, await make(called));
    }
  }

  async function change(place: Place, { conversation, message }: Omit<Copy, 'key'>, card: CardMessage): Promise<void> {
    await connector.call(
      { serviceUrl: place.serviceUrl, thread: place.conversation, method: 'update', channel: conversation, message },
      (client) => client.conversations.updateActivity(conversation, message, card),
    );
    shown.set(`${conversation} ${message}`, digestOf(card));
    if (shown.size > 5_000) shown.clear();
  }

  /** The card as it stands in a conversation: drawn for who decides; each client then asks for its reader's own. */
  async function draw(place: Place, view: CardView, posting: Posting, mention: readonly Mentioned[]) {
    const accounts = posting.readers.map((one) => one.account.toLowerCase());
    const members = people.members(place, place.account === null ? accounts : [place.account]);
    const refreshFor = await inTime(clock, ROSTER_LIMIT_MS, members, () => []);
    return cardMessage(view, 'approver', posting.tongue, { mention, refreshFor });
  }

  /** A copy that nobody else brings up to date. What it missed it gets with the next change. */
  async function changeCopy(copy: Copy, view: CardView, posting: Posting): Promise<void> {
    const place = references.place(channelOf(copy.conversation));
    if (place === null) return references.drop(copy);
    try {
      const card = await draw(place, view, posting, []);
      if (shown.get(`${copy.conversation} ${copy.message}`) === digestOf(card)) return;
      await change(place, copy, card);
    } catch (error) {
      const code = isCertopsError(error) ? error.code : String(error);
      if (code === 'MessageNotFound' || code === 'ChannelNotFound') await references.drop(copy);
      else log.info({ key: copy.key, code }, 'a copy of a card in Teams waits for its next change');
    }
  }

  const within = <T>(running: Promise<T>): Promise<T> =>
    inTime(clock, LONGEST_MS, running, () => {
      throw new CertopsError('ChatAway', { platform: 'teams', reason: 'no-answer-in-time' });
    });

  const operations = {
    post: async (channel: string, view: CardView, posting: Posting): Promise<string> => {
      const place = placeOf(channel);
      const message = await sendCalling(place, channel, posting.mention, (mention) =>
        draw(place, view, posting, mention),
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
      const copies = Promise.all(others.map((copy) => changeCopy(copy, view, posting)));
      try {
        await change(place, { conversation: channel, message }, await draw(place, view, posting, []));
      } catch (error) {
        if (isCertopsError(error) && error.code === 'MessageNotFound')
          await references.drop({ key: posting.key, conversation: channel, message });
        throw error;
      } finally {
        await copies;
      }
    },
    /** In the thread of a channel's card; a group chat has no threads. */
    note: async (channel: string, message: string, { notice, tongue, mention }: Note): Promise<string> => {
      const place = placeOf(channel);
      const conversation = place.kind === 'channel' ? `${channel};messageid=${message}` : channel;
      return sendCalling(place, conversation, mention, async (called) =>
        cardMessage(notice, 'other', tongue, { ...PLAIN, mention: called }),
      );
    },
    tell: async (account: string, notice: NoticeView, tongue: Tongue): Promise<void> => {
      await operations.whisper(account, cardMessage(notice, 'other', tongue, PLAIN));
    },
    /** In the person's own chat with the bot. */
    whisper: async (account: string, message: CardMessage, seen?: Seen): Promise<Omit<Copy, 'key'>> => {
      const say = async (place: Place): Promise<Omit<Copy, 'key'>> => ({
        conversation: place.conversation,
        message: await send(place, place.conversation, message),
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
    say: (place: Place, conversation: string, message: CardMessage): Promise<string> =>
      send(place, conversation, message),
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
      const card = cardMessage(view, 'approver', tongue, PLAIN);
      if (shown.get(`${copy.conversation} ${copy.message}`) === digestOf(card)) return;
      await change(place, copy, card);
    },
  };
}

const digestOf = (card: CardMessage): string => createHash('sha256').update(JSON.stringify(card)).digest('base64');
