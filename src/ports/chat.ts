import type { Json } from '../domain/values.ts';
import type { CardView, NoticeView, Reader } from '../domain/view.ts';

/** Who speaks, by the platform's own id; the bot maps it to a person of the farm file, or refuses. */
export interface ChatPerson {
  readonly platform: string;
  readonly account: string;
}

/** What came in, typed but not believed: every field is checked again against state and policy. */
export type ChatIntent =
  | { readonly type: 'command'; readonly person: ChatPerson; readonly channel: string; readonly text: string }
  | {
      readonly type: 'action';
      readonly person: ChatPerson;
      readonly channel: string;
      readonly verb: string;
      readonly data: { readonly [name: string]: Json };
      readonly inputs: { readonly [name: string]: string };
    };

/** What goes back to this person alone. `card` is shown to them only; channel cards are posted through ChatAdapter. */
export type Reply =
  | { readonly type: 'nothing' }
  | { readonly type: 'notice'; readonly notice: NoticeView }
  | { readonly type: 'card'; readonly view: CardView; readonly reader: Reader };

export interface ChatAdapter {
  readonly platform: string;
  start(inbox: (intent: ChatIntent) => Promise<Reply>): Promise<void>;
  stop(): Promise<void>;
  /** Posts a card and answers with the platform's message id. */
  post(channel: string, view: CardView): Promise<string>;
  update(channel: string, message: string, view: CardView): Promise<void>;
}
