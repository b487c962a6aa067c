import { isNativeError } from 'node:util/types';
import { isCertopsError } from '../../src/domain/errors.ts';

const SENTENCES: { readonly [code: string]: string } = {
  HostNotOurs: 'This page answers to one address only: open it exactly as it was printed.',
  OriginNotOurs: 'Another page may not speak to this one.',
  OriginMissing: 'Another program may not speak to this page.',
  KeyNotValid: 'The key in the address is not valid any more: open the address that was printed last.',
  CookieNotValid: 'Open the address that was printed at the start: it holds the key.',
  NotThere: 'There is nothing at this address.',
  BotNotReady: 'The bot is about to start: try again in a moment.',
  BodyTooLarge: 'This is too much for one line: shorten it.',
};

const STATUS: { readonly [code: string]: number } = {
  BodyNotJson: 415,
  BodyTooLarge: 413,
  RequestNotUnderstood: 400,
  BotNotReady: 503,
  TooManyPages: 503,
};

/** What the page is told about a refusal. */
export const sentenceOf = (code: string): string => SENTENCES[code] ?? 'This request was not understood.';

/** How a request failed. `detail` is for the log; null: a refusal that nobody needs to know of. */
interface Failure {
  readonly status: number;
  readonly code: string;
  readonly detail: object | null;
}

/** The one place that interprets what went wrong behind the page. */
export function translate(error: unknown): Failure {
  const code = isCertopsError(error) ? error.code : 'ConsoleFailed';
  const status = STATUS[code];
  if (status !== undefined) return { status, code, detail: null };
  const reason = isNativeError(error) ? error.message : code;
  return { status: 500, code, detail: isCertopsError(error) ? { code, data: error.data } : { code, reason } };
}
