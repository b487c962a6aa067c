import { type Refusal, refuse } from '../values.ts';

/** The ticket a request must name besides its reason, if the farm asks for one. */
export interface TicketPolicy {
  /** A regular expression that the whole ticket must match; already checked with `patternFault`. */
  readonly pattern: string;
  /** A matching ticket, shown to those who named none. */
  readonly example: string;
  readonly required: boolean;
  /** https, with `{ticket}` in place of the ticket. null: no link. */
  readonly link: string | null;
}

/** The refusals that only another ticket helps against. */
export const LACKS_TICKET: readonly string[] = ['ticket-missing', 'ticket-not-matching'];

/** What can be one word of a request and is readable on a card. */
const FORM = /^[!-~]{1,64}$/u;
const USUAL = /^[A-Za-z0-9][A-Za-z0-9._#/-]*$/u;

/** Why a request with this ticket, or without one, is refused; null: it is fine. */
export function refusedTicket(policy: TicketPolicy | null, ticket: string | null): Refusal | null {
  if (ticket === null) return policy?.required === true ? refuse('ticket-missing', { example: policy.example }) : null;
  const fits = policy === null ? USUAL : new RegExp(`^(?:${policy.pattern})$`, 'u');
  if (FORM.test(ticket) && fits.test(ticket)) return null;
  return refuse('ticket-not-matching', { said: ticket.slice(0, 64), example: policy?.example ?? 'CHG0012345' });
}

export const TICKET_PLACE = '{ticket}';

/** Where the ticket can be read; null: nowhere. Encoded so that nothing in a ticket can leave its place in the URL. */
export const ticketLink = (policy: TicketPolicy | null, ticket: string): string | null =>
  policy?.link?.replace(TICKET_PLACE, () => encoded(ticket)) ?? null;

const encoded = (ticket: string): string =>
  encodeURIComponent(ticket).replace(/[!'()*]/gu, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const MOST_VARIABLE = 3;
const TOKEN = /\\.|\[(?:\\.|[^\]\\])*\]|\(\?:|\(\?|\(|\)[*+{]?|\{\d+\}|[*+{]|./gsu;

/**
 * Why an expression may not be used, in words; null: it may. It runs on what anybody types, and nested repetition can
 * take years on a single word.
 */
export function patternFault(pattern: string): string | null {
  const tokens = pattern.match(TOKEN) ?? [];
  if (tokens.some((token) => token === '(?')) return 'looks ahead or behind, or names a group';
  if (tokens.some((token) => /^\\[1-9k]/u.test(token))) return 'refers back';
  if (tokens.some((token) => /^\)[*+{]/u.test(token))) return 'repeats a group';
  if (tokens.filter((token) => /^[*+{]$/u.test(token)).length > MOST_VARIABLE)
    return `repeats without a fixed number more than ${MOST_VARIABLE} times`;
  try {
    // Compiled alone: a pattern that closes our group early would escape the anchors at both ends.
    new RegExp(pattern, 'u');
    return null;
  } catch {
    return 'is no regular expression';
  }
}
