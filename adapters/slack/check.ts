import type { Logger } from '@slack/bolt';
import { proxyDataOf } from '../../src/domain/calls/way-out.ts';
import { isCertopsError } from '../../src/domain/errors.ts';
import type { SlackAccess } from '../../src/domain/farm/farm.ts';
import type { Message } from '../../src/domain/values.ts';
import type { Finding } from '../../src/ports/chat.ts';
import type { WayOut } from '../../src/ports/way-out.ts';
import { createApi, type SlackApi } from './api.ts';
import { inTeam, membersOf } from './groups.ts';
import { SCOPES } from './scopes.ts';

/** Checking goes on after a missing scope, and when Slack does not tell which app the token belongs to. */
const NO_END: readonly string[] = ['validate.slack-scope.failed', 'validate.slack-app.unread'];

/** Checks whether Slack lets the bot do its work; changes nothing. Each failure's message says what to do about it. */
export async function runChecks(deps: {
  readonly api: SlackApi;
  readonly access: SlackAccess;
  readonly channels: readonly string[];
  readonly groups: readonly string[];
  readonly appToken: string | null;
  readonly apiUrl: string | undefined;
  readonly logger: Logger;
  readonly wayOut: WayOut | undefined;
}): Promise<readonly Finding[]> {
  const { api, access, channels, groups, appToken, apiUrl, logger, wayOut } = deps;
  const token = await checkToken(api, access);
  // With another workspace or another app, the channels would be others too.
  if (!token.every(({ ok, message }) => ok || NO_END.includes(message.id))) return token;
  const findings = [...token, ...(appToken === null ? [good('slack-secret', {})] : [])];
  for (const channel of channels) findings.push({ ...(await checkChannel(api, channel)), channel });
  for (const group of groups) findings.push(await checkGroup(api, access, group));
  if (appToken !== null) {
    const own = createApi({ token: appToken, apiUrl, logger, wayOut, timeLimitMs: 10_000 });
    findings.push(await checkSocket(own));
  }
  return findings;
}

async function checkToken(api: SlackApi, access: SlackAccess): Promise<readonly Finding[]> {
  const { workspaces, enterprises } = access;
  try {
    const answer = await api.call({ method: 'auth.test' }, (client) => client.auth.test());
    const { team_id: team = '', team: workspace = '', user: bot = '', enterprise_id: enterprise } = answer;
    if (answer.bot_id === undefined) return [bad('slack-token.failed', { reason: 'not_a_bot_token' })];
    const granted = answer.response_metadata?.scopes ?? [];
    const missing = Object.keys(SCOPES).filter((scope) => !granted.includes(scope));
    return [
      good('slack-token', { workspace, bot }),
      // The token of an app that a whole organisation installed names the organisation in place of a workspace.
      ...([...workspaces, ...enterprises].includes(team) ? [] : [bad('slack-workspace.failed', { team, workspace })]),
      ...(typeof enterprise !== 'string' || enterprises.includes(enterprise)
        ? []
        : [bad('slack-enterprise.failed', { enterprise })]),
      ...(missing.length === 0 ? [good('slack-scopes', { scopes: Object.keys(SCOPES).length })] : []),
      ...missing.map((scope) => bad('slack-scope.failed', { scope })),
      ...(missing.includes('users:read') ? [] : [await checkApp(api, access, answer.bot_id)]),
    ];
  } catch (error) {
    return [failed('slack-token.failed', error, {})];
  }
}

/** Deliveries for another app than the farm file's are acknowledged and dropped, and nobody sees why. */
async function checkApp(api: SlackApi, access: SlackAccess, bot: string): Promise<Finding> {
  const { app: named } = access;
  try {
    const { bot: found } = await api.call({ method: 'bots.info' }, (client) =>
      client.bots.info({ bot, ...inTeam(access) }),
    );
    const app = found?.app_id;
    if (app === undefined) return bad('slack-app.unread', { named, reason: 'no_app_id' });
    return app === named ? good('slack-app', { app }) : bad('slack-app.failed', { app, named });
  } catch (error) {
    return failed('slack-app.unread', error, { named });
  }
}

async function checkChannel(api: SlackApi, channel: string): Promise<Finding> {
  try {
    const context = { method: 'conversations.info', channel };
    const { channel: found } = await api.call(context, (client) => client.conversations.info({ channel }));
    const name = found?.name ?? channel;
    if (found?.is_archived === true) return bad('slack-channel.failed', { channel, reason: 'is_archived' });
    if (found?.is_ext_shared === true || found?.is_pending_ext_shared === true) {
      return bad('slack-channel.shared', { channel, name });
    }
    if (found?.is_member !== true) return bad('slack-channel.not-member', { channel, name });
    return good('slack-channel', { channel, name });
  } catch (error) {
    return failed('slack-channel.failed', error, { channel });
  }
}

async function checkGroup(api: SlackApi, access: SlackAccess, group: string): Promise<Finding> {
  try {
    const members = (await membersOf(api, access, group)) ?? [];
    return good('slack-group', { group, members: members.length });
  } catch (error) {
    return failed('slack-group.failed', error, { group });
  }
}

/** Requests a socket address and does not use it: enough to see whether the token may open a socket. */
async function checkSocket(api: SlackApi): Promise<Finding> {
  try {
    await api.call({ method: 'apps.connections.open' }, (client) => client.apps.connections.open({}));
    return good('slack-socket', {});
  } catch (error) {
    return failed('slack-socket.failed', error, {});
  }
}

const good = (what: string, data: Message['data']): Finding => ({
  ok: true,
  message: { id: `validate.${what}`, data },
});
const bad = (what: string, data: Message['data']): Finding => ({
  ok: false,
  message: { id: `validate.${what}`, data },
});

const failed = (what: string, error: unknown, data: Message['data']): Finding => {
  if (!isCertopsError(error)) return bad(what, { ...data, code: 'unknown', reason: 'unknown' });
  const { reason = error.code } = error.data;
  return bad(what, { ...data, code: error.code, reason, ...proxyDataOf(error.data) });
};
