import { webApi } from '@slack/bolt';
import { proxyFailureIn } from '../../src/domain/calls/way-out.ts';
import { CertopsError, isCertopsError } from '../../src/domain/errors.ts';

/** What a call was about, for the reader of an error; never a token, a body or a person's words. */
export interface CallContext {
  readonly method: string;
  readonly channel?: string;
}

const CHANNEL = new Set([
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'channel_is_archived',
  'is_inactive',
  'user_not_in_channel',
]);
const MESSAGE = new Set(['message_not_found', 'thread_not_found']);
/** It is there, but a workspace may end all editing some time after a message was posted. */
const STAYS = new Set(['cant_update_message', 'edit_window_closed']);
const BUSY = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);
const AWAY = new Set([
  'fatal_error',
  'internal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'org_login_required',
  'external_channel_migrating',
  'update_failed',
  'accesslimited',
]);

const CONTENT = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
  'invalid_arguments',
]);

/** A channel without threads, or a thread that an administrator has locked. */
const THREAD = new Set([
  'restricted_action_non_threadable_channel',
  'restricted_action_thread_locked',
  'cannot_reply_to_message',
]);

/** How long to wait where Slack asks us to wait and does not say how long. */
const UNNAMED_WAIT_MS = 30_000;

/** Slack limits each method separately, so that cards can be posted and not changed, or changed and not posted. */
export const busy = ({ method, channel }: CallContext, retryAfterMs: number): CertopsError =>
  new CertopsError('ChatBusy', {
    platform: 'slack',
    method,
    ...(channel === undefined ? {} : { channel }),
    retryAfterMs,
    ...(method === 'chat.update' ? { updatesOnly: true } : {}),
    ...(method === 'chat.postMessage' ? { newOnly: true } : {}),
  });

/**
 * The one place that interprets Slack's failures. ChatBusy{retryAfterMs}, ChannelNotFound, MessageNotFound, ChatRefused
 * and ChatAway, each with Slack's own word as `reason`, and `at` if Slack names a block. The error is built anew,
 * because the library's errors carry the whole answer.
 */
export function translate(error: unknown, context: CallContext): CertopsError {
  const { method, channel } = context;
  if (isCertopsError(error)) return error;
  const data = { platform: 'slack', method, ...(channel === undefined ? {} : { channel }) };
  if (error instanceof webApi.WebAPIRateLimitedError) {
    return busy(context, Math.max(1, error.retryAfter) * 1000);
  }
  if (error instanceof webApi.WebAPIHTTPError) {
    const reason = `http-${error.statusCode}`;
    const away = error.statusCode >= 500 || error.statusCode === 408;
    return new CertopsError(away ? 'ChatAway' : 'ChatRefused', { ...data, reason });
  }
  if (!(error instanceof webApi.WebAPIPlatformError))
    return new CertopsError('ChatAway', { ...data, reason: 'network', ...proxyFailureIn(error) });

  const reason = word(error.data.error);
  if (reason === null) return new CertopsError('ChatAway', { ...data, reason: 'not-slack' });
  if (BUSY.has(reason)) {
    const seconds = error.data.response_metadata?.retryAfter;
    return busy(context, typeof seconds === 'number' ? Math.max(1, seconds) * 1000 : UNNAMED_WAIT_MS);
  }
  if (CHANNEL.has(reason)) return new CertopsError('ChannelNotFound', { ...data, reason });
  if (MESSAGE.has(reason)) return new CertopsError('MessageNotFound', { ...data, reason });
  if (STAYS.has(reason)) return new CertopsError('MessageNotFound', { ...data, reason, stays: true });
  if (AWAY.has(reason)) return new CertopsError('ChatAway', { ...data, reason });
  const needed = word((error.data as { readonly needed?: unknown }).needed);
  const at = blockOf(error.data.response_metadata);
  return new CertopsError('ChatRefused', {
    ...data,
    reason,
    ...(needed === null ? {} : { needed }),
    ...(at === null ? {} : { at }),
  });
}

/** Which part of the blocks Slack rejected. Only the path: Slack's message may quote the words themselves. */
function blockOf(metadata: unknown): string | null {
  const { messages } = (metadata ?? {}) as { readonly messages?: unknown };
  return /\/blocks(?:\/\w{1,40}){1,9}/u.exec(Array.isArray(messages) ? String(messages[0]) : '')?.[0] ?? null;
}

/** Slack rejects the content itself, here or anywhere; other content may get through. */
export const isOfContent = (error: unknown): error is CertopsError =>
  isCertopsError(error) && error.code === 'ChatRefused' && CONTENT.has(String(error.data.reason));

/** Slack takes no reply to that message; a message of its own in the channel may be allowed. */
export const isOfThread = (error: unknown): boolean =>
  isCertopsError(error) && error.code === 'ChatRefused' && THREAD.has(String(error.data.reason));

/** Slack's errors are single words; a proxy's error page is not, and must not be copied into a log. */
const word = (value: unknown): string | null =>
  typeof value === 'string' && /^[a-z][a-z0-9_:.,-]{0,80}$/u.test(value) ? value : null;
