import type { Locale } from '../domain/farm/locale.ts';
import type { FormField } from '../domain/request/form-words.ts';
import type { Data, Message } from '../domain/values.ts';
import type { AskForm } from '../domain/views/ask-form.ts';
import type { Mentioned } from '../domain/views/person-ref.ts';
import type { CardView, NoticeView, Reader } from '../domain/views/view.ts';

export type { Locale } from '../domain/farm/locale.ts';
export type { AskForm } from '../domain/views/ask-form.ts';
export type { Mentioned } from '../domain/views/person-ref.ts';

/** The speaker, by the platform's own id; the bot maps it to a person in the farm file, or refuses. */
export interface ChatPerson {
  readonly platform: string;
  readonly account: string;
}

/** Input from chat: typed, but not trusted. Every field is checked again against state and policy. */
export type ChatIntent =
  | {
      readonly type: 'command';
      readonly person: ChatPerson;
      readonly channel: string;
      readonly text: string;
      /**
       * Set where the platform can open a form right away: what the line lacks is then asked for instead of refused.
       */
      readonly canOpenForm?: boolean;
      /**
       * Set when `channel` is the person's own conversation with the bot: a card asked for there cannot be posted
       * there.
       */
      readonly alone?: boolean;
    }
  | {
      readonly type: 'action';
      readonly person: ChatPerson;
      readonly channel: string;
      readonly verb: string;
      readonly data: Data;
      readonly inputs: { readonly [name: string]: string };
    };

/** The language to use for somebody, from the farm file; for messages sent before the bot is asked, or without it. */
export type LocaleOf = (at: { readonly account: string; readonly channel: string }) => Locale;

/** The bot's answer, not yet worded in any language. */
export type Answer =
  | { readonly type: 'nothing' }
  /** `field`: the form field in which the problem can be corrected. */
  | { readonly type: 'notice'; readonly notice: NoticeView; readonly field?: FormField }
  | { readonly type: 'card'; readonly view: CardView; readonly reader: Reader }
  /**
   * The form comes back as the action `request`, with `data.{farm,request}` and `inputs.{farm,when,at,ticket,reason}`;
   * an input takes precedence over data. The same action with the verb `check-request` records nothing: it answers with
   * a notice whose `field` is set when something is wrong.
   */
  | { readonly type: 'form'; readonly form: AskForm };

/**
 * What goes back to this person alone. A `card` is shown only to them; channel cards are posted through ChatAdapter.
 * `aloud`: the answer also concerns the channel it was asked in, so a platform that cannot whisper there posts it
 * there.
 */
export type Reply = Answer & { readonly locale: Locale; readonly aloud?: boolean };

/** Answers what people say and click. */
export type Inbox = (intent: ChatIntent) => Promise<Reply>;

/** How a card is posted in a channel. */
export interface Posting {
  /** What the card is about: a rotation's id, a reminder's day. Kept with the message where the platform can. */
  readonly key: string;
  readonly locale: Locale;
  /** Mentioned once, when the card is posted; an update never mentions them again. */
  readonly mention: readonly Mentioned[];
  /** Accounts that see a card of their own, where the platform supports it: the requester, and those who may decide. */
  readonly readers: readonly { readonly account: string; readonly reader: Reader }[];
}

/** One thing that `certops validate` checked on the platform. The sentence of a failure says what to do. */
export interface Finding {
  readonly ok: boolean;
  readonly message: Message;
  /** The channel it is about; left out: all of them. */
  readonly channel?: string;
}

/** A short message below a card. */
export interface Note {
  readonly notice: NoticeView;
  readonly locale: Locale;
  readonly mention: readonly Mentioned[];
}

/**
 * A chat platform. Every failure is a CertopsError: `MessageNotFound` (somebody deleted it; with `stays`, it is there
 * but can no longer be changed), `ChatBusy` with `retryAfterMs` (and `updatesOnly` if other calls may still be made
 * meanwhile, `newOnly` if updates may), `ChannelNotFound`, `ChannelShared` (with another organisation: no card goes
 * there), `ChatRefused`, `ChatAway`. Every call ends within half a minute, successful or not.
 */
export interface ChatAdapter {
  readonly platform: string;
  /** Minimum time between two updates of one card, in milliseconds; the caller merges updates that come sooner. */
  readonly updateEveryMs: number;
  start(inbox: Inbox): Promise<void>;
  stop(): Promise<void>;
  /** Posts a card and answers with the platform's message id. */
  post(channel: string, view: CardView, posting: Posting): Promise<string>;
  /**
   * The message id of a card with this key in the channel; null: none, or the platform cannot tell. Asked for after a
   * crash between posting and recording.
   */
  find(channel: string, key: string): Promise<string | null>;
  update(channel: string, message: string, view: CardView, posting: Posting): Promise<void>;
  /**
   * Goes into the card's thread where the platform has threads, otherwise after the card. The caller posts it at most
   * once.
   */
  note(channel: string, message: string, note: Note): Promise<string>;
  /** A message to one person alone that is not a reply. */
  tell(account: string, notice: NoticeView, locale: Locale): Promise<void>;
  /** Accounts in the platform's own group (a Slack user group); null: the platform has none, or cannot be asked now. */
  group(id: string): Promise<readonly string[] | null>;
  /**
   * Whether the platform rejects the bot itself: its token or secret is not valid, or no longer valid. Left out: it has
   * none. Throws if that cannot be told now.
   */
  refused?(): Promise<boolean>;
  /**
   * Since when nothing that people say or click has reached the bot, although its own messages may still arrive;
   * milliseconds since 1970, null: no obstacle is known. Left out: the platform calls the bot, which cannot tell.
   */
  deafSince?(): number | null;
}
