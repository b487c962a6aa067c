import { FAILED, type Saying, USAGE } from './saying.ts';

/** Why a bot cannot reach the people who ask and decide. */
export const OF_CHATS: { readonly [code: string]: Saying } = {
  ConsoleOnlyForRehearsals: {
    exit: USAGE,
    say: ({ farm }) =>
      `--console is only for farms of the lab, where names are not checked: ${farm} is a real farm. Leave it out.`,
  },
  NoChat: {
    exit: USAGE,
    say: ({ farm }) =>
      `${farm} has no channel in Slack or Teams: name one in the farm file, or, for a rehearsal, add --console.`,
  },
  SlackTokenMissing: {
    exit: USAGE,
    say: () =>
      'SLACK_BOT_TOKEN is missing: the Bot User OAuth Token (xoxb-...) of the app, at api.slack.com/apps under OAuth & Permissions. It may also be in a file that SLACK_BOT_TOKEN_FILE names.',
  },
  SlackSecretMissing: {
    exit: USAGE,
    say: () =>
      "Slack cannot reach the bot yet: set SLACK_SIGNING_SECRET (the app's Basic Information) for HTTP, or SLACK_APP_TOKEN (xapp-..., under App-Level Tokens, scope connections:write) for Socket Mode.",
  },
  TeamsPasswordMissing: {
    exit: USAGE,
    say: () =>
      "TEAMS_APP_PASSWORD is missing: a client secret (its value, not its id) of the bot's app registration, at entra.microsoft.com under Certificates & secrets. It may also be in a file that TEAMS_APP_PASSWORD_FILE names.",
  },
  TeamsCloudUnknown: {
    exit: USAGE,
    say: ({ channelService }) =>
      `TEAMS_CHANNEL_SERVICE is ${channelService}, which is not a Microsoft cloud: leave it out, or write https://botframework.azure.us for the US government cloud.`,
  },
  NotListening: {
    exit: FAILED,
    say: ({ listen, port, reason }) =>
      `The bot cannot listen on ${listen}:${port} (${reason}): another process has the port, or this machine has no such address. Choose others with CERTOPS_PORT and CERTOPS_LISTEN.`,
  },
  ConsolePortTaken: {
    exit: FAILED,
    say: ({ port, reason }) =>
      `The console cannot listen on 127.0.0.1:${port} (${reason}): another program has that port, or the system reserves it. Name another port, or none: a free one is then used.`,
  },
  ConsoleRefused: {
    exit: FAILED,
    say: ({ status }) => `The console refused it (${status}): its log says why.`,
  },
};
