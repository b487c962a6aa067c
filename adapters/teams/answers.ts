import { say } from '../../cards/wording/index.ts';
import type { NoticeView } from '../../src/domain/view.ts';
import type { Reply, Tongue } from '../../src/ports/chat.ts';
import { CARD, type CardMessage, cardMessage, PLAIN, teamsCard } from './card.ts';
import { formCard } from './form-card.ts';

/** The body of an answer to Action.Execute. Teams shows nothing of any other status than 200. */
export interface InvokeAnswer {
  readonly statusCode: 200;
  readonly type: typeof CARD | 'application/vnd.microsoft.activity.message';
  readonly value: object | string;
}

/** A sentence below the card, or the person's own card in its place. `member`: Teams' own id of that person. */
export function invokeAnswer(reply: Reply, member: string): InvokeAnswer {
  const { tongue } = reply;
  switch (reply.type) {
    case 'nothing':
      return sentence('');
    case 'notice':
      return sentence(wordsOf(reply.notice, tongue));
    case 'card':
      return card(teamsCard(reply.view, reply.reader, tongue, { ...PLAIN, refreshFor: [member] }));
    case 'form':
      return card(formCard(reply.form, tongue));
  }
}

/**
 * The same as a message. Where others read along, a card is drawn as the channel's copies are, and the person's client
 * asks for their own.
 */
export function messageAnswer(reply: Reply, member: string, alone: boolean): CardMessage | null {
  const { tongue } = reply;
  switch (reply.type) {
    case 'nothing':
      return null;
    case 'notice':
      return cardMessage(reply.notice, 'other', tongue, PLAIN);
    case 'card':
      return cardMessage(reply.view, alone ? reply.reader : 'approver', tongue, { ...PLAIN, refreshFor: [member] });
    case 'form': {
      const content = formCard(reply.form, tongue);
      return { type: 'message', summary: String(content.speak), attachments: [{ contentType: CARD, content }] };
    }
  }
}

const card = (value: object): InvokeAnswer => ({ statusCode: 200, type: CARD, value });
const sentence = (value: string): InvokeAnswer => ({
  statusCode: 200,
  type: 'application/vnd.microsoft.activity.message',
  value,
});

const wordsOf = ({ messages }: NoticeView, { language, timeZone }: Tongue): string =>
  messages.map((message) => say(message, language, undefined, timeZone)).join('\n\n');
