import type { Json, Message } from '../values.ts';

/** An answer to one person, or a word to a channel: sentences, perhaps buttons. */
export interface NoticeView {
  readonly kind: 'notice';
  readonly messages: readonly Message[];
  readonly actions: readonly NoticeAction[];
  /** People who are mentioned when it comes into a channel; left out: nobody. */
  readonly calls?: readonly { readonly id: string; readonly name: string }[];
}

/** A button: what the client sends back is `verb` + `data`, and both are untrusted when they come. */
export interface NoticeAction {
  readonly label: Message;
  readonly verb: string;
  readonly data: { readonly [name: string]: Json };
  /** A sentence that it needs, sent as `inputs.reason`: what is asked, and what its second button says. */
  readonly asks?: { readonly what: Message; readonly send: Message };
}

const TURNS_DOWN = /^(?:refused|wrong)\./u;

/** Whether it says that something was not taken: refused, or not understood. */
export const turnsDown = ({ messages }: Pick<NoticeView, 'messages'>): boolean =>
  messages.some(({ id }) => TURNS_DOWN.test(id));
