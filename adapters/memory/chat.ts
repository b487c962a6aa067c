import { CertopsError } from '../../src/domain/errors.ts';
import type { CardView, NoticeView } from '../../src/domain/views/view.ts';
import type { ChatAdapter, ChatIntent, Inbox, Locale, Note, Posting, Reply } from '../../src/ports/chat.ts';

/** A card that is, or was, in a channel. */
interface PostedCard {
  readonly channel: string;
  readonly message: string;
  /** Every state the message ever showed, oldest first. */
  readonly views: CardView[];
  /** How it was first posted; later updates are in `updates`. */
  readonly posting: Posting;
  readonly updates: Posting[];
}

interface PostedNote extends Note {
  readonly channel: string;
  /** The card that it is posted below. */
  readonly below: string;
}

interface Whisper {
  readonly account: string;
  readonly notice: NoticeView;
  readonly locale: Locale;
}

export type ChatCall = 'start' | 'post' | 'find' | 'update' | 'note' | 'tell' | 'group';

/** Faults that a chat may show to a bot. */
interface ChatFaults {
  /** Refuses every call with `ChatAway`. */
  away: boolean;
  /** Accepts every call but answers none until this is false again; then all are answered. */
  hanging: boolean;
  /** Refuses the next `calls` calls with `ChatBusy` and this delay. */
  busy: { calls: number; retryAfterMs: number };
  /** Does what the next calls ask, this many times, but says `ChatAway`: the answer was lost on the way. */
  loseAnswers: number;
  /** Channels in which the bot may post nothing new, as where posting is restricted. */
  readonly mute: Set<string>;
  /** Rejects the bot itself, as for an invalid token; null: that cannot be determined. */
  refused: boolean | null;
  /** Since when it has delivered nothing, in milliseconds since 1970. */
  deafSince: number | null;
  /** Refuses this many starts. */
  refuseStarts: number;
  /**
   * Called before a call does anything, and again after it was done but before it is answered. What it throws is the
   * answer.
   */
  at: ((when: 'before' | 'after', call: ChatCall) => void) | null;
}

export interface MemoryChat extends ChatAdapter {
  readonly faults: ChatFaults;
  /** Each call that was made, including those that failed. */
  readonly calls: ChatCall[];
  readonly messages: PostedCard[];
  readonly notes: PostedNote[];
  readonly whispers: Whisper[];
  readonly groups: { [id: string]: readonly string[] };
  /** Somebody deletes a message in the client. */
  forget(message: string): void;
  /** The newest state of each card in a channel. */
  cards(channel?: string): readonly CardView[];
  /** What somebody types or clicks. Throws while the chat is not started. */
  send(intent: ChatIntent): Promise<Reply>;
}

export interface MemoryChatOptions {
  readonly platform: string;
  readonly channels: readonly string[];
  /** With a clock, an update sooner than `updateEveryMs` after the last change is refused as `ChatBusy`. */
  readonly clock?: { now(): number };
  readonly updateEveryMs?: number;
  /** false: a chat that cannot say which card a message shows. */
  readonly finds?: boolean;
}

/**
 * A chat within one process that keeps the rules of real ones: an unknown channel or message is refused, a note needs
 * its card, a card is not changed too often, and a refused call has no effect.
 */
export function createMemoryChat(options: MemoryChatOptions): MemoryChat {
  const { platform, channels, clock, updateEveryMs = 0, finds = true } = options;
  const gone = new Set<string>();
  const changedAt = new Map<string, number>();
  const hung: (() => void)[] = [];
  let inbox: Inbox | null = null;
  let isHanging = false;
  let last = 0;

  const faults: ChatFaults = {
    away: false,
    get hanging() {
      return isHanging;
    },
    set hanging(is) {
      isHanging = is;
      if (!is) for (const wake of hung.splice(0)) wake();
    },
    busy: { calls: 0, retryAfterMs: 0 },
    loseAnswers: 0,
    mute: new Set(),
    refused: false,
    deafSince: null,
    refuseStarts: 0,
    at: null,
  };

  /** One call from outside, with the faults that may happen before and after the work. */
  async function take<T>(call: ChatCall, work: () => T): Promise<T> {
    chat.calls.push(call);
    faults.at?.('before', call);
    if (isHanging) await new Promise<void>((wake) => hung.push(wake));
    if (faults.away) throw new CertopsError('ChatAway', { platform });
    if (faults.busy.calls > 0) {
      faults.busy.calls -= 1;
      throw new CertopsError('ChatBusy', { retryAfterMs: faults.busy.retryAfterMs });
    }
    const answer = work();
    faults.at?.('after', call);
    if (faults.loseAnswers > 0) {
      faults.loseAnswers -= 1;
      throw new CertopsError('ChatAway', { platform });
    }
    return answer;
  }

  function mustBeHere(channel: string): void {
    if (!channels.includes(channel)) throw new CertopsError('ChannelNotFound', { channel });
  }

  function mayWriteIn(channel: string): void {
    if (faults.mute.has(channel)) throw new CertopsError('ChatRefused', { platform, reason: 'restricted_action' });
  }

  function cardOf(channel: string, message: string): PostedCard {
    mustBeHere(channel);
    const found = chat.messages.find((one) => one.message === message && one.channel === channel);
    if (found === undefined || gone.has(message)) throw new CertopsError('MessageNotFound', { message });
    return found;
  }

  function keepPace(message: string): void {
    if (clock === undefined) return;
    const retryAfterMs = (changedAt.get(message) ?? Number.NEGATIVE_INFINITY) + updateEveryMs - clock.now();
    if (retryAfterMs > 0) throw new CertopsError('ChatBusy', { retryAfterMs });
    changedAt.set(message, clock.now());
  }

  const nextId = (): string => {
    last += 1;
    return `${platform}-${last}`;
  };

  const chat: MemoryChat = {
    platform,
    updateEveryMs,
    faults,
    calls: [],
    messages: [],
    notes: [],
    whispers: [],
    groups: {},
    forget: (message) => void gone.add(message),
    cards: (channel) =>
      chat.messages
        .filter((one) => channel === undefined || one.channel === channel)
        .flatMap((one) => one.views.at(-1) ?? []),
    send: async (intent) => {
      if (inbox === null) throw new CertopsError('BotNotReady');
      return inbox(intent);
    },
    start: (answer) =>
      take('start', () => {
        if (faults.refuseStarts > 0) {
          faults.refuseStarts -= 1;
          throw new CertopsError('ChatRefused', { reason: 'not_authed' });
        }
        inbox = answer;
      }),
    stop: async () => {
      inbox = null;
    },
    post: (channel, view, posting) =>
      take('post', () => {
        mustBeHere(channel);
        mayWriteIn(channel);
        const message = nextId();
        chat.messages.push({ channel, message, views: [view], posting, updates: [] });
        if (clock !== undefined) changedAt.set(message, clock.now());
        return message;
      }),
    find: (channel, key) =>
      take('find', () => {
        mustBeHere(channel);
        const here = chat.messages.filter((one) => one.channel === channel && !gone.has(one.message));
        return finds ? (here.findLast(({ posting }) => posting.key === key)?.message ?? null) : null;
      }),
    update: (channel, message, view, posting) =>
      take('update', () => {
        const card = cardOf(channel, message);
        keepPace(message);
        card.views.push(view);
        card.updates.push(posting);
      }),
    note: (channel, message, note) =>
      take('note', () => {
        cardOf(channel, message);
        mayWriteIn(channel);
        chat.notes.push({ ...note, channel, below: message });
        return nextId();
      }),
    tell: (account, notice, locale) => take('tell', () => void chat.whispers.push({ account, notice, locale })),
    group: (id) => take('group', () => chat.groups[id] ?? null),
    async refused() {
      if (faults.refused === null) throw new CertopsError('ChatAway', { platform });
      return faults.refused;
    },
    deafSince: () => faults.deafSince,
  };
  return chat;
}
