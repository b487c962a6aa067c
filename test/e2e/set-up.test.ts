import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createMemorySigner } from '../../adapters/memory/signer.ts';
import type { OpenedRedis } from '../../infra/redis/opened-redis.ts';
import { createPostOffice, openMailbox, ordersOf } from '../../jobs/letters.ts';
import { type FakeSlack, startFakeSlack } from '../fakes/slack/index.ts';
import { APP, PASSWORD, startTeamsService, TENANT, type TeamsService } from '../fakes/teams/service.ts';
import { describeWithServer, openTestRedis, PREFIX } from '../infra/redis/test-redis.ts';
import { ensureBuilt } from './demo-process.ts';

const CERTOPS = path.resolve('dist/certops.mjs');
const SLACK_CHANNEL = 'C0SQLOPS';
const TEAMS_CHANNEL = '19:ops@thread.tacv2';
const SIGNING = 'signing-secret-of-the-app';
const ANA = '33333333-3333-3333-3333-333333333302';

const RUNNERS = { sqlm01: createMemorySigner(), sqlw01: createMemorySigner() };

const farmText = `
farm: prod
endpoint: sqlm01:8391
hosts:
  sqlm01: { roles: [master], keys: ["${RUNNERS.sqlm01.publicKey}"] }
  sqlw01: { roles: [worker], keys: ["${RUNNERS.sqlw01.publicKey}"] }
people:
  mei: { name: Mei Lin, accounts: { slack: U0MEI }, timeZone: Asia/Shanghai }
  ana: { name: Ana Ruiz, accounts: { slack: U0ANA, teams: ${ANA} } }
  tom: { name: Tom Becker, accounts: { slack: U0TOM } }
approval: { approvers: [ana, tom], quorum: 1 }
slack: { app: A0CERTOPS, workspaces: [T0CORP] }
teams: { app: ${APP}, tenant: ${TENANT} }
channels:
  - { platform: slack, id: ${SLACK_CHANNEL}, name: sql-ops }
  - { platform: teams, id: "${TEAMS_CHANNEL}", name: SQL Ops, language: zh-CN }
`;

/** As an administrator follows docs/slack.md and docs/teams.md: with the bundle, real sockets and a real Redis. */
describeWithServer('setting up a farm with a channel in Slack and one in Teams', () => {
  let folder: string;
  let redis: OpenedRedis;
  let slack: FakeSlack;
  let teams: TeamsService;
  let env: NodeJS.ProcessEnv;
  const children: ChildProcess[] = [];
  const said: string[] = [];

  beforeAll(async () => {
    ensureBuilt();
    folder = mkdtempSync(path.join(os.tmpdir(), 'certops-set-up-'));
    [redis, slack, teams] = await Promise.all([openTestRedis('server'), startFakeSlack(), startTeamsService()]);
    slack.addChannel(SLACK_CHANNEL, { is_member: true });
    teams.rosters.set(TEAMS_CHANNEL, [
      { id: '29:ana', aadObjectId: ANA, name: 'Ana Ruiz', tenantId: TENANT, userRole: 'user' },
    ]);
    mkdirSync(path.join(folder, 'secrets'));
    const secret = (name: string, text: string): string => {
      const file = path.join(folder, 'secrets', name);
      writeFileSync(file, `${text}\n`);
      return file;
    };
    writeFileSync(path.join(folder, 'farm.yaml'), farmText);
    env = {
      PATH: process.env.PATH,
      NO_COLOR: '1',
      REDIS_URL: redis.url,
      CERTOPS_FARM: path.join(folder, 'farm.yaml'),
      CERTOPS_STATE: path.join(folder, 'state'),
      CERTOPS_PORT: '0',
      SLACK_BOT_TOKEN_FILE: secret('slack-token', slack.token),
      SLACK_SIGNING_SECRET: SIGNING,
      SLACK_API_URL: slack.apiUrl,
      TEAMS_APP_PASSWORD_FILE: secret('teams-password', PASSWORD),
      TEAMS_OPENID_METADATA: teams.openIdMetadata,
      TEAMS_LOGIN_ENDPOINT: teams.login,
    };
  });

  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all([redis.close(), slack.close(), teams.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a command to its end. */
  async function certops(args: readonly string[], more: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, [CERTOPS, ...args], { env: { ...env, ...more } });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
    const code = await new Promise((resolve) => child.on('close', resolve));
    said.push(text);
    return { code, lines: text.split('\n') };
  }

  /** Starts the bot and waits for its one line. */
  async function startBot(more: NodeJS.ProcessEnv = {}): Promise<{ child: ChildProcess; door: string }> {
    const child = spawn(process.execPath, [CERTOPS, 'bot'], { env: { ...env, ...more } });
    children.push(child);
    child.stderr.on('data', (chunk) => said.push(String(chunk)));
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('close', (code) => reject(new Error(`the bot ended with ${code}: ${said.join('')}`)));
    });
    return { child, door: String(JSON.parse(line).door) };
  }

  const ended = (child: ChildProcess): Promise<number | null> => {
    const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    return closed;
  };

  const deliverToTeams = (door: string): Promise<Response> =>
    fetch(`${door}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${teams.token()}` },
      body: JSON.stringify({
        type: 'conversationUpdate',
        id: 'f:1',
        channelId: 'msteams',
        serviceUrl: teams.serviceUrl,
        from: { id: '29:ana', aadObjectId: ANA },
        recipient: { id: `28:${APP}`, name: 'certops' },
        membersAdded: [{ id: `28:${APP}` }],
        conversation: { id: TEAMS_CHANNEL, isGroup: true, conversationType: 'channel', tenantId: TENANT },
        channelData: { tenant: { id: TENANT }, team: { id: TEAMS_CHANNEL }, channel: { id: TEAMS_CHANNEL } },
      }),
    });

  test.each([
    ['SLACK_BOT_TOKEN_FILE', 'SlackTokenMissing', 'SLACK_BOT_TOKEN'],
    ['SLACK_SIGNING_SECRET', 'SlackSecretMissing', 'SLACK_APP_TOKEN'],
    ['TEAMS_APP_PASSWORD_FILE', 'TeamsPasswordMissing', 'TEAMS_APP_PASSWORD'],
  ])('a bot without %s does not start, and says where to get it', async (missing, code, named) => {
    const { code: exit, lines } = await certops(['bot'], { [missing]: '' });
    expect(exit).toBe(2);
    const [log, said] = lines;
    expect(log).toMatch(/"version":"[\d.]+\+[0-9a-f]{8}"/u);
    expect(said).toContain(named);
    expect(said).toContain(`(${code})`);
  });

  test('validate at the start names each thing that is missing, with what to do, and changes nothing', async () => {
    slack.scopes = slack.scopes.filter((scope) => scope !== 'usergroups:read');
    const { code, lines } = await certops(['validate']);
    const todo = lines.filter((line) => line.startsWith('no ')).join('\n');
    expect(code).toBe(1);
    expect(todo).toContain('certops keys new');
    expect(todo).toMatch(/sqlm01.*RunnerAbsent/u);
    expect(todo).toMatch(/sqlw01.*RunnerAbsent/u);
    expect(todo).toContain('usergroups:read');
    expect(todo).toContain(`has not heard from ${TEAMS_CHANNEL}`);
    expect([slack.channels.get(SLACK_CHANNEL)?.messages, teams.messages]).toEqual([[], []]);
    expect(() => readFileSync(path.join(folder, 'state'))).toThrow('ENOENT');
  });

  const readiness = async (door: string): Promise<unknown> => (await fetch(`${door}/readyz`)).json();
  /** A bot says that it has started whether or not its Redis and its chats are there yet. */
  const untilReady = async (door: string): Promise<void> => {
    while ((await fetch(`${door}/readyz`)).status !== 200) await new Promise((resolve) => setTimeout(resolve, 100));
  };

  test('the bot answers both chats on one port, and load balancers at two addresses', async () => {
    await certops(['keys', 'new']);
    const key = path.join(folder, 'state', 'key.pem');
    chmodSync(key, 0o644);
    const { child, door } = await startBot();
    expect(statSync(key).mode & 0o777).toBe(0o600);
    const health = await fetch(`${door}/healthz`);
    expect([health.status, await health.json()]).toEqual([200, { alive: true }]);
    await untilReady(door);
    expect(await readiness(door)).toMatchObject({
      ready: true,
      parts: { journal: { ok: true }, redis: { ok: true }, slack: { ok: true }, teams: { ok: true } },
    });
    expect((await fetch(`${door}/slack/events`, { method: 'POST', body: 'payload={}' })).status).toBe(401);
    expect((await fetch(`${door}/api/messages`, { method: 'POST', body: '{}' })).status).toBe(401);
    expect((await fetch(door)).status).toBe(404);
    expect((await deliverToTeams(door)).status).toBe(200);
    // It greets once it has stored where it is.
    while (teams.messages.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await ended(child)).toBe(0);
  });

  /** A runner as others see one: it waits for orders, and says hello. */
  async function startRunner(host: keyof typeof RUNNERS, signer = RUNNERS[host]) {
    const mailbox = await openMailbox({
      redis: redis.url,
      prefix: PREFIX,
      queue: ordersOf(host),
      handler: async () => {},
    });
    const office = createPostOffice({ redis: redis.url, prefix: PREFIX });
    while (!office.up()) await new Promise((resolve) => setTimeout(resolve, 10));
    const clock = new Date().toISOString();
    const hello = { v: 1, farm: 'prod', host, boot: '0011223344556677', version: '0.1.0', clock, lastN: 0, from: 1 };
    await office.toBot(signer.sign('report', JSON.stringify({ ...hello, entries: [], notes: [] })));
    return async () => {
      await mailbox.close();
      await office.close();
    };
  }

  const heard = async (door: string): Promise<number> => {
    const { parts } = (await (await fetch(`${door}/readyz`)).json()) as { parts: { runners: { heard: number } } };
    return parts.runners.heard;
  };

  test('validate finds all well when all is there, puts a sample in each channel, and the bot goes on', async () => {
    slack.scopes = [...slack.scopes, 'usergroups:read'];
    const { child, door } = await startBot();
    const ends = await Promise.all([startRunner('sqlm01'), startRunner('sqlw01')]);
    try {
      while ((await heard(door)) < 2) await new Promise((resolve) => setTimeout(resolve, 50));
      const { code, lines } = await certops(['validate', '--sample'], { CERTOPS_PORT: new URL(door).port });
      expect(lines.filter((line) => line.startsWith('no '))).toEqual([]);
      expect([code, lines.at(-2)]).toEqual([0, 'All is well.']);
      expect(lines).toContain('ok    The runner of sqlw01 waits for orders.');
      expect(lines.join('\n')).toContain(`The bot answers at ${door}, and is ready.`);
      expect(slack.channels.get(SLACK_CHANNEL)?.messages.map(({ text }) => text)).toEqual([
        expect.stringContaining('certops can post here'),
      ]);
      expect(JSON.stringify(teams.messages.map(({ body }) => body))).toContain('示例卡片');
      expect((await fetch(`${door}/readyz`)).status).toBe(200);
    } finally {
      for (const end of ends) await end();
      await ended(child);
    }
  });

  test('validate says of a runner with another key than the farm file that it is there and is not heard', async () => {
    const { child, door } = await startBot();
    const ends = await Promise.all([startRunner('sqlm01'), startRunner('sqlw01', createMemorySigner())]);
    try {
      while ((await heard(door)) < 1) await new Promise((resolve) => setTimeout(resolve, 50));
      const { code, lines } = await certops(['validate'], { CERTOPS_PORT: new URL(door).port });
      expect(code).toBe(1);
      expect(lines).toContain('ok    The runner of sqlw01 waits for orders.');
      expect(lines.filter((line) => line.startsWith('no '))).toEqual([
        expect.stringMatching(/hears 1 of 2 runners.*different key.*RunnersNotHeard/u),
      ]);
    } finally {
      for (const end of ends) await end();
      await ended(child);
    }
  });

  test('a part that does not work makes /readyz 503, and validate names it, in production too', async () => {
    const { child, door } = await startBot({ REDIS_URL: 'redis://127.0.0.1:1', NODE_ENV: 'production' });
    try {
      const ready = await fetch(`${door}/readyz`);
      expect(ready.status).toBe(503);
      expect(await ready.json()).toMatchObject({ ready: false, parts: { redis: { ok: false } } });
      expect((await fetch(`${door}/healthz`)).status).toBe(200);
      const { lines } = await certops(['validate'], { CERTOPS_PORT: new URL(door).port });
      expect(lines.join('\n')).toMatch(/^no .*not all of it works: redis.*BotNotReady/mu);
    } finally {
      await ended(child);
    }
  });

  test('a bot starts while Slack is away, and is ready when it is back', async () => {
    slack.fail('auth.test', { cut: true }, 3);
    const { child, door } = await startBot();
    try {
      expect(await readiness(door)).toMatchObject({
        ready: false,
        parts: { slack: { ok: false }, teams: { ok: true } },
      });
      await untilReady(door);
    } finally {
      await ended(child);
    }
  });

  test('in Socket Mode the bot opens the connection, and nothing is answered for Slack over HTTP', async () => {
    const bySocket = { SLACK_SIGNING_SECRET: '', SLACK_APP_TOKEN: slack.appToken };
    const { child, door } = await startBot(bySocket);
    try {
      while (slack.sockets.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      expect((await fetch(`${door}/slack/events`, { method: 'POST', body: '' })).status).toBe(404);
      const { lines } = await certops(['validate'], { ...bySocket, CERTOPS_PORT: new URL(door).port });
      expect(lines.join('\n')).toMatch(/^ok .*socket/mu);
      expect(lines.join('\n')).toContain('and is ready.');
      expect(slack.sockets).toHaveLength(1);
    } finally {
      await ended(child);
    }
  });

  test('nothing that was printed contains a secret', () => {
    const all = said.join('\n');
    expect(all.length).toBeGreaterThan(1000);
    for (const secret of [slack.token, slack.appToken, SIGNING, PASSWORD, new URL(redis.url).password])
      expect(secret === '' || !all.includes(secret)).toBe(true);
  });
});
