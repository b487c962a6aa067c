import type { Logger } from '@slack/bolt';
import { isCertopsError } from '../../src/domain/errors.ts';
import type { WayOut } from '../../src/ports/way-out.ts';
import { createApi, type SlackApi } from './api.ts';

/** What Slack says of a token that it takes no more, whatever it is asked. */
const REFUSALS: readonly unknown[] = [
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'team_access_not_granted',
];

/**
 * Whether Slack turns the bot's token away, or the app's: without that one the bot speaks and hears nothing. A socket's
 * address is asked for and left unused. Throws CertopsError where it cannot be told.
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
