import { LIMITS } from '../../cards/limits.ts';
import { spacingMs } from '../../src/domain/calls/rates.ts';
import { CertopsError, isCertopsError } from '../../src/domain/errors.ts';
import type { SlackAccess } from '../../src/domain/farm/farm.ts';
import type { ChatAdapter, Finding, LocaleOf } from '../../src/ports/chat.ts';
import type { SteadyClock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { WayOut } from '../../src/ports/way-out.ts';
import { createAnswers } from './answers.ts';
import { clientOptions, createApi } from './api.ts';
import { boltLog } from './bolt-log.ts';
import { createChannel } from './channel.ts';
import { runChecks } from './check.ts';
import { codeOf } from './code-of.ts';
import { membersOf, NO_GROUP } from './groups.ts';
import { GuardedApp } from './guarded-app.ts';
import { createHandle } from './handle.ts';
import { createHttp, type Mount, SLACK_PATH } from './http.ts';
import { createIdentity } from './identity.ts';
import { createJudge } from './judge-form.ts';
import { createLimiter } from './limiter.ts';
import { createPeople } from './people.ts';
import { createReceive } from './receive.ts';
import { isRefused } from './refused.ts';
import { createSmaller } from './smaller.ts';
import { createSocket } from './socket.ts';

export interface SlackChatOptions {
  /** Bot token, `xoxb-...`. */
  readonly token: string;
  /** Verifies what comes over HTTP; not needed with a socket. */
  readonly signingSecret: string | null;
  /** App-level token, `xapp-...`: Slack then delivers through a socket that the bot opens. */
  readonly appToken: string | null;
  readonly access: SlackAccess;
  readonly mount: Mount | null;
  /** Another Web API than Slack's, with a trailing slash. */
  readonly apiUrl?: string;
  /** Channel ids of the farms. */
  readonly channels?: readonly string[];
  /** User groups whose members the farms accept. */
  readonly groups?: readonly string[];
  /** Language and time zone for the people whom the adapter itself turns away. */
  readonly localeOf: LocaleOf;
  /** How to reach Slack; if left out, directly. */
  readonly wayOut?: WayOut | undefined;
  readonly clock: SteadyClock;
  readonly log: Log;
}

export type SlackChat = ChatAdapter & { check(): Promise<readonly Finding[]> };

/** Slack refuses one update a second of the same message. */
const LEAST_PACE_MS = 1_500;
/** Even with a question first, which has the shorter limit, a call ends within half a minute. */
const CALL_LIMIT_MS = 20_000;
const ASK_LIMIT_MS = 5_000;
/** Shorter than the wait for a socket: an attempt that was given up must not open one later. */
const OPEN_LIMIT_MS = 10_000;

/**
 * Slack, through @slack/bolt: over HTTP on a shared server, or through a socket. Throws CertopsError
 * `SlackSecretMissing` when neither is configured.
 */
export function createSlackChat(options: SlackChatOptions): SlackChat {
  const {
    token,
    appToken,
    signingSecret,
    access,
    mount,
    apiUrl,
    channels = [],
    groups = [],
    wayOut,
    clock,
    log,
  } = options;
  const logger = boltLog(log);
  const limiter = createLimiter(clock);
  const api = createApi({ token, apiUrl, logger, timeLimitMs: CALL_LIMIT_MS, limiter, wayOut });
  const quick = createApi({ token, apiUrl, logger, timeLimitMs: ASK_LIMIT_MS, limiter, wayOut });
  const identity = createIdentity(quick);
  const sized = createSmaller({ clock, log });
  const channel = createChannel({ api, quick, identity, sized, clock, channels });
  const answers = createAnswers({ api, channel, sized, apiUrl, wayOut, clock, log });
  const handle = createHandle({
    access,
    people: createPeople(quick, clock),
    answers,
    localeOf: options.localeOf,
    standing: channel.standing,
    log,
  });
  const receive = createReceive({ identity, handle, judge: createJudge(access), clock, log });

  const socket =
    appToken === null
      ? null
      : createSocket({
          appToken,
          clientOptions: clientOptions({ apiUrl, logger, timeLimitMs: OPEN_LIMIT_MS, wayOut }),
          wayOut,
          logger,
          clock,
          log,
        });
  const http = socket === null && signingSecret !== null ? createHttp({ signingSecret, logger, clock, log }) : null;
  const receiver = socket?.receiver ?? http?.receiver;
  if (receiver === undefined) throw new CertopsError('SlackSecretMissing');

  const app = new GuardedApp(
    {
      receiver,
      logger,
      convoStore: false,
      // As no token is given here, Bolt asks Slack nothing before it acknowledges.
      authorize: async () => {
        const me = identity.known();
        return me === null ? {} : { botId: me.bot, botUserId: me.user };
      },
    },
    log,
  );
  app.use(receive.take);

  if (http !== null) {
    mount?.(SLACK_PATH, (request, response) => {
      if (!receive.isOpen()) response.writeHead(503).end();
      else http.listener(request, response);
    });
  }

  return {
    platform: 'slack',
    // A card is in every channel, and Slack counts all updates together; the caller merges changes that come sooner.
    updateEveryMs: Math.max(LEAST_PACE_MS, channels.length * spacingMs(LIMITS.slack.rates['chat.update'])),
    start: async (bot) => {
      await identity.get();
      receive.open(bot);
      await socket?.start();
    },
    stop: async () => {
      await socket?.stop();
      receive.open(null);
      await receive.settled();
    },
    post: channel.post,
    find: channel.find,
    update: channel.update,
    note: channel.note,
    tell: channel.tell,
    group: async (id) => {
      try {
        return await membersOf(api, access, id);
      } catch (error) {
        // A group that was removed or disabled no longer has members: what it granted must end.
        const isGone = isCertopsError(error) && error.data.reason === NO_GROUP;
        log.warn({ platform: 'slack', code: codeOf(error), group: id }, 'a user group could not be read');
        return isGone ? [] : null;
      }
    },
    refused: () => isRefused({ api: quick, appToken, apiUrl, logger, wayOut }),
    ...(socket === null ? {} : { deafSince: () => socket.closedSince() }),
    check: () => runChecks({ api: quick, access, channels, groups, appToken, apiUrl, logger, wayOut }),
  };
}
