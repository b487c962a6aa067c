import type { StartChoice } from '../views/ask-form.ts';
import { readRequest } from './request-line.ts';
import type { RequestLine } from './taken.ts';
import { readField } from './typed-line.ts';
import { takeAt } from './when-words.ts';
import { isWrong, short, type Wrong, wrong } from './wrong-words.ts';

/** What came back from a form's fields, as text; a form of an older version had none of them. */
export type Filled = { readonly [field in 'when' | 'at' | 'ticket']?: string | undefined };

/**
 * A request's words with what was filled in, read like a line that says the same. A field holds one thing: words of
 * another kind in it add nothing to the request.
 */
export function readForm(request: string, { when, at, ticket }: Filled): RequestLine | Wrong {
  const line = readRequest(request);
  if (isWrong(line)) return line;
  const time = wordsIn(at ?? '');
  // Clients leave out what was not touched: a typed time says by itself that it is meant.
  const chosen = when ?? (isWrong(time) || time.length > 0 ? 'time' : null);
  if (chosen === null) return ticket === undefined ? line : fillTicket(line, wordsIn(ticket));
  const begun = fillWhen(line, chosen, time);
  // An emptied field may come back as missing; a form without the field belonged to a request that names no ticket.
  return isWrong(begun) ? begun : fillTicket(begun, wordsIn(ticket ?? ''));
}

const CHOICES: { readonly [choice in StartChoice]: RequestLine['wish']['when'] } = {
  policy: { by: 'policy' },
  window: { by: 'window' },
  now: { by: 'now' },
  time: { by: 'policy' },
};

/** A time typed beside another choice may be meant: nothing is guessed. */
function fillWhen(line: RequestLine, when: string, time: readonly string[] | Wrong): RequestLine | Wrong {
  if (isWrong(time)) return time;
  if (!isChoice(when)) return wrong('form-when-unknown', { said: short([when]) });
  if (when !== 'time' && time.length > 0) return wrong('form-when-twice', { said: short(time) });
  if (when === 'time' && time.length === 0) return wrong('form-at-what');
  const { at: _typed, ...rest } = line;
  const bare = { ...rest, wish: { ...rest.wish, when: CHOICES[when] } };
  if (when !== 'time') return bare;
  const taken = takeAt(bare, time, () => false);
  return isWrong(taken) || taken.taken < time.length ? { ...bare, at: time.join(' ') } : taken.line;
}

const isChoice = (when: string): when is StartChoice => Object.hasOwn(CHOICES, when);

const fillTicket = (line: RequestLine, ticket: readonly string[] | Wrong): RequestLine | Wrong =>
  isWrong(ticket) ? ticket : { ...line, wish: { ...line.wish, ticket: ticket.length === 0 ? null : ticket.join(' ') } };

/** Cleaned like typed words; what would be a reason in a line is none here, and is left unreadable. */
function wordsIn(field: string): readonly string[] | Wrong {
  const line = readField(field);
  if (isWrong(line)) return line;
  const { words, reason } = line;
  return reason === null ? words : [field.trim()];
}

const FIELDS: { readonly [code: string]: FormField } = {
  'form-when-unknown': 'when',
  'form-when-twice': 'when',
  'form-at-what': 'at',
  'no-windows': 'when',
  frozen: 'when',
  'ticket-missing': 'ticket',
  'ticket-not-matching': 'ticket',
  'unknown-farm': 'farm',
  'which-farm': 'farm',
  'reason-too-long': 'reason',
  'reason-control-characters': 'reason',
};

export type FormField = 'farm' | 'when' | 'at' | 'ticket' | 'reason';

/** The form field in which an error can be corrected; null: none. */
export function fieldOf(code: string): FormField | null {
  if (Object.hasOwn(FIELDS, code)) return FIELDS[code] ?? null;
  return code.startsWith('when-') || code === 'outside-windows' ? 'at' : null;
}
