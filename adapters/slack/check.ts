import type { Logger } from '@slack/bolt';
import { isCertopsError } from '../../src/domain/errors.ts';
import type { SlackAccess } from '../../src/domain/farm.ts';
import type { Message } from '../../src/domain/values.ts';
import { createApi, type SlackApi } from './api.ts';
import { SCOPES } from './scopes.ts';

export { APP_SCOPES, EVENTS, SCOPES } from './scopes.ts';

/** One line of `certops validate`. */
export interface Finding {
  readonly ok: boolean;
  readonly message: Message;
}

/** Looks whether Slack lets the bot do its work; changes nothing. Each failure's message says what to do about it. */
export async function runChecks(deps: {
  readonly api: SlackApi;
  readonly access: SlackAccess;
  readonly channels: readonly string[];
  readonly appToken: string | null;
  readonly apiUrl: string | undefined;
  readonly logger: Logger;
}): Promise<readonly Finding[]> {
  const { api, access, channels, appToken, apiUrl, logger } = deps;
  const token = await checkToken(api, access);
  if (!(token[0]?.ok ?? false)) return token;
  const findings = [...token];
  for (const channel of channels) findings.push(await checkChannel(api, channel));
  if (appToken !== null) {
    const own = createApi({ token: appToken, apiUrl, logger, timeLimitMs: 10_000 });
    findings.push(await checkSocket(own));
  }
  return findings;
}

async function checkToken(api: SlackApi, { workspaces, enterprises }: SlackAccess): Promise<readonly Finding[]> {
  try {
    const answer = await api.call({ method: 'auth.test' }, (client) => client.auth.test());
    const { team_id: team = '', team: workspace = '', user: bot = '', enterprise_id: enterprise = null } = answer;
    if (answer.bot_id === undefined) return [bad('validate.slack-token', { reason: 'not_a_bot_token' })];
    const findings = [good('validate.slack-token-ok', { workspace, bot })];
    const listed = workspaces.includes(team) || (typeof enterprise === 'string' && enterprises.includes(enterprise));
    if (!listed) findings.push(bad('validate.slack-workspace', { team, workspace }));
    const granted = answer.response_metadata?.scopes ?? [];
    const missing = Object.keys(SCOPES).filter((scope) => !granted.includes(scope));
    if (missing.length === 0) findings.push(good('validate.slack-scopes-ok', { scopes: granted.length }));
    for (const scope of missing) {
      findings.push(bad('validate.slack-scope', { scope, why: SCOPES[scope as keyof typeof SCOPES] }));
    }
    return findings;
  } catch (error) {
    return [failed('validate.slack-token', error, {})];
  }
}

async function checkChannel(api: SlackApi, channel: string): Promise<Finding> {
  try {
    const context = { method: 'conversations.info', channel };
    const { channel: found } = await api.call(context, (client) => client.conversations.info({ channel }));
    const name = found?.name ?? channel;
    if (found?.is_archived === true) return bad('validate.slack-channel', { channel, reason: 'is_archived' });
    if (found?.is_ext_shared === true || found?.is_pending_ext_shared === true) {
      return bad('validate.slack-channel-shared', { channel, name });
    }
    if (found?.is_member !== true) return bad('validate.slack-not-member', { channel, name });
    return good('validate.slack-channel-ok', { channel, name });
  } catch (error) {
    return failed('validate.slack-channel', error, { channel });
  }
}

/** Asks for a socket's address and leaves it unused: that is all it takes to see whether the token may. */
async function checkSocket(api: SlackApi): Promise<Finding> {
  try {
    await api.call({ method: 'apps.connections.open' }, (client) => client.apps.connections.open({}));
    return good('validate.slack-socket-ok', {});
  } catch (error) {
    return failed('validate.slack-socket', error, {});
  }
}

const good = (id: string, data: Message['data']): Finding => ({ ok: true, message: { id, data } });
const bad = (id: string, data: Message['data']): Finding => ({ ok: false, message: { id, data } });

const failed = (id: string, error: unknown, data: Message['data']): Finding => {
  const reason = isCertopsError(error) ? (error.data.reason ?? error.code) : 'unknown';
  return bad(id, { ...data, reason });
};
