import { mkdtempSync, rmSync } from 'node:fs';
import { request as call, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createFrontDoor } from '../../adapters/front/index.ts';
import { createSlackChat } from '../../adapters/slack/index.ts';
import { createTeamsChat } from '../../adapters/teams/index.ts';
import { localesOf } from '../../src/app/bot/chats/locale.ts';
import type { Farm, Person } from '../../src/domain/farm/farm.ts';
import type { Json } from '../../src/domain/values.ts';
import type { ChatAdapter, ChatIntent, Reply } from '../../src/ports/chat.ts';
import {
  buttonsOf,
  createPayloads,
  type FakeMessage,
  type FakeSlack,
  send,
  startFakeSlack,
} from '../fakes/slack/index.ts';
import { APP, PASSWORD, type Stood, startTeamsService, TENANT, type TeamsService } from '../fakes/teams/service.ts';
import { sleep } from './rig.ts';

export const SLACK_CHANNEL = 'C0SQLOPS';
const TEAMS_CHANNEL = '19:oncall@thread.v2';
const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';

/** Everybody has an account of each kind; some must not act there, and eve is in no farm file. */
const NAMES = {
  mei: 'Mei Lin',
  ana: 'Ana Ruiz',
  tom: 'Tom Becker',
  wei: 'Wei Zhang',
  lea: 'Lea Moser',
  kim: 'Kim Sato',
  /** A guest. */
  gus: 'Gus Gast',
  /** Of another company. */
  zoe: 'Zoe Fern',
  /** Has left. */
  dee: 'Dee Past',
  rob: 'Rob Bot',
  eve: 'Eve Fremd',
} as const;
export type Who = keyof typeof NAMES;
const ALL = Object.keys(NAMES) as Who[];

const slackId = (who: Who): string => `U0${who.toUpperCase()}`;
const entraId = (who: Who): string => `33333333-3333-3333-3333-3333333333${String(ALL.indexOf(who)).padStart(2, '0')}`;

const OTHER_TENANT = '99999999-9999-9999-9999-999999999999';
const IN_SLACK: { readonly [who in Who]?: Parameters<FakeSlack['addUser']>[1] } = {
  gus: { is_restricted: true },
  zoe: { is_stranger: true },
  dee: { deleted: true },
  rob: { is_bot: true },
};

const person = (id: Who): Person => ({
  id,
  name: NAMES[id],
  accounts: { web: id, slack: slackId(id), teams: entraId(id) },
  groups: [],
  language: 'en',
  timeZone: 'UTC',
});

/** What a farm file says about both platforms. */
export const FARM_IN_BOTH: Pick<Farm, 'people' | 'chat' | 'channels'> = {
  people: ALL.filter((who) => who !== 'eve').map(person),
  chat: {
    slack: { app: 'A0CERTOPS', workspaces: ['T0CORP'], enterprises: [] },
    teams: { app: APP, tenant: TENANT },
  },
  channels: [
    { platform: 'slack', id: SLACK_CHANNEL, name: 'sql-ops', language: 'en' },
    { platform: 'teams', id: TEAMS_CHANNEL, name: 'On call', language: 'en' },
  ],
};

export interface Heard {
  readonly intent: ChatIntent;
  readonly reply: Reply;
}

export type Platforms = Awaited<ReturnType<typeof openPlatforms>>;

/**
 * Slack and Teams as a bot meets them over TCP: the real adapters on the real front door, and fakes of the services.
 */
export async function openPlatforms() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'certops-e2e-chats-'));
  const slack = await startFakeSlack();
  const teams = await startTeamsService();
  for (const who of ALL) slack.addUser(slackId(who), IN_SLACK[who] ?? {});
  slack.addChannel(SLACK_CHANNEL);
  teams.rosters.set(
    TEAMS_CHANNEL,
    ALL.filter((who) => who !== 'dee').map((who) => ({
      id: `29:${who}`,
      aadObjectId: entraId(who),
      name: NAMES[who],
      tenantId: who === 'zoe' ? OTHER_TENANT : TENANT,
      userRole: who === 'gus' ? 'guest' : 'user',
      userPrincipalName: `${who}@corp.example`,
    })),
  );
  const line = await openLine(slack.apiUrl);
  const teamsLine = { isDown: false };
  teams.trouble({ on: new Whenever(() => teamsLine.isDown), status: 503, cut: true, times: Number.POSITIVE_INFINITY });
  const lines: string[] = [];
  const write = (data: object, sentence: string): void => void lines.push(`${sentence} ${JSON.stringify(data)}`);
  const log = { info: write, warn: write };
  const clock = { now: () => Date.now(), steady: () => performance.now(), sleep };
  const door = createFrontDoor({ port: 0, host: '127.0.0.1', log });
  const heard: Heard[] = [];
  const chats = [
    createSlackChat({
      token: slack.token,
      signingSecret: SECRET,
      appToken: null,
      access: { app: 'A0CERTOPS', workspaces: ['T0CORP'], enterprises: [] },
      mount: door.mount,
      apiUrl: line.url,
      channels: [SLACK_CHANNEL],
      localeOf: localesOf([{ ...FARM_IN_BOTH, timeZone: 'UTC' }], 'slack'),
      clock,
      log,
    }),
    await createTeamsChat({
      appId: APP,
      password: PASSWORD,
      tenant: TENANT,
      access: { app: APP, tenant: TENANT },
      mount: door.mount,
      folder,
      channels: [TEAMS_CHANNEL],
      localeOf: localesOf([{ ...FARM_IN_BOTH, timeZone: 'UTC' }], 'teams'),
      openIdMetadata: teams.openIdMetadata,
      login: teams.login,
      clock,
      log,
    }),
  ].map((chat) => overheard(chat, heard));
  await door.start();

  return {
    slack,
    teams,
    chats,
    lines,
    heard,
    /** Whether this platform cannot be reached: every connection to it is cut. */
    down: (platform: 'slack' | 'teams', isDown: boolean): void => {
      if (platform === 'slack') line.isDown = isDown;
      else teamsLine.isDown = isDown;
    },
    inSlack: createSlackHand(slack, `${door.url}/slack/events`),
    inTeams: createTeamsHand(teams, `${door.url}/api/messages`),
    close: async () => {
      await door.stop();
      await line.close();
      await slack.close();
      await teams.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The way to Slack's Web API, which can be cut. */
async function openLine(apiUrl: string) {
  const line = { url: '', isDown: false, close: async () => {} };
  const server = createServer((request, response) => {
    if (line.isDown) return void request.socket.destroy();
    const { method, headers } = request;
    const onward = call(new URL(request.url ?? '/', apiUrl), { method, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  line.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
  line.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return line;
}

/** Matches as long as this holds, whatever is called. */
class Whenever extends RegExp {
  readonly #isSo: () => boolean;
  constructor(isSo: () => boolean) {
    super('');
    this.#isSo = isSo;
  }
  override test(): boolean {
    return this.#isSo();
  }
}

/** The adapter, and what the bot answered through it. */
export const overheard = (chat: ChatAdapter, heard: Heard[]): ChatAdapter => ({
  ...chat,
  start: (inbox) =>
    chat.start(async (intent) => {
      const reply = await inbox(intent);
      heard.push({ intent, reply });
      return reply;
    }),
});

/** A person in Slack: what they type and click is sent as Slack sends it, signed. */
function createSlackHand(slack: FakeSlack, url: string) {
  const payloads = createPayloads(slack);
  const deliver = (payload: object) => send(url, payload, { secret: SECRET });
  const cards = (): readonly FakeMessage[] =>
    (slack.channels.get(SLACK_CHANNEL)?.messages ?? []).filter((one) => one.thread_ts === null);
  const card = (): FakeMessage => {
    const newest = cards().at(-1);
    if (newest === undefined) throw new Error('there is no card in Slack');
    return newest;
  };
  const click = async (who: Who, verb: string, changed: object = {}): Promise<void> => {
    const button = buttonsOf(card().blocks)[verb];
    if (button === undefined) throw new Error(`the card in Slack has no ${verb}: ${JSON.stringify(card().blocks)}`);
    await deliver({ ...payloads.click(slackId(who), { message: card() }, button), ...changed });
  };
  return {
    payloads,
    deliver,
    cards,
    card,
    click,
    type: (who: Who, text: string) => deliver(payloads.command(slackId(who), text)),
    say: (who: Who, text: string) => deliver(payloads.mention(slackId(who), text)),
    tell: (who: Who, text: string) => deliver(payloads.direct(slackId(who), text)),
    /** Denies as a person does: the button, the dialog, the reason. */
    deny: async (who: Who, reason: string): Promise<void> => {
      const before = slack.views.length;
      await click(who, 'open-deny');
      await until(() => slack.views.length > before);
      const view = slack.views.at(-1);
      if (view === undefined) throw new Error('no dialog');
      await deliver(payloads.submit(slackId(who), view, { reason }));
    },
    /** A dialog that nobody opened, sent all the same. */
    submit: (who: Who, verb: string, data: object, inputs: { readonly [name: string]: string } = {}) =>
      deliver(
        payloads.submit(
          slackId(who),
          {
            id: 'V0FORGED',
            callback_id: verb,
            private_metadata: JSON.stringify({ ...data, in: SLACK_CHANNEL, lang: 'en' }),
            blocks: [{ type: 'input', block_id: 'reason', element: { type: 'plain_text_input', action_id: 'reason' } }],
            opened_by: slackId(who),
          },
          inputs,
        ),
      ),
    whispered: () => slack.whispers.map((one) => one.text),
  };
}

interface Button {
  readonly type: string;
  readonly verb?: string;
  readonly data: { readonly [name: string]: Json };
}

/** The same in Teams: activities with the service's token. */
function createTeamsHand(teams: TeamsService, url: string) {
  let count = 0;
  const activity = (who: Who, what: object): object => {
    count += 1;
    return {
      channelId: 'msteams',
      serviceUrl: teams.serviceUrl,
      id: `1:${count}`,
      from: {
        id: `29:${who}`,
        name: NAMES[who],
        aadObjectId: entraId(who),
        ...(who === 'rob' ? { role: 'bot' } : {}),
      },
      recipient: { id: `28:${APP}`, name: 'CertOps' },
      conversation: { id: TEAMS_CHANNEL, conversationType: 'groupChat', isGroup: true, tenantId: TENANT },
      channelData: { tenant: { id: TENANT } },
      ...what,
    };
  };
  const deliver = async (what: object): Promise<{ readonly status: number; readonly body: string }> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${teams.token()}` },
      body: JSON.stringify(what),
    });
    return { status: response.status, body: await response.text() };
  };
  const messages = (): readonly Stood[] => teams.messages.filter((one) => one.conversation === TEAMS_CHANNEL);
  const contentOf = (one: Stood): object | undefined =>
    (one.body.attachments as { readonly content: object }[] | undefined)?.[0]?.content;
  /** Cards that can still be pressed, or have been. */
  const cards = (): readonly Stood[] => messages().filter((one) => one.edits > 0 || buttons(contentOf(one)).length > 0);
  const button = (verb: string, type: string): { readonly message: string; readonly data: Button['data'] } => {
    const one = messages().findLast((message) => find(message, verb, type) !== undefined);
    const found = one === undefined ? undefined : find(one, verb, type);
    if (one === undefined || found === undefined)
      throw new Error(`no card in Teams has ${type} ${verb}: ${JSON.stringify(messages().at(-1)?.body)}`);
    return { message: one.id, data: found.data };
  };
  const find = (one: Stood, verb: string, type: string): Button | undefined =>
    buttons(contentOf(one)).find((action) => action.type === type && (action.verb ?? action.data.verb) === verb);

  return {
    activity,
    deliver,
    messages,
    cards,
    contentOf,
    /** The bot is added to the group chat, and can speak there from then on. */
    join: () =>
      deliver(activity('mei', { type: 'conversationUpdate', membersAdded: [{ id: `28:${APP}` }], id: '1:join' })),
    type: (who: Who, text: string) =>
      deliver(
        activity(who, {
          type: 'message',
          text: `<at>CertOps</at> ${text}`,
          entities: [{ type: 'mention', mentioned: { id: `28:${APP}`, name: 'CertOps' }, text: '<at>CertOps</at>' }],
        }),
      ),
    execute: (who: Who, verb: string, inputs: object = {}) => {
      const { message, data } = button(verb, 'Action.Execute');
      const action = { type: 'Action.Execute', verb, data: { ...data, ...inputs } };
      return deliver(
        activity(who, { type: 'invoke', name: 'adaptiveCard/action', replyToId: message, value: { action } }),
      );
    },
    submit: (who: Who, verb: string, inputs: object = {}) => {
      const { message, data } = button(verb, 'Action.Submit');
      return deliver(activity(who, { type: 'message', replyToId: message, value: { ...data, ...inputs } }));
    },
  };
}

/** Every button of a card, wherever it is. */
function buttons(node: unknown): readonly Button[] {
  if (Array.isArray(node)) return node.flatMap(buttons);
  if (typeof node !== 'object' || node === null) return [];
  const { type, data = {} } = node as { readonly type?: unknown; readonly data?: unknown };
  const own = type === 'Action.Execute' || type === 'Action.Submit' ? [{ ...node, data } as Button] : [];
  return [...own, ...Object.values(node).flatMap(buttons)];
}

export async function until(done: () => boolean, limitMs = 20_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!done()) {
    if (Date.now() > end) throw new Error('it never came to that');
    await sleep(5);
  }
}
