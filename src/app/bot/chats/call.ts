import { CertopsError, isCertopsError } from '../../../domain/errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import { inTime } from '../../in-time.ts';

/** An adapter ends a call within half a minute; one that does not is not waited for any longer. */
const CALL_LIMIT_MS = 40_000;

/**
 * Waits for a call of a chat. Throws CertopsError `ChatAway` when it takes too long; what it brings then is lost here.
 */
export const call = <T>(clock: Clock, made: Promise<T>): Promise<T> =>
  inTime(clock, made, CALL_LIMIT_MS, () => new CertopsError('ChatAway', { afterMs: CALL_LIMIT_MS }));

const codeOf = (error: unknown): string => (isCertopsError(error) ? error.code : 'unknown');

/** The chat said no before it did anything; of every other failure nobody knows what it did. */
export const isDefinite = (error: unknown): boolean =>
  ['ChatBusy', 'ChatRefused', 'ChannelNotFound', 'ChannelShared', 'MessageNotFound'].includes(codeOf(error));

export const isGone = (error: unknown): boolean => codeOf(error) === 'MessageNotFound';

/** How long the chat asks to be left alone, milliseconds; null: it does not. */
export function busyFor(error: unknown): number | null {
  if (!isCertopsError(error) || error.code !== 'ChatBusy') return null;
  const { retryAfterMs } = error.data;
  return typeof retryAfterMs === 'number' && Number.isFinite(retryAfterMs)
    ? Math.min(Math.max(retryAfterMs, 100), 3_600_000)
    : 1_000;
}

/** Cards can still be posted, and notes: only what stands there already is not to be changed. */
export const isOfUpdates = (error: unknown): boolean => isCertopsError(error) && error.data.updatesOnly === true;

/** Nothing else gets through to this channel either. */
export const isAway = (error: unknown): boolean =>
  ['ChatAway', 'ChannelNotFound', 'ChannelShared'].includes(codeOf(error));

/** Until somebody sets something right there. */
export const isRefused = (error: unknown): boolean =>
  ['ChatRefused', 'ChannelNotFound', 'ChannelShared'].includes(codeOf(error));
