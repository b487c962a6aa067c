import type { Logger } from '@slack/bolt';
import { isCertopsError } from '../../src/domain/errors.ts';
import type { WayOut } from '../../src/ports/way-out.ts';
import { createApi, type SlackApi } from './api.ts';

/** How Slack rejects a token that it no longer takes for any call. */
const REFUSALS: readonly unknown[] = [
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'team_access_not_granted',
];

/**
 * Whether Slack rejects the bot's token, or the app's: without the app's token the bot can speak but hears nothing. A
 * socket address is requested and not used. Throws CertopsError when it cannot be told.
 */
export async function isRefused(deps: {
  readonly api: SlackApi;
  readonly appToken: string | null;
  readonly apiUrl: string | undefined;
  readonly logger: Logger;
  readonly wayOut: WayOut | undefined;
}): Promise<boolean> {
  const { api, appToken, apiUrl, logger, wayOut } = deps;
  if (await refuses(() => api.call({ method: 'auth.test' }, (client) => client.auth.test()))) return true;
  if (appToken === null) return false;
  const own = createApi({ token: appToken, apiUrl, logger, wayOut, timeLimitMs: 10_000 });
  return refuses(() => own.call({ method: 'apps.connections.open' }, (client) => client.apps.connections.open({})));
}

async function refuses(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return false;
  } catch (error) {
    if (isCertopsError(error) && error.code === 'ChatRefused' && REFUSALS.includes(error.data.reason)) return true;
    throw error;
  }
}
