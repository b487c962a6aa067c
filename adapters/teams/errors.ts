import { isNativeError } from 'node:util/types';
import { proxyFailureIn } from '../../src/domain/calls/way-out.ts';
import { CertopsError, isCertopsError } from '../../src/domain/errors.ts';

/** An answer from the connector that is not a success, not yet interpreted. */
export class ConnectorFailure extends Error {
  readonly status: number;
  /** The connector's own word, as in `{"error":{"code":"ConversationNotFound"}}`. */
  readonly reason: string | null;
  readonly retryAfterMs: number | null;

  constructor(status: number, reason: string | null, retryAfterMs: number | null) {
    super(`the connector answered ${status}`);
    this.name = 'ConnectorFailure';
    this.status = status;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What a call was about, for the reader of an error; never a token, a body or a person's words. */
export interface CallContext {
  readonly method: 'post' | 'update' | 'open' | 'roster' | 'token';
  readonly channel?: string;
  readonly message?: string;
}

/** How long to wait where Teams asks us to wait and does not say how long. Its tightest limit is per second. */
const UNNAMED_WAIT_MS = 2_000;

/**
 * The one place that interprets Teams' failures: ChatBusy{retryAfterMs} for 412, 429, 502, 503 and 504, which Microsoft
 * asks to repeat; MessageNotFound, ChannelNotFound, ChatRefused{status}, and ChatAway when nobody answered, or when a
 * gateway failed that may have passed a post on. The error is built anew, because the library's errors carry the whole
 * request.
 */
export function translate(error: unknown, context: CallContext): CertopsError {
  if (isCertopsError(error)) return error;
  const data = { platform: 'teams', ...context };
  if (!(error instanceof ConnectorFailure)) {
    return new CertopsError('ChatAway', { ...data, reason: networkReason(error), ...proxyFailureIn(error) });
  }
  const { status, retryAfterMs } = error;
  const reason = error.reason ?? `http-${status}`;
  if (reason === 'ActivityNotFoundInConversation') return new CertopsError('MessageNotFound', { ...data, reason });
  if (reason === 'ConversationNotFound') return new CertopsError('ChannelNotFound', { ...data, reason });
  if (context.method === 'post' && [502, 504].includes(status))
    return new CertopsError('ChatAway', { ...data, reason });
  if ([412, 429, 502, 503, 504].includes(status)) {
    return new CertopsError('ChatBusy', { ...data, reason, retryAfterMs: retryAfterMs ?? UNNAMED_WAIT_MS });
  }
  if (status === 404)
    return new CertopsError(context.method === 'update' ? 'MessageNotFound' : 'ChannelNotFound', { ...data, reason });
  if (status === 403) {
    // For a deleted card Teams says no more than this; where the bot itself lacks permission, it says why.
    const isGone = context.method === 'update' && reason === 'ServiceError';
    return new CertopsError(isGone ? 'MessageNotFound' : 'ChannelNotFound', { ...data, reason });
  }
  if (status >= 500 || status === 408) return new CertopsError('ChatAway', { ...data, reason });
  return new CertopsError('ChatRefused', { ...data, reason, status });
}

/** The bot got no token from Entra, so Teams has not seen the message at all. */
export const isOfToken = (error: unknown): boolean => isCertopsError(error) && error.data.method === 'token';

/** Network error codes only: an error's message may hold an address with more in it. */
function networkReason(error: unknown): string {
  if (!isNativeError(error)) return 'network';
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no-answer-in-time';
  const { cause } = error as { readonly cause?: { readonly code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : 'network';
}
