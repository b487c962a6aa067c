import { refusedTicket } from '../../../domain/farm/ticket.ts';
import { fieldOf, readForm } from '../../../domain/request/form-words.ts';
import { reasonIn, wrongReason } from '../../../domain/request/grammar.ts';
import type { RequestLine } from '../../../domain/request/taken.ts';
import { isWrong, type Wrong } from '../../../domain/request/wrong-words.ts';
import { isRefusal, type Json, type Refusal } from '../../../domain/values.ts';
import type { Answer, ChatIntent } from '../../../ports/chat.ts';
import type { Member } from '../desk.ts';
import { notice, refusal, say } from '../views/notices.ts';
import { refusedNow } from './answers.ts';
import { ask, deskFor, type Inbox, timed } from './route.ts';

export type Click = Extract<ChatIntent, { type: 'action' }>;
type Asked = { readonly member: Member; readonly line: RequestLine; readonly reason: string };

/** What a button or a form asks for if it does not say, as on cards of an older version. */
export const PLAINEST = 'rotate-master';

/** A form that was sent, read as the line that one would type for it. */
export async function requested(inbox: Inbox, intent: Click): Promise<Answer> {
  const read = readClick(inbox, intent);
  if (isWrong(read) || isRefusal(read)) return told(read);
  const { member, line, reason } = read;
  return ask(inbox, member, intent, { ...line, reason, dry: false });
}

/** Checks a form before it is sent: what is wrong with one of its fields; nothing where no field can fix it. */
export function checked(inbox: Inbox, intent: Click): Answer {
  const read = readClick(inbox, intent);
  const wrong = isWrong(read) || isRefusal(read) ? read : refusedField(read);
  const field = wrong === null ? null : fieldOf(wrong.code);
  return wrong === null || field === null ? { type: 'nothing' } : { ...told(wrong), field };
}

function readClick(inbox: Inbox, intent: Click): Asked | Wrong | Refusal {
  const { inputs, data } = intent;
  const member = deskFor(inbox, intent, (inputs.farm ?? '') || text(data.farm) || null);
  if (isRefusal(member)) return member;
  const reason = reasonIn((inputs.reason ?? '').trim());
  const line = wrongReason(reason) ?? readForm(text(data.request) || PLAINEST, inputs);
  if (isWrong(line)) return line;
  return { member, line: sayable(line, member), reason };
}

/**
 * A typed request for a compromised certificate starts at once unless it names a window, so the form's default is
 * named.
 */
function sayable(line: RequestLine, { desk: { farm } }: Member): RequestLine {
  const { wish } = line;
  if (!wish.compromised || line.at !== undefined || wish.when.by !== 'policy') return line;
  return { ...line, wish: { ...wish, when: { by: farm.windows.length > 0 ? 'window' : 'now' } } };
}

/** Why the farm does not accept one of the fields, or null. */
function refusedField({ member: { desk, person }, line }: Asked): Refusal | null {
  const wish = timed(desk, person, line);
  if (isRefusal(wish)) return wish;
  return refusedNow(desk, wish) ?? refusedTicket(desk.farm.ticket, wish.ticket);
}

const told = (wrong: Wrong | Refusal) =>
  isRefusal(wrong) ? refusal(wrong) : notice([say(`wrong.${wrong.code}`, wrong.data)]);

export const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
