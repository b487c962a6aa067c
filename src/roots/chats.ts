import type { Logger } from 'pino';
import type { Mount } from '../../adapters/front/index.ts';
import { tonguesOf } from '../app/bot/tongue.ts';
import type { Options } from '../config/options.ts';
import { CertopsError } from '../domain/errors.ts';
import type { Farm } from '../domain/farm.ts';
import type { Message } from '../domain/values.ts';
import type { ChatAdapter } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';

/** Something that `certops validate` has looked at, on the platform. */
export interface Finding {
  readonly ok: boolean;
  readonly message: Message;
  /** The channel that it is about; left out: it is about all of them. */
  readonly channel?: string;
}

export type CheckedChat = ChatAdapter & { check(): Promise<readonly Finding[]> };

/** What the platforms of a farm's channels need, all of it there. Secrets: not for a log. */
export interface ChatPlan {
  readonly slack: {
    readonly token: string;
    readonly signingSecret: string | null;
    readonly appToken: string | null;
  } | null;
  /** Without a password nobody's token is checked: a rehearsal with a client on this machine. */
  readonly teams: { readonly password: string | null } | null;
  readonly web: boolean;
}

/**
 * Which chats a farm has, from its channels. Throws CertopsError `SlackTokenMissing`, `SlackSecretMissing`,
 * `TeamsPasswordMissing`, or `NoChat` when only the console is left and nobody asked for it.
 */
export function planChats(farm: Farm, options: Options, withConsole: boolean): ChatPlan {
  const { slack, teams } = farm.chat;
  if (slack === null && teams === null && !withConsole) throw new CertopsError('NoChat', { farm: farm.name });
  return {
    slack: slack === null ? null : slackSecrets(options),
    teams: teams === null ? null : teamsSecrets(farm, options),
    web: withConsole,
  };
}

function slackSecrets({ slackBotToken: token, slackSigningSecret: signingSecret, slackAppToken: appToken }: Options) {
  if (token === null) throw new CertopsError('SlackTokenMissing');
  if (signingSecret === null && appToken === null) throw new CertopsError('SlackSecretMissing');
  return { token, signingSecret, appToken };
}

function teamsSecrets({ rehearsal }: Farm, { teamsPassword: password, listen }: Options) {
  const alone = rehearsal && (listen === null || LOOPBACK.includes(listen));
  if (password === null && !alone) throw new CertopsError('TeamsPasswordMissing');
  return { password };
}

const LOOPBACK: readonly string[] = ['127.0.0.1', '::1', 'localhost'];

export interface OpenChats {
  readonly farm: Farm;
  readonly plan: ChatPlan;
  readonly options: Options;
  readonly mount: Mount;
  /** Keeps Teams' conversation references. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Slack and Teams, as far as the farm has them. Their libraries are loaded only then: together they are 50 MB. */
export async function openChats(open: OpenChats): Promise<readonly CheckedChat[]> {
  const chats = [await openSlack(open), await openTeams(open)];
  return chats.filter((chat) => chat !== null);
}

async function openSlack({ farm, plan, options, mount, clock, log }: OpenChats): Promise<CheckedChat | null> {
  if (plan.slack === null || farm.chat.slack === null) return null;
  const { createSlackChat } = await import('../../adapters/slack/index.ts');
  const { token, signingSecret, appToken } = plan.slack;
  return createSlackChat({
    token,
    signingSecret,
    appToken,
    access: farm.chat.slack,
    mount: appToken === null ? mount : null,
    channels: channelsOf(farm, 'slack'),
    tongueOf: tonguesOf([farm], 'slack'),
    ...(options.slackApiUrl === null ? {} : { apiUrl: withSlash(options.slackApiUrl) }),
    clock,
    log,
  });
}

async function openTeams({ farm, plan, options, mount, folder, clock, log }: OpenChats): Promise<CheckedChat | null> {
  const access = farm.chat.teams;
  if (plan.teams === null || access === null) return null;
  if (plan.teams.password === null)
    log.warn(
      { platform: 'teams' },
      'nobody proves who they are here: this is a rehearsal, for a client on this machine',
    );
  const { createTeamsChat } = await import('../../adapters/teams/index.ts');
  return createTeamsChat({
    appId: access.app,
    password: plan.teams.password,
    anonymous: plan.teams.password === null,
    tenant: access.tenant,
    access,
    mount,
    folder,
    channels: channelsOf(farm, 'teams'),
    tongueOf: tonguesOf([farm], 'teams'),
    ...(options.teamsChannelService === null ? {} : { channelService: options.teamsChannelService }),
    ...(options.teamsOpenIdMetadata === null ? {} : { openIdMetadata: options.teamsOpenIdMetadata }),
    ...(options.teamsLogin === null ? {} : { login: options.teamsLogin }),
    clock,
    log,
  });
}

const channelsOf = ({ channels }: Farm, wanted: string): readonly string[] =>
  channels.filter(({ platform }) => platform === wanted).map(({ id }) => id);

/** Slack's client puts the method's name right behind it. */
const withSlash = (url: string): string => (url.endsWith('/') ? url : `${url}/`);
