import { CertopsError, isCertopsError } from '../../src/domain/errors.ts';
import type { CardView, NoticeView } from '../../src/domain/views/view.ts';
import type { Locale, LocaleOf, Note, Posting } from '../../src/ports/chat.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { PLAIN } from './card.ts';
import type { Connector } from './connector.ts';
import { createCopies } from './copies.ts';
import { createDrawing } from './drawing.ts';
import { inTime } from './in-time.ts';
import type { People } from './people.ts';
import { createPersonal, type Seen } from './personal.ts';
import { type Sayable, sayable } from './plainer.ts';
import { type Copy, channelOf, isOfTeam, type Place, type References } from './references.ts';
import { createSending } from './sending.ts';

interface ChannelParts {
  readonly appId: string;
  readonly tenant: string;
  /** Conversations on the farm's list. Cards go to these, and to individual people. */
  readonly channels: readonly string[];
  readonly connector: Connector;
  readonly people: People;
  readonly references: References;
  readonly localeOf: LocaleOf;
  readonly clock: Clock;
  readonly log: Log;
}

/** The port promises half a minute. Work still under way then may finish, and is remembered if it does. */
const LONGEST_MS = 25_000;
/** Somebody is waiting for an answer to what they typed. */
const OPEN_LIMIT_MS = 4_000;

export type Channel = ReturnType<typeof createChannel>;

/** What the bot says in Teams, in answer or on its own. */
export function createChannel(parts: ChannelParts) {
  const { channels, references, localeOf, clock, log } = parts;
  const personal = createPersonal(parts);
  const copies = createCopies({ drop: (copy) => references.drop(copy), clock, log });
  const { send, sendCalling, change, changeIfOther } = createSending(parts);
  const { draw, drawCopy } = createDrawing(parts);

  function placeOf(channel: string): Place {
    const known = references.place(channel);
    const open = channels.includes(channel) || known?.kind === 'personal';
    const place = open ? (known ?? guess(channel)) : null;
    if (place === null) throw new CertopsError('ChannelNotFound', { platform: 'teams', channel });
    return place;
  }

  /** The bot was never addressed there, but the app may be installed: a tenant has one service address. */
  function guess(conversation: string): Place | null {
    const serviceUrl = references.places().at(-1)?.serviceUrl;
    if (serviceUrl === undefined) return null;
    const kind = isOfTeam(conversation) ? 'channel' : 'group';
    return { conversation, serviceUrl, kind, team: null, account: null, greeted: true };
  }

  /** A copy that no other call of `update` covers. */
  const changeCopy = (copy: Copy, view: CardView, posting: Posting): Promise<void> =>
    copies.change(copy, async () => {
      const place = references.place(channelOf(copy.conversation));
      if (place === null) return references.drop(copy);
      await changeIfOther(place, copy, await drawCopy(place, view, posting));
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
    /** In the thread below the channel's card; a group chat has no threads. */
    note: async (channel: string, message: string, { notice, locale, mention }: Note): Promise<string> => {
      const place = placeOf(channel);
      const conversation = place.kind === 'channel' ? `${channel};messageid=${message}` : channel;
      return sendCalling(place, conversation, mention, async (called) =>
        sayable(notice, 'other', locale, { ...PLAIN, mention: called }),
      );
    },
    tell: async (account: string, notice: NoticeView, locale: Locale): Promise<void> => {
      await operations.whisper(account, sayable(notice, 'other', locale, PLAIN));
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
    /**
     * Where to put a card that this person asked for there: cards go to the farms' conversations, and to individual
     * people.
     */
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
    /** Where somebody wrote. */
    say: send,
    /** A card that was not posted by `post`, or that nobody remembers: kept up to date from now on. */
    recognise: (copy: Copy): Promise<void> => references.keep(copy),
    /** A closed card looks the same to everybody, and no later change will correct this copy. */
    setRight: async (copy: Copy, view: CardView): Promise<void> => {
      const place = references.place(channelOf(copy.conversation));
      if (place === null) return;
      const locale = localeOf({ account: place.account ?? '', channel: place.conversation });
      await changeIfOther(place, copy, sayable(view, 'approver', locale, PLAIN));
    },
    stop: copies.stop,
  };
}
