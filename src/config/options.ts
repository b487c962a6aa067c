/**
 * Every setting that is not in the farm file, as data: environment, command line, validation and the reference page
 * derive from this table. Names are those of the environment; a command-line flag of the same meaning takes precedence.
 */
export interface Option {
  readonly name: string;
  readonly env: string;
  /** Its name on the command line, for messages about a value given there. */
  readonly flag?: string;
  readonly type:
    | 'text'
    | 'path'
    | 'url'
    | 'prefix'
    | 'address'
    | 'port'
    | 'level'
    | 'day'
    | 'bot-token'
    | 'app-token'
    | 'proxy';
  /** null: none, or decided where the option is used. */
  readonly default: string | null;
  readonly description: string;
  /** Never logged, never shown; may also be in a file that `<env>_FILE` names. */
  readonly secret: boolean;
}

/** A secret in a file need not be in the environment, which child processes and dumps show. */
export const fileVariable = ({ env }: Pick<Option, 'env'>): string => `${env}_FILE`;

export const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

export const OPTIONS = [
  {
    name: 'redisUrl',
    env: 'REDIS_URL',
    type: 'url',
    default: null,
    description: 'Redis that carries the letters, as redis:// or rediss:// with user and password.',
    secret: true,
  },
  {
    name: 'redisPrefix',
    env: 'CERTOPS_REDIS_PREFIX',
    type: 'prefix',
    default: '{certops}',
    description:
      'Prefix of all keys in Redis, the same for the bot and its runners. A rehearsal has its own and ignores this.',
    secret: false,
  },
  {
    name: 'stateFolder',
    env: 'CERTOPS_STATE',
    type: 'path',
    default: null,
    description:
      'Folder of journals and keys. Runner: %ProgramData%\\certops or /var/lib/certops; bot: .state/bot. A rehearsal ignores this.',
    secret: false,
  },
  {
    name: 'farmFiles',
    env: 'CERTOPS_FARM',
    type: 'path',
    default: 'farm.yaml',
    description: 'Farm files that the bot serves; separate several as in PATH, with ; on Windows and : elsewhere.',
    secret: false,
  },
  {
    name: 'logLevel',
    env: 'CERTOPS_LOG_LEVEL',
    type: 'level',
    default: 'info',
    description: `How much is logged: ${LEVELS.join(', ')}.`,
    secret: false,
  },
  {
    name: 'logFile',
    env: 'CERTOPS_LOG_FILE',
    type: 'path',
    default: null,
    description:
      'File to which the log is written too: the last 10 MB, and 10 MB before. Default of a runner on Windows: runner.log beside its journal.',
    secret: false,
  },
  {
    name: 'consolePort',
    env: 'CERTOPS_CONSOLE_PORT',
    type: 'port',
    default: null,
    flag: '--port',
    description:
      'Port of the console of a rehearsal, on loopback. A port that is taken is refused; by default the port of last time, or any free one.',
    secret: false,
  },
  {
    name: 'port',
    env: 'CERTOPS_PORT',
    type: 'port',
    default: null,
    description:
      "Port of the bot's one HTTP server: Slack, Teams, /healthz, /readyz (3978). A bot with only the console opens it only if this is set.",
    secret: false,
  },
  {
    name: 'listen',
    env: 'CERTOPS_LISTEN',
    type: 'text',
    default: '127.0.0.1',
    description:
      'Address that the bot listens on, in plain HTTP, for a TLS proxy on this machine; 0.0.0.0 for a proxy elsewhere.',
    secret: false,
  },
  {
    name: 'httpsProxy',
    env: 'CERTOPS_HTTPS_PROXY',
    type: 'proxy',
    default: null,
    description:
      'HTTP proxy (CONNECT) through which the bot reaches Slack, Teams, webhook and ping, as http://host:port or http://user:password@host:port. If not set: https_proxy or HTTPS_PROXY. This machine and what NO_PROXY lists are reached directly. Runners do not use it, and Redis is not reached through it.',
    secret: true,
  },
  {
    name: 'slackBotToken',
    env: 'SLACK_BOT_TOKEN',
    type: 'bot-token',
    default: null,
    description: 'Slack: Bot User OAuth Token (xoxb-...), from OAuth & Permissions of the app.',
    secret: true,
  },
  {
    name: 'slackSigningSecret',
    env: 'SLACK_SIGNING_SECRET',
    type: 'text',
    default: null,
    description: 'Slack over HTTP: Signing Secret, from Basic Information of the app.',
    secret: true,
  },
  {
    name: 'slackAppToken',
    env: 'SLACK_APP_TOKEN',
    type: 'app-token',
    default: null,
    description: 'Slack in Socket Mode, which this turns on: app-level token (xapp-...) with connections:write.',
    secret: true,
  },
  {
    name: 'slackApiUrl',
    env: 'SLACK_API_URL',
    type: 'address',
    default: null,
    description: "Address of Slack's Web API, if not https://slack.com/api/: GovSlack has another.",
    secret: false,
  },
  {
    name: 'teamsPassword',
    env: 'TEAMS_APP_PASSWORD',
    type: 'text',
    default: null,
    description: "Teams: client secret of the bot's app registration in Microsoft Entra.",
    secret: true,
  },
  {
    name: 'teamsPasswordEnds',
    env: 'TEAMS_APP_PASSWORD_ENDS',
    type: 'day',
    default: null,
    description: 'Teams: last day of that client secret (2027-05-31). The channels are told from 14 days before.',
    secret: false,
  },
  {
    name: 'teamsChannelService',
    env: 'TEAMS_CHANNEL_SERVICE',
    type: 'address',
    default: null,
    description: 'Teams in a government cloud: https://botframework.azure.us.',
    secret: false,
  },
  {
    name: 'teamsOpenIdMetadata',
    env: 'TEAMS_OPENID_METADATA',
    type: 'address',
    default: null,
    description: 'Teams: where the keys of incoming tokens are published, if not at the usual address of Microsoft.',
    secret: false,
  },
  {
    name: 'teamsLogin',
    env: 'TEAMS_LOGIN_ENDPOINT',
    type: 'address',
    default: null,
    description: 'Teams: where the bot gets its own tokens, if not https://login.microsoftonline.com.',
    secret: false,
  },
  {
    name: 'mode',
    env: 'NODE_ENV',
    type: 'text',
    default: null,
    description: 'production: refuses a Redis that is in memory only, evicts, or does not keep its data.',
    secret: false,
  },
  {
    name: 'programData',
    env: 'ProgramData',
    type: 'path',
    default: null,
    description: 'Set by Windows: the folder that holds the state of a runner and the keys of the machine.',
    secret: false,
  },
] as const satisfies readonly Option[];

export type OptionName = (typeof OPTIONS)[number]['name'];
/** What was read: null only for an option without a default. */
export type Options = {
  readonly [option in (typeof OPTIONS)[number] as option['name']]: option['default'] extends string
    ? string
    : string | null;
};
