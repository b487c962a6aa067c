import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRefusals } from '../../src/domain/calls/refusals.ts';
import { CertopsError } from '../../src/domain/errors.ts';
import type { TeamsAccess } from '../../src/domain/farm/farm.ts';
import type { ChatAdapter, Finding, Inbox, LocaleOf } from '../../src/ports/chat.ts';
import type { SteadyClock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { WayOut } from '../../src/ports/way-out.ts';
import { createChannel } from './channel.ts';
import { checkTeams } from './check.ts';
import { cloudOf } from './cloud.ts';
import { createConnector } from './connector.ts';
import { createTokenSource } from './credentials.ts';
import { createGate } from './gate.ts';
import { createListener } from './http.ts';
import { inTime } from './in-time.ts';
import { createPeople } from './people.ts';
import { createReceive } from './receive.ts';
import { openReferences } from './references.ts';

type Mount = (path: string, listener: (request: IncomingMessage, response: ServerResponse) => void) => void;

export interface TeamsChatOptions {
  /** Entra application (client) id of the bot. */
  readonly appId: string;
  /** Its client secret. null: only with `anonymous`. */
  readonly password: string | null;
  /** Entra tenant of the application, which is a single-tenant one. */
  readonly tenant: string;
  /** Whose people may speak to the bot. */
  readonly access: TeamsAccess;
  readonly mount: Mount;
  /** Where the places the bot can speak in and its cards are stored. */
  readonly folder: string;
  /** Conversations that cards go to. */
  readonly channels: readonly string[];
  /** Language and time zone for what the adapter itself says. */
  readonly localeOf: LocaleOf;
  /** `https://botframework.azure.us` for the government cloud. */
  readonly channelService?: string;
  /** Where the service publishes its keys, if not at Microsoft's own address. */
  readonly openIdMetadata?: string;
  /** Where the bot gets its tokens, likewise. */
  readonly login?: string;
  /** No token is asked for and none is sent. For tests with a client that has none; never for people. */
  readonly anonymous?: boolean;
  /** How to reach Microsoft; if left out, directly. */
  readonly wayOut?: WayOut | undefined;
  readonly clock: SteadyClock;
  readonly log: Log;
}

/** Teams shows an edit at once and takes a sustained 30 messages per minute and thread. */
const UPDATE_EVERY_MS = 2_000;
const LAST_WORDS_MS = 4_000;

/**
 * Microsoft Teams, through `/api/messages` on the bot's own server. Until `start` it answers 503, and Teams tries
 * again. Throws CertopsError `TeamsPasswordMissing`, `TeamsCloudUnknown`.
 */
export async function createTeamsChat(
  options: TeamsChatOptions,
): Promise<ChatAdapter & { check(): Promise<readonly Finding[]> }> {
  const { appId, password, tenant, access, mount, folder, channels, localeOf, wayOut, clock, log } = options;
  const anonymous = options.anonymous ?? false;
  if (!anonymous && (password === null || password === '')) throw new CertopsError('TeamsPasswordMissing');

  const cloud = cloudOf(options);
  const tokens = anonymous
    ? null
    : createTokenSource({ appId, password: password ?? '', tenant }, cloud, clock, wayOut);
  const teams = { platform: 'teams' };
  const refused = createRefusals(clock, (data) => log.warn({ ...teams, ...data }, 'a delivery of Teams was refused'));
  const failed = createRefusals(clock, (data) => log.warn({ ...teams, ...data }, 'a delivery of Teams failed'));
  const gate = createGate({ appId, tenant, cloud, tokens, refused, wayOut });
  const { references, readable } = await openReferences(folder, appId);
  if (!readable) log.warn({ folder }, 'where the bot can speak in Teams could not be read, and is learned again');
  const connector = createConnector({ appId, authentication: gate.authentication, tokens, clock });
  const people = createPeople(connector, clock);
  const channel = createChannel({ appId, tenant, channels, connector, people, references, localeOf, clock, log });

  let inbox: Inbox | null = null;
  const { receive, settled } = createReceive({
    access,
    channel,
    people,
    references,
    inbox: async (intent) => {
      if (inbox === null) throw new CertopsError('BotNotReady');
      return inbox(intent);
    },
    localeOf,
    clock,
    log,
  });
  mount(
    '/api/messages',
    createListener(
      !anonymous,
      async (authorization, activity) =>
        inbox === null ? { status: 503 } : gate.receive(authorization, activity, () => receive(activity)),
      refused,
      failed,
    ),
  );

  return {
    platform: 'teams',
    updateEveryMs: UPDATE_EVERY_MS,
    start: async (bot) => {
      inbox = bot;
      for (const one of channels)
        if (references.place(one) === null)
          log.warn(
            { code: 'ChannelNotFound', channel: one },
            'Teams has told nothing of this conversation yet: add the app there, mention it once',
          );
    },
    stop: async () => {
      inbox = null;
      channel.stop();
      await inTime(clock, LAST_WORDS_MS, settled(), () => undefined);
    },
    post: channel.post,
    update: channel.update,
    find: channel.find,
    note: channel.note,
    tell: channel.tell,
    group: async () => null,
    refused: async () => (await tokens?.isRefused()) ?? false,
    check: () => checkTeams({ tokens, channels, people, references }),
  };
}
