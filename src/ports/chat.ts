import type { Tongue } from '../domain/farm/tongue.ts';
import type { FormField } from '../domain/request/form-words.ts';
import type { Json, Message } from '../domain/values.ts';
import type { AskForm } from '../domain/views/ask-form.ts';
import type { Mentioned } from '../domain/views/person-ref.ts';
import type { CardView, NoticeView, Reader } from '../domain/views/view.ts';

export type { Tongue } from '../domain/farm/tongue.ts';
export type { AskForm } from '../domain/views/ask-form.ts';
export type { Mentioned } from '../domain/views/person-ref.ts';

/** Who speaks, by the platform's own id; the bot maps it to a person of the farm file, or refuses. */
export interface ChatPerson {
  readonly platform: string;
  readonly account: string;
}

/** What came in, typed but not believed: every field is checked again against state and policy. */
export type ChatIntent =
  | {
      readonly type: 'command';
      readonly person: ChatPerson;
      readonly channel: string;
      readonly text: string;
      /** Set where the platform can open a form at once: what the line lacks is then asked for instead of refused. */
      readonly canOpenForm?: boolean;
      /**
       * Set where no card can stand that is asked for there: `channel` is the person's own conversation with the bot.
       */
      readonly alone?: boolean;
    }
  | {
      readonly type: 'action';
      readonly person: ChatPerson;
      readonly channel: string;
      readonly verb: string;
      readonly data: { readonly [name: string]: Json };
      readonly inputs: { readonly [name: string]: string };
    };

/** How to speak to somebody, by the farm file: for what is said before the bot is asked, or without it. */
export type TongueOf = (at: { readonly account: string; readonly channel: string }) => Tongue;

/** An answer as the bot decides it, in nobody's words yet. */
export type Answer =
  | { readonly type: 'nothing' }
  /** `field`: where in a form it can be put right. */
  | { readonly type: 'notice'; readonly notice: NoticeView; readonly field?: FormField }
  | { readonly type: 'card'; readonly view: CardView; readonly reader: Reader }
  /**
   * `data.{farm,request}` and `inputs.{farm,when,at,ticket,reason}` of the `request` that follows; an input wins over
   * data. The same with the verb `check-request` records nothing: a notice whose `field` is set says what is wrong.
   */
  | { readonly type: 'form'; readonly form: AskForm };

/**
 * What goes back to this person alone. `card` is shown to them only; channel cards are posted through ChatAdapter.
 * `aloud`: it concerns the channel in which it was asked, too, so a platform that cannot whisper there says it there.
 */
export type Reply = Answer & { readonly tongue: Tongue; readonly aloud?: boolean };

/** Whoever answers what people say and click. */
export type Inbox = (intent: ChatIntent) => Promise<Reply>;

/** How a card is to stand in a channel. */
export interface Posting {
  /** What the card is about: a rotation's id, a reminder's day. Kept with the message where the platform can. */
  readonly key: string;
  readonly tongue: Tongue;
  /** Called once, when the card is posted; never again by an update. */
  readonly mention: readonly Mentioned[];
  /** Who sees another card than everybody, where the platform can: who asked, and who may decide. */
  readonly readers: readonly { readonly account: string; readonly reader: Reader }[];
}

/** One thing that `certops validate` looked at on the platform. The sentence of a failure says what to do. */
export interface Finding {
  readonly ok: boolean;
  readonly message: Message;
  /** The channel that it is about; left out: it is about all of them. */
  readonly channel?: string;
}

/** A short message below a card. */
export interface Note {
  readonly notice: NoticeView;
  readonly tongue: Tongue;
  readonly mention: readonly Mentioned[];
}

/**
 * A chat platform. Every failure is a CertopsError: `MessageNotFound` (somebody deleted it), `ChatBusy` with
 * `retryAfterMs`, and with `updatesOnly` where other calls may be made meanwhile, `ChannelNotFound`, `ChannelShared`
 * (with another organisation: no card goes there), `ChatRefused`, `ChatAway`. A call ends within half a minute, one way
 * or another.
 */
export interface ChatAdapter {
  readonly platform: string;
  /** The least time between two updates of one card, in milliseconds; what comes sooner is merged by the caller. */
  readonly updateEveryMs: number;
  start(inbox: Inbox): Promise<void>;
  stop(): Promise<void>;
  /** Posts a card and answers with the platform's message id. */
  post(channel: string, view: CardView, posting: Posting): Promise<string>;
  /**
   * A card of this key that is in the channel; null: none, or the platform cannot tell. Asked after a crash between
   * post and record.
   */
  find(channel: string, key: string): Promise<string | null>;
  update(channel: string, message: string, view: CardView, posting: Posting): Promise<void>;
  /** Below the card, where the platform has threads; else after it. Posted at most once by the caller. */
  note(channel: string, message: string, note: Note): Promise<string>;
  /** To one person alone, unasked. */
  tell(account: string, notice: NoticeView, tongue: Tongue): Promise<void>;
  /** Accounts in the platform's own group (a Slack user group); null: the platform has none, or cannot be asked now. */
  group(id: string): Promise<readonly string[] | null>;
  /**
   * Whether the platform turns the bot itself away: its own token or secret is not valid, or not any more. Left out: it
   * has none. Throws where that cannot be told now.
   */
  refused?(): Promise<boolean>;
  /**
   * Since when nothing that people say or click reaches the bot, though what it says may still arrive; milliseconds
   * since 1970, null: nothing is known to be in the way. Left out: the platform calls the bot, which cannot tell.
   */
  deafSince?(): number | null;
}
