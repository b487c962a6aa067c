import type { Data, Message } from '../values.ts';

/** An answer to one person, or a message to a channel: sentences, perhaps buttons. */
export interface NoticeView {
  readonly kind: 'notice';
  readonly messages: readonly Message[];
  readonly actions: readonly NoticeAction[];
  /** People to mention when it is posted in a channel; left out: nobody. */
  readonly calls?: readonly { readonly id: string; readonly name: string }[];
}

/** A button. The client sends back `verb` + `data`, both untrusted when they arrive. */
export interface NoticeAction {
  readonly label: Message;
  readonly verb: string;
  readonly data: Data;
  /** A sentence it needs, sent as `inputs.reason`: what is asked, and the label of its second button. */
  readonly asks?: { readonly what: Message; readonly send: Message };
}

const TURNS_DOWN = /^(?:refused|wrong)\./u;

/** Whether it says that something was refused or not understood. */
export const turnsDown = ({ messages }: Pick<NoticeView, 'messages'>): boolean =>
  messages.some(({ id }) => TURNS_DOWN.test(id));
