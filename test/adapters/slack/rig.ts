import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSlackChat, type SlackChat, type SlackChatOptions } from '../../../adapters/slack/index.ts';
import { localesOf } from '../../../src/app/bot/chats/locale.ts';
import type { ChatIntent, Locale, Reply } from '../../../src/ports/chat.ts';
import type { SteadyClock } from '../../../src/ports/clock.ts';
import {
  createPayloads,
  type FakeSlack,
  type Sent,
  type Signing,
  send,
  sendRaw,
  startFakeSlack,
} from '../../fakes/slack/index.ts';

export const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
export const EN: Locale = { language: 'en', timeZone: 'UTC' };
export const ZH: Locale = { language: 'zh-CN', timeZone: 'Asia/Shanghai' };
export const CHANNEL = 'C0SQLOPS';

interface Line {
  readonly level: string;
  readonly data: { readonly [name: string]: unknown };
  readonly sentence: string;
}

/** A clock that runs by itself and can be put forward; a sleep puts it forward to its own end. */
interface TestClock extends SteadyClock {
  forward(ms: number): void;
  /** Sets the wall clock; no time passes. */
  step(ms: number): void;
  /** How many wait for their turn. */
  waiting(): number;
}

/** A longer sleep does not wait for its turn: it comes again later. */
const TURN_MS = 5_000;

function createTestClock(faster: number): TestClock {
  let ahead = 0;
  let offMs = 0;
  let waiting = 0;
  return {
    now: () => Date.now() + ahead + offMs,
    steady: () => Date.now() + ahead,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const end = Date.now() + ahead + ms;
        const waits = ms < TURN_MS ? 1 : 0;
        waiting += waits;
        const timer = setTimeout(() => {
          signal?.removeEventListener('abort', give);
          ahead = Math.max(ahead, end - Date.now());
          waiting -= waits;
          resolve();
        }, ms / faster);
        const give = (): void => {
          clearTimeout(timer);
          waiting -= waits;
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', give, { once: true });
      }),
    forward: (ms) => {
      ahead += ms;
    },
    step: (ms) => {
      offMs += ms;
    },
    waiting: () => waiting,
  };
}

export interface Rig {
  readonly slack: FakeSlack;
  readonly chat: SlackChat;
  readonly payloads: ReturnType<typeof createPayloads>;
  readonly intents: ChatIntent[];
  readonly lines: Line[];
  readonly clock: TestClock;
  readonly url: string;
  /** What the bot answers from now on. */
  answer(inbox: (intent: ChatIntent) => Promise<Reply> | Reply): void;
  /** Delivers as Slack does: over HTTP, signed, or through the socket. */
  deliver(payload: object, more?: Partial<Signing> & { readonly envelope?: string }): Promise<Sent>;
  raw(body: string, more?: Partial<Signing>): Promise<Sent>;
  /** Resolves once everything delivered has been handled. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface RigOptions {
  readonly mode?: 'http' | 'socket';
  readonly enterprise?: string;
  readonly options?: Partial<SlackChatOptions>;
  readonly started?: boolean;
  /** The name by which Slack is reached. */
  readonly host?: string;
  /** Pauses between attempts are not under test: so many times faster. */
  readonly faster?: number;
}

const PEOPLE = ['U0MEI', 'U0ANA', 'U0TOM', 'U0WEI'];
/** The languages in the farm file: one person's, and one channel's. */
export const CHINESE = 'C0SHUJU';
const FARM = {
  people: [{ id: 'wei', name: 'Wei Zhang', accounts: { slack: 'U0WEI' }, groups: [], ...ZH }],
  channels: [
    { platform: 'slack', id: CHANNEL, name: 'sql-ops', language: 'en' },
    { platform: 'slack', id: CHINESE, name: 'shuju', language: 'zh-CN' },
  ],
  timeZone: 'UTC',
} as const;

/** A bot in a workspace: everything is real but Slack and the bot's decisions. */
export async function startRig({
  mode = 'http',
  enterprise,
  options = {},
  started = true,
  host,
  faster = 10,
}: RigOptions = {}): Promise<Rig> {
  const clock = createTestClock(faster);
  const slack = await startFakeSlack({
    now: () => clock.now(),
    ...(enterprise === undefined ? {} : { enterprise }),
    ...(host === undefined ? {} : { host }),
  });
  for (const id of PEOPLE) slack.addUser(id);
  slack.addChannel(CHANNEL);
  const intents: ChatIntent[] = [];
  const lines: Line[] = [];
  const log = (level: string) => (data: object, sentence: string) =>
    void lines.push({ level, data: data as Line['data'], sentence });

  const listeners = new Map<string, Parameters<NonNullable<SlackChatOptions['mount']>>[1]>();
  const server = createServer((request, response) => {
    const listener = listeners.get(request.url ?? '');
    if (listener === undefined) response.writeHead(404).end();
    else listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;

  const chat = createSlackChat({
    token: slack.token,
    signingSecret: mode === 'http' ? SECRET : null,
    appToken: mode === 'socket' ? slack.appToken : null,
    access: { app: slack.app, workspaces: [slack.team], enterprises: enterprise === undefined ? [] : [enterprise] },
    mount: (path, listener) => void listeners.set(path, listener),
    apiUrl: slack.apiUrl,
    channels: [CHANNEL],
    localeOf: localesOf([FARM], 'slack'),
    clock,
    log: { info: log('info'), warn: log('warn') },
    ...options,
  });
  let inbox: (intent: ChatIntent) => Promise<Reply> | Reply = () => ({ type: 'nothing', locale: EN });
  let open = 0;
  const start = () =>
    chat.start(async (intent) => {
      intents.push(intent);
      open += 1;
      try {
        return await inbox(intent);
      } finally {
        open -= 1;
      }
    });
  if (started) await start();

  const deliver: Rig['deliver'] = async (payload, { envelope, retry, ...more } = {}) => {
    if (mode === 'http')
      return send(url, payload, {
        secret: SECRET,
        at: Math.floor(clock.now() / 1000),
        ...more,
        ...(retry === undefined ? {} : { retry }),
      });
    const type = 'event' in payload ? 'events_api' : 'command' in payload ? 'slash_commands' : 'interactive';
    const body = await slack.deliver({
      type,
      payload,
      ...(envelope === undefined ? {} : { envelope_id: envelope }),
      ...(retry === undefined ? {} : { retry_attempt: retry, retry_reason: 'timeout' }),
    });
    return { status: 200, body: JSON.stringify(body) };
  };

  return {
    slack,
    chat,
    payloads: createPayloads(slack),
    intents,
    lines,
    clock,
    url,
    answer: (next) => {
      inbox = next;
    },
    deliver,
    raw: (body, more = {}) => sendRaw(url, body, { secret: SECRET, at: Math.floor(clock.now() / 1000), ...more }),
    settled: async () => {
      // Asking Slack, asking the bot and answering take a few turns each. A quiet while means done.
      let quiet = 0;
      let before = '';
      while (quiet < 6) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        const now = `${slack.calls.length} ${slack.whispers.length} ${intents.length} ${open}`;
        quiet = now === before && open === 0 && clock.waiting() === 0 ? quiet + 1 : 0;
        before = now;
      }
    },
    close: async () => {
      await chat.stop();
      await slack.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export const notice = (id: string, data: { readonly [name: string]: string } = {}): Reply => ({
  type: 'notice',
  notice: { kind: 'notice', messages: [{ id, data }], actions: [] },
  locale: EN,
});

/** What it fails with; null: it does not. */
export const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (reason: unknown) => reason,
  );
