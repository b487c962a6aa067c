import { CertopsError, isCertopsError } from '../../../domain/errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import { inTime } from '../../in-time.ts';

/** An adapter ends a call within half a minute; a call that takes longer than this is abandoned. */
const CALL_LIMIT_MS = 40_000;

/**
 * Waits for a call to a chat. Throws CertopsError `ChatAway` when it takes too long; a result that comes later is lost.
 */
export const call = <T>(clock: Clock, made: Promise<T>): Promise<T> =>
  inTime(clock, made, CALL_LIMIT_MS, () => new CertopsError('ChatAway', { afterMs: CALL_LIMIT_MS }));

const codeOf = (error: unknown): string => (isCertopsError(error) ? error.code : 'unknown');

/** The chat refused before it did anything. After any other failure, nobody knows whether it acted. */
export const isDefinite = (error: unknown): boolean =>
  ['ChatBusy', 'ChatRefused', 'ChannelNotFound', 'ChannelShared', 'MessageNotFound'].includes(codeOf(error));

/** Somebody has deleted the message, or it stays as it is. */
export const isGone = (error: unknown): boolean => codeOf(error) === 'MessageNotFound';

/** Nobody deleted the message: it is too old for its chat to let it be changed. */
export const isFixed = (error: unknown): boolean => isCertopsError(error) && isGone(error) && error.data.stays === true;

/** How long the chat asks to be left alone, in milliseconds; null if it does not ask. */
export function busyFor(error: unknown): number | null {
  if (!isCertopsError(error) || error.code !== 'ChatBusy') return null;
  const { retryAfterMs } = error.data;
  return typeof retryAfterMs === 'number' && Number.isFinite(retryAfterMs)
    ? Math.min(Math.max(retryAfterMs, 100), 3_600_000)
    : 1_000;
}

/** Only updates fail: new cards and notes can still be posted, but existing ones cannot be changed. */
export const isOfUpdates = (error: unknown): boolean => isCertopsError(error) && error.data.updatesOnly === true;

/** Only new cards and notes fail: existing ones can still be changed. */
export const isOfNew = (error: unknown): boolean => isCertopsError(error) && error.data.newOnly === true;

/** Nothing else gets through to this channel either. */
export const isAway = (error: unknown): boolean =>
  ['ChatAway', 'ChannelNotFound', 'ChannelShared'].includes(codeOf(error));

/** Fails until somebody fixes something in the chat. */
export const isRefused = (error: unknown): boolean =>
  ['ChatRefused', 'ChannelNotFound', 'ChannelShared'].includes(codeOf(error));
