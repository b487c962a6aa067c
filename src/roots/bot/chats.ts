import type { Logger } from 'pino';
import type { Mount } from '../../../adapters/front/index.ts';
import { localesOf } from '../../app/bot/chats/locale.ts';
import type { Options } from '../../config/options.ts';
import { CertopsError } from '../../domain/errors.ts';
import type { Farm } from '../../domain/farm/farm.ts';
import type { ChatAdapter, Finding } from '../../ports/chat.ts';
import type { SteadyClock } from '../../ports/clock.ts';
import type { WayOut } from '../../ports/way-out.ts';

export type CheckedChat = ChatAdapter & { check(): Promise<readonly Finding[]> };

/** What the platforms of the farms' channels need, complete. Holds secrets: never log it. */
export interface ChatPlan {
  readonly slack: {
    readonly token: string;
    readonly signingSecret: string | null;
    readonly appToken: string | null;
  } | null;
  /** Without a password no token is checked: only for a rehearsal with a client on this machine. */
  readonly teams: { readonly password: string | null } | null;
  readonly web: boolean;
}

/**
 * Which chats the farms have; all farms share one connection to each. Throws CertopsError `ConsoleOnlyForRehearsals`,
 * `SlackTokenMissing`, `SlackSecretMissing`, `TeamsPasswordMissing`, or `NoChat` if only the console would be left for
 * a farm and nobody asked for it.
 */
export function planChats(farms: readonly Farm[], options: Options, withConsole: boolean): ChatPlan {
  const real = withConsole ? farms.find(({ rehearsal }) => !rehearsal) : undefined;
  if (real !== undefined) throw new CertopsError('ConsoleOnlyForRehearsals', { farm: real.name });
  const mute = farms.find(({ chat: { slack, teams } }) => slack === null && teams === null);
  if (mute !== undefined && !withConsole) throw new CertopsError('NoChat', { farm: mute.name });
  return {
    slack: accessOf(farms, 'slack') === null ? null : slackSecrets(options),
    teams: accessOf(farms, 'teams') === null ? null : teamsSecrets(farms, options),
    web: withConsole,
  };
}

/** The first one found: farms that differ in it are not served together. */
const accessOf = <P extends 'slack' | 'teams'>(farms: readonly Farm[], platform: P): Farm['chat'][P] =>
  farms.find(({ chat }) => chat[platform] !== null)?.chat[platform] ?? null;

function slackSecrets({ slackBotToken: token, slackSigningSecret: signingSecret, slackAppToken: appToken }: Options) {
  if (token === null) throw new CertopsError('SlackTokenMissing');
  if (signingSecret === null && appToken === null) throw new CertopsError('SlackSecretMissing');
  return { token, signingSecret, appToken };
}

function teamsSecrets(farms: readonly Farm[], { teamsPassword: password, listen }: Options) {
  const alone = farms.every(({ rehearsal }) => rehearsal) && LOOPBACK.includes(listen);
  if (password === null && !alone) throw new CertopsError('TeamsPasswordMissing');
  return { password };
}

const LOOPBACK: readonly string[] = ['127.0.0.1', '::1', 'localhost'];

interface OpenChats {
  readonly farms: readonly Farm[];
  readonly plan: ChatPlan;
  readonly options: Options;
  readonly mount: Mount;
  /** Keeps Teams' conversation references. */
  readonly folder: string;
  /** How they are reached; undefined: directly. */
  readonly wayOut: WayOut | undefined;
  readonly clock: SteadyClock;
  readonly log: Logger;
}

/** Slack and Teams, if the farms have them. Their libraries are loaded only then: together they are 50 MB. */
export async function openChats(open: OpenChats): Promise<readonly CheckedChat[]> {
  const chats = [await openSlack(open), await openTeams(open)];
  return chats.filter((chat) => chat !== null);
}

async function openSlack({ farms, plan, options, mount, wayOut, clock, log }: OpenChats): Promise<CheckedChat | null> {
  const access = accessOf(farms, 'slack');
  if (plan.slack === null || access === null) return null;
  const { createSlackChat } = await import('../../../adapters/slack/index.ts');
  const { token, signingSecret, appToken } = plan.slack;
  return createSlackChat({
    token,
    signingSecret,
    appToken,
    access,
    mount: appToken === null ? mount : null,
    channels: channelsOf(farms, 'slack'),
    groups: [...new Set(farms.flatMap(({ groups }) => groups.flatMap(({ slack }) => slack ?? [])))],
    localeOf: localesOf(farms, 'slack'),
    ...(options.slackApiUrl === null ? {} : { apiUrl: withSlash(options.slackApiUrl) }),
    wayOut,
    clock,
    log,
  });
}

async function openTeams(open: OpenChats): Promise<CheckedChat | null> {
  const { farms, plan, options, mount, folder, wayOut, clock, log } = open;
  const access = accessOf(farms, 'teams');
  if (plan.teams === null || access === null) return null;
  if (plan.teams.password === null)
    log.warn(
      { platform: 'teams' },
      'nobody proves who they are here: this is a rehearsal, for a client on this machine',
    );
  const { createTeamsChat } = await import('../../../adapters/teams/index.ts');
  return createTeamsChat({
    appId: access.app,
    password: plan.teams.password,
    anonymous: plan.teams.password === null,
    tenant: access.tenant,
    access,
    mount,
    folder,
    channels: channelsOf(farms, 'teams'),
    localeOf: localesOf(farms, 'teams'),
    ...(options.teamsChannelService === null ? {} : { channelService: options.teamsChannelService }),
    ...(options.teamsOpenIdMetadata === null ? {} : { openIdMetadata: options.teamsOpenIdMetadata }),
    ...(options.teamsLogin === null ? {} : { login: options.teamsLogin }),
    wayOut,
    clock,
    log,
  });
}

/** Two farms may share a channel. */
const channelsOf = (farms: readonly Farm[], wanted: string): readonly string[] => [
  ...new Set(
    farms.flatMap(({ channels }) => channels.filter(({ platform }) => platform === wanted).map(({ id }) => id)),
  ),
];

/** Slack's client appends the method's name to it directly. */
const withSlash = (url: string): string => (url.endsWith('/') ? url : `${url}/`);
