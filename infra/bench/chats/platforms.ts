import { createServer } from 'node:http';
import { type FakeSlack, startFakeSlack } from '../../../test/fakes/slack/index.ts';
import { APP, PASSWORD, startTeamsService, TENANT, type TeamsService } from '../../../test/fakes/teams/service.ts';
import type { FarmPart } from '../rehearsal.ts';

export const SLACK_CHANNEL = 'C0SQLOPS';
export const TEAMS_CHANNEL = '19:oncall@thread.v2';
export const SIGNING_SECRET = 'a-signing-secret-of-the-bench';

/** Somebody with an account in both chats. */
export interface Member {
  readonly id: string;
  readonly slack: string;
  /** Entra object id. */
  readonly entra: string;
  /** Teams' own id. */
  readonly teams: string;
}

const member = (number: number): Member => ({
  id: `m${number}`,
  slack: `U0M${number}`,
  entra: `33333333-3333-3333-3333-${String(number).padStart(12, '0')}`,
  teams: `29:m${number}`,
});

/** Requests rotations, and never approves them. */
export const ASKER = member(0);
/** Everybody here who may approve. */
export const APPROVERS: readonly Member[] = Array.from({ length: 50 }, (_, index) => member(index + 1));
const ALL = [ASKER, ...APPROVERS];

/** Added to the example farm file, whose own console users can still approve. */
export const FARM_IN_BOTH: readonly FarmPart[] = [
  ...ALL.map(({ id, slack, entra }) => ({
    at: ['people', id],
    value: {
      name: `Member ${id}`,
      accounts: { slack, teams: entra },
      groups: id === ASKER.id ? ['operators'] : ['sql-approvers'],
    },
  })),
  { at: ['slack'], value: { app: 'A0CERTOPS', workspaces: ['T0CORP'] } },
  { at: ['teams'], value: { app: APP, tenant: TENANT } },
  {
    at: ['channels'],
    value: [
      { platform: 'slack', id: SLACK_CHANNEL, name: 'sql-ops' },
      { platform: 'teams', id: TEAMS_CHANNEL, name: 'On call' },
      { platform: 'web', id: 'sql-ops', name: 'sql-ops' },
    ],
  },
];

export interface Platforms {
  readonly slack: FakeSlack;
  readonly teams: TeamsService;
  /** Environment in which the bot finds them. Empty values override what this process inherited. */
  readonly environment: { readonly [name: string]: string };
  readonly bot: string;
  close(): Promise<void>;
}

/** Slack and Teams on loopback, with everybody in one channel of each. */
export async function openPlatforms(): Promise<Platforms> {
  const slack = await startFakeSlack();
  const teams = await startTeamsService();
  for (const { slack: id } of ALL) slack.addUser(id);
  slack.addChannel(SLACK_CHANNEL);
  teams.rosters.set(
    TEAMS_CHANNEL,
    ALL.map(({ id, entra, teams: own }) => ({
      id: own,
      aadObjectId: entra,
      name: `Member ${id}`,
      tenantId: TENANT,
      userRole: 'user',
      userPrincipalName: `${id}@corp.example`,
    })),
  );
  const port = await freePort();
  return {
    slack,
    teams,
    environment: {
      CERTOPS_PORT: String(port),
      CERTOPS_LISTEN: '',
      SLACK_BOT_TOKEN: slack.token,
      SLACK_BOT_TOKEN_FILE: '',
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      SLACK_SIGNING_SECRET_FILE: '',
      SLACK_APP_TOKEN: '',
      SLACK_APP_TOKEN_FILE: '',
      SLACK_API_URL: slack.apiUrl,
      TEAMS_APP_PASSWORD: PASSWORD,
      TEAMS_APP_PASSWORD_FILE: '',
      TEAMS_CHANNEL_SERVICE: '',
      TEAMS_OPENID_METADATA: teams.openIdMetadata,
      TEAMS_LOGIN_ENDPOINT: teams.login,
    },
    bot: `http://127.0.0.1:${port}`,
    close: async () => {
      await slack.close();
      await teams.close();
    },
  };
}

/**
 * Below the range from which systems assign ports: the lab takes hundreds of those before the bot listens on this one.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
