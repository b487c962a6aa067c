import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTeamsChat, type TeamsChatOptions } from '../../../adapters/teams/index.ts';
import { localesOf } from '../../../src/app/bot/chats/locale.ts';
import { plainWish } from '../../../src/domain/plan/wish.ts';
import type { CardView, NoticeView } from '../../../src/domain/views/view.ts';
import type { AskForm, ChatIntent, Posting, Reply } from '../../../src/ports/chat.ts';
import { ASKS, VIEWS } from '../../cards/views.ts';
import {
  APP,
  type Card,
  type Member,
  PASSWORD,
  startTeamsService,
  TENANT,
  type TeamsService,
} from '../../fakes/teams/service.ts';

export const CHANNEL = '19:ssis@thread.tacv2';
export const TEAM = '19:team@thread.tacv2';
export const GROUP = '19:oncall@thread.v2';

const person = (number: number, name: string, more: Partial<Member> = {}): Member => ({
  id: `29:${name}`,
  aadObjectId: `33333333-3333-3333-3333-33333333330${number}`,
  name,
  tenantId: TENANT,
  userRole: 'user',
  userPrincipalName: `${name}@corp.example`,
  ...more,
});

export const PEOPLE = {
  mei: person(1, 'mei'),
  ana: person(2, 'ana'),
  tom: person(3, 'tom'),
  guest: person(4, 'guest', { userRole: 'guest', userPrincipalName: 'guest_other#EXT#@corp.example' }),
  hidden: person(5, 'hidden', { userPrincipalName: 'hidden_other.example#EXT#@corp.example' }),
  outside: person(6, 'outside', { tenantId: '99999999-9999-9999-9999-999999999999' }),
  nowhere: person(7, 'nowhere', { tenantId: undefined as unknown as string }),
  gone: person(8, 'gone'),
};
export type Who = keyof typeof PEOPLE;

export const mentioned = (who: Who, name: string) => ({ id: who, name, account: PEOPLE[who].aadObjectId });

/** The languages in the farm file: one person's, and one channel's. */
export const CHINESE = '19:shuju@thread.v2';
const FARM = {
  people: [
    {
      id: 'tom',
      name: 'Tom Becker',
      accounts: { teams: PEOPLE.tom.aadObjectId },
      groups: [],
      language: 'zh-CN',
      timeZone: 'Asia/Shanghai',
    },
  ],
  channels: [
    { platform: 'teams', id: GROUP, name: 'On call', language: 'en' },
    { platform: 'teams', id: CHINESE, name: 'shuju', language: 'zh-CN' },
  ],
  timeZone: 'UTC',
} as const;

export const LOCALE = { language: 'en', timeZone: 'UTC' } as const;

export const posting = (more: Partial<Posting> = {}): Posting => ({
  key: 'prod-17',
  locale: LOCALE,
  mention: [],
  readers: [],
  ...more,
});

export const notice = (id: string, data: NoticeView['messages'][number]['data'] = {}): NoticeView => ({
  kind: 'notice',
  messages: [{ id, data }],
  actions: [],
});

export const said = (id: string, data: NoticeView['messages'][number]['data'] = {}): Reply => ({
  type: 'notice',
  notice: notice(id, data),
  locale: LOCALE,
});

export type Rig = Awaited<ReturnType<typeof startRig>>;

/**
 * The adapter as the bot uses it, on its own server, with a service that signs and a bot that answers as it is
 * told.
 */
export async function startRig(more: Partial<TeamsChatOptions> = {}, host?: string) {
  const service = await startTeamsService(host);
  const folder = mkdtempSync(path.join(tmpdir(), 'certops-teams-'));
  for (const place of [TEAM, GROUP])
    service.rosters.set(
      place,
      Object.values(PEOPLE).filter(({ name }) => name !== 'gone'),
    );
  service.rosters.set(CHANNEL, []);
  for (const member of Object.values(PEOPLE)) service.rosters.set(`a:${member.aadObjectId}`, [member]);
  const heard: ChatIntent[] = [];
  const logged: string[] = [];
  const bot = { reply: async (_intent: ChatIntent): Promise<Reply> => said('help.intro') };
  const log = {
    info: (data: object, words: string) => void logged.push(`${words} ${JSON.stringify(data)}`),
    warn: (data: object, words: string) => void logged.push(`${words} ${JSON.stringify(data)}`),
  };
  const inbox = async (intent: ChatIntent): Promise<Reply> => {
    heard.push(intent);
    return bot.reply(intent);
  };

  async function serve() {
    let listener: (request: IncomingMessage, response: ServerResponse) => void = () => {};
    const chat = await createTeamsChat({
      appId: APP,
      password: PASSWORD,
      tenant: TENANT,
      access: { app: APP, tenant: TENANT },
      mount: (_path, one) => {
        listener = one;
      },
      folder,
      channels: [CHANNEL, GROUP],
      openIdMetadata: service.openIdMetadata,
      login: service.login,
      localeOf: localesOf([FARM], 'teams'),
      clock: { now: () => Date.now(), steady: () => Date.now(), sleep },
      log,
      ...more,
    });
    await chat.start(inbox);
    const server = createServer((request, response) => listener(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const end = async (): Promise<void> => {
      await chat.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    return { chat, end, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages` };
  }
  let serving = await serve();

  /** Delivers as the service does; `token` null: without a token. */
  const deliver = async (activity: object | string, token: string | null = service.token()) => {
    const response = await fetch(serving.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      body: typeof activity === 'string' ? activity : JSON.stringify(activity),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };

  const rig = {
    service,
    folder,
    heard,
    logged,
    bot,
    deliver,
    chat: () => serving.chat,
    url: () => serving.url,
    type: (who: Who, text: string, more: object = {}) => deliver(message(service, who, text, more)),
    press: (who: Who, verb: string, data: object = {}, more: object = {}) =>
      deliver(invoke(service, who, verb, data, more)),
    /** The bot's messages there, oldest first. */
    stood: (conversation: string) => service.messages.filter((one) => one.conversation === conversation),
    until: async (done: () => boolean): Promise<void> => {
      for (let left = 3_000; !done(); left -= 1) {
        if (left === 0) throw new Error(`it never came to that: ${JSON.stringify(logged.slice(-5))}`);
        await sleep(10);
      }
    },
    restart: async () => {
      await serving.end();
      serving = await serve();
    },
    close: async () => {
      await serving.end();
      await service.close();
      // What is kept of a conversation may be written a moment later.
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
  return rig;
}

/** The bot knows a conversation once somebody has written there: here the group's and the channel's. */
export async function startKnown(): Promise<Rig> {
  const rig = await startRig();
  rig.bot.reply = async () => ({ type: 'nothing', locale: LOCALE });
  await rig.type('mei', 'status');
  await rig.type('mei', 'status', inChannel);
  rig.heard.splice(0);
  rig.logged.splice(0);
  return rig;
}

let number = 0;

const base = (service: TeamsService, who: Who) => {
  number += 1;
  return {
    channelId: 'msteams',
    serviceUrl: service.serviceUrl,
    id: `1:${number}`,
    timestamp: '2026-11-24T14:00:00.000Z',
    from: { id: PEOPLE[who].id, name: PEOPLE[who].name, aadObjectId: PEOPLE[who].aadObjectId },
    recipient: { id: `28:${APP}`, name: 'CertOps' },
    conversation: { id: GROUP, conversationType: 'groupChat', isGroup: true, tenantId: TENANT },
    channelData: { tenant: { id: TENANT } },
  };
};

export const inChannel = {
  conversation: { id: `${CHANNEL};messageid=1699`, conversationType: 'channel', isGroup: true, tenantId: TENANT },
  channelData: { tenant: { id: TENANT }, team: { id: TEAM }, channel: { id: CHANNEL } },
};

export const inPrivate = (who: Who) => ({
  conversation: { id: `a:${PEOPLE[who].aadObjectId}`, conversationType: 'personal', tenantId: TENANT },
});

export const message = (service: TeamsService, who: Who, text: string, more: object = {}): object => ({
  ...base(service, who),
  type: 'message',
  text: `<at>CertOps</at> ${text}`,
  textFormat: 'plain',
  entities: [
    { type: 'mention', mentioned: { id: `28:${APP}`, name: 'CertOps' }, text: '<at>CertOps</at>' },
    { type: 'clientInfo', locale: 'en-US' },
  ],
  ...more,
});

export const invoke = (service: TeamsService, who: Who, verb: string, data: object, more: object = {}): object => ({
  ...base(service, who),
  type: 'invoke',
  name: 'adaptiveCard/action',
  value: { action: { type: 'Action.Execute', verb, data }, trigger: 'manual' },
  ...more,
});

export const cardOf = (body: { readonly [name: string]: unknown } | undefined): Card =>
  ((body?.attachments ?? []) as { content: Card }[])[0]?.content as Card;

export const wordsIn = (card: unknown): string => JSON.stringify(card);

/** A view that is small enough to be read in a test. */
export const planView = (more: object = {}): CardView =>
  ({
    // What these tests do not check is as on any plan card.
    ...VIEWS.plan,
    id: 'prod-17',
    farm: 'prod',
    digest: 'd'.repeat(64),
    dry: false,
    master: 'sqlm01',
    port: 8391,
    workers: ['sqlw01', 'sqlw02'],
    canary: ['sqlw01'],
    by: { id: 'mei', name: 'Mei Lin' },
    reason: 'Yearly renewal',
    at: '2026-11-24T14:04:00.000Z',
    old: { thumbprint: '3BD91B1E4C6F279B8761F9FC5492FC4BF8EDA498', notAfter: '2026-12-08T09:14:00.000Z', daysLeft: 14 },
    next: {
      host: 'sqlm01',
      notAfter: '2027-11-24T14:31:00.000Z',
      keyBits: 2048,
      hash: 'SHA-256',
      exportable: false,
      names: ['sqlm01'],
      store: 'Root',
    },
    gap: null,
    gapLimitMs: 60_000,
    leaveBehind: 0,
    packages: {
      figure: { id: 'plan.packages', data: { count: 0 } },
      below: { id: 'plan.packages-below', data: { at: '2026-11-24T14:04:00.000Z' } },
      why: { id: 'plan.packages-none-why', data: { waitMs: 900_000, each: false } },
    },
    quiet: null,
    quorum: 2,
    votes: [],
    needed: 2,
    mayApprove: [{ id: 'ana', name: 'Ana Ruiz' }],
    openUntil: '2026-11-25T14:04:00.000Z',
    changes: [],
    warnings: [],
    replaces: null,
    ...more,
  }) as unknown as CardView;

/** A request that nobody decided about. */
export const closedView = (): CardView => ({
  kind: 'closed',
  wish: plainWish('rotate-master'),
  id: 'prod-17',
  farm: 'prod',
  outcome: 'lapsed',
  tookMs: null,
  by: { id: 'mei', name: 'Mei Lin' },
  reason: 'Yearly renewal',
  approvedBy: [],
  endedBy: null,
  why: null,
  presented: null,
  goodUntil: null,
  daysLeft: null,
  gaps: [],
  gapLimitMs: 60_000,
  hosts: [],
  evidence: [],
  next: [],
  askAgain: true,
});

export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('aborted'));
    });
  });
}

export const formOf = (...names: string[]): AskForm => ({
  request: 'rotate-master',
  what: 'rotate-master',
  farms: names.map((farm) => ({ name: farm, line: { id: 'summary.farm-not-looked', data: { farm } } })),
  farm: null,
  fields: ASKS,
  reason: 'Yearly',
});
