import { Queue } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { CertopsError } from '../src/domain/errors.ts';
import type { Log } from '../src/ports/log.ts';

export const noLog: Log = { info: () => {}, warn: () => {} };

/** Letters are removed once handled: the journals remember. The queue retries nothing. */
const LETTER_OPTIONS = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

/** BullMQ records each letter in an event stream that nobody here reads. */
export const MOST_EVENTS = 100;

const RECONNECT_MAX_MS = 1000;
const CLOSE_MS = 1500;
/** Longer than the longest wait for a job within one BullMQ command. */
const SILENT_MS = 30_000;

/** Never gives up: even after a day's outage it connects again. */
const retryStrategy = (times: number): number => Math.min(50 * 2 ** Math.min(times, 10), RECONNECT_MAX_MS);

/** ioredis 6 types its replies by `replyMapping`; ours are always the plain ones. */
type Options = Omit<RedisOptions, 'replyMapping'>;

/** ioredis waits this long when disconnecting, even on a closed socket. Its default of 2 s delays every exit. */
const DISCONNECT_MS = 200;

/** ioredis would tell Redis its name, for which Redis before 7.2 has no command, and so knows no right. */
const WITHOUT_INFO = { disableClientInfo: true } as const;

const common: Options = {
  ...WITHOUT_INFO,
  retryStrategy,
  connectTimeout: 5000,
  keepAlive: 10_000,
  enableReadyCheck: true,
  disconnectTimeout: DISCONNECT_MS,
};

/**
 * While the server stays a replica, reconnect no more often than this: each new connection writes, and is refused, at
 * once.
 */
const REPLICA_REST_MS = 2000;

/**
 * After a failover the connection may still lead to what is now a replica. Every letter is a Redis script, and before
 * version 7 Redis reports READONLY for a script only inside the script's own error.
 */
function leavesReplica(): (error: Error) => boolean {
  let before = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (!/\bREADONLY\b/u.test(error.message) || performance.now() - before < REPLICA_REST_MS) return false;
    before = performance.now();
    return true;
  };
}

export interface Connection {
  readonly redis: Redis;
  /** Ends it and all its copies, at once. */
  end(): void;
}

/**
 * A connection for adding jobs. It never queues: a command that cannot be sent now, or whose answer was lost, fails at
 * once (`Queue.add` would otherwise wait as long as Redis is away).
 */
export const producerConnection = (url: string, what: string, log: Log, answerMs = 3000): Connection =>
  connect(url, what, log, {
    ...common,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout: answerMs,
    // A network that drops packets silently looks connected for a quarter of an hour.
    socketTimeout: answerMs,
  });

/** A connection for a BullMQ worker, whose commands must wait for Redis indefinitely. */
export const workerConnection = (url: string, what: string, log: Log): Connection =>
  connect(url, what, log, { ...common, maxRetriesPerRequest: null, socketTimeout: SILENT_MS });

/** BullMQ duplicates the connection it is given, and loses track of the copies when closing hangs. */
function connect(url: string, what: string, log: Log, options: Options): Connection {
  const leaves = leavesReplica();
  const reconnectOnError = (error: Error): boolean => {
    const isLeft = leaves(error);
    if (isLeft) say.leaves();
    return isLeft;
  };
  const redis = new Redis(url, { ...options, reconnectOnError });
  const all = [redis];
  const say = sayConnection(redis, what, log);
  const duplicate = (override?: Options): Redis => {
    const { replyMapping: _plain, ...same } = redis.options;
    const copy = new Redis({ ...same, reconnectOnError: leavesReplica(), ...override });
    // An `error` event without a listener ends the process; users of the copy add their own listeners as well.
    copy.on('error', () => {});
    all.push(copy);
    return copy;
  };
  Object.defineProperty(redis, 'duplicate', { value: duplicate, configurable: true });
  return {
    redis,
    end: () => {
      say.stop();
      for (const connection of all) disconnect(connection);
    },
  };
}

/** On disconnect ioredis does not clear its socketTimeout timer, which would keep the process alive that long. */
function disconnect(redis: Redis): void {
  redis.disconnect();
  clearTimeout((redis as unknown as { socketTimeoutTimer?: NodeJS.Timeout }).socketTimeoutTimer);
}

/**
 * Logs each time the connection is lost or restored, once, not every failed attempt, and not a reconnect made only to
 * leave a replica. An `error` event without a listener would end the process.
 */
function sayConnection(redis: Redis, what: string, log: Log): { leaves(): void; stop(): void } {
  let away: string | null = null;
  let isLeaving = false;
  let ending = false;
  redis.on('ready', () => {
    if (away !== null || !isLeaving) log.info({ what }, away === null ? 'redis connected' : 'redis is back');
    away = null;
    isLeaving = false;
  });
  redis.on('error', (error: unknown) => {
    const reason = reasonOf(error);
    if (ending || away === reason) return;
    away = reason;
    log.warn({ what, reason }, 'redis is away');
  });
  redis.on('close', () => {
    if (ending || away !== null || isLeaving) return;
    away = 'closed';
    log.warn({ what, reason: away }, 'redis is away');
  });
  return {
    leaves: () => {
      isLeaving = true;
    },
    stop: () => {
      ending = true;
    },
  };
}

/** One word for what went wrong: `ECONNREFUSED`, `WRONGPASS`, `NOPERM` ... Never the message, which quotes commands. */
export function reasonOf(error: unknown): string {
  const { code, message, name } = (error ?? {}) as { code?: unknown; message?: unknown; name?: unknown };
  if (typeof code === 'string' && code !== '') return code;
  const word = typeof message === 'string' ? /^(?:ReplyError: )?([A-Z]{3,})\b/u.exec(message)?.[1] : undefined;
  if (word !== undefined) return word;
  // How BullMQ tells that Redis was wiped while a letter was in hand.
  const missing = typeof message === 'string' ? /^Missing (key|lock) for job /u.exec(message)?.[1] : undefined;
  if (missing !== undefined) return missing === 'key' ? 'MissingKey' : 'MissingLock';
  return typeof name === 'string' ? name : 'unknown';
}

/**
 * Asks Redis one question, on a connection of its own that neither waits nor retries. Throws CertopsError `RedisAway`
 * when it does not answer, and any CertopsError that `ask` throws.
 */
export async function askOnce<T>(url: string, ask: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, {
    ...WITHOUT_INFO,
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: 5000,
    commandTimeout: 5000,
    disconnectTimeout: DISCONNECT_MS,
    // The ready check would retry for as long as Redis is loading its files.
    enableReadyCheck: false,
  });
  // The rejection of a failed connection says only that it is closed; the reason comes as an event.
  let reason: string | null = null;
  redis.on('error', (error: unknown) => {
    reason = reasonOf(error);
  });
  try {
    await redis.connect();
    const answer = await ask(redis);
    // If the database in the address was refused, this comes as an event too, and the answer is that of database 0.
    if (reason !== null) throw new Error(reason);
    return answer;
  } catch (error) {
    if (error instanceof CertopsError) throw error;
    const word = reason ?? reasonOf(error);
    // ioredis has no code for a command that timed out.
    throw new CertopsError('RedisAway', { reason: word === 'Error' ? 'no answer' : word });
  } finally {
    redis.disconnect();
  }
}

/** A queue to add to. Both skips keep it from asking Redis anything: if that failed, it would be unusable for good. */
export function openQueue(name: string, prefix: string, { redis }: Connection): Queue {
  const queue = new Queue(name, {
    connection: redis,
    prefix,
    skipWaitingForReady: true,
    skipVersionCheck: true,
    streams: { events: { maxLen: MOST_EVENTS } },
    defaultJobOptions: LETTER_OPTIONS,
  });
  return queue.on('error', () => {});
}

/** An error of BullMQ or ioredis as `QueueAway`, with a reason that holds no address and no password. */
export const queueAway = (error: unknown): CertopsError =>
  new CertopsError('QueueAway', { reason: isOfRights({ message: String(error) }) ? 'NOPERM' : reasonOf(error) });

/** A script that was refused a command is an `ERR` that tells why inside; in Redis 6.2 and 7.0 in words of its own. */
export const isOfRights = ({ message }: Pick<Error, 'message'>): boolean =>
  /\bhas no permissions to\b|\bACL failure in script\b|\bThe user executing the script can't\b/u.test(message);

/** Closing may hang (INFO denied, Redis gone): after a while we stop waiting. */
export async function within(closing: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_MS);
  });
  await Promise.race([closing.catch(() => {}), late]);
  clearTimeout(timer);
}
