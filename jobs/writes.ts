import { type Redis, ReplyError } from 'ioredis';
import type { Log } from '../src/ports/log.ts';
import { askOnce, reasonOf } from './connection.ts';

/**
 * How a reachable Redis says that it stores nothing new: its memory is full and nothing may be evicted, it is a
 * replica, its last save failed, or replicas that it requires are missing. Nobody can send letters then.
 */
const REFUSALS: readonly string[] = ['OOM', 'READONLY', 'MISCONF', 'NOREPLICAS'];
/** How it says that it does not let this user in: the user is gone, or its password is another one. */
const NO_ENTRY: readonly string[] = ['WRONGPASS', 'NOAUTH'];
const NO_RIGHT = 'NOPERM';
/** How TLS says that what answers at the address does not prove that it is this Redis. */
const UNPROVED: readonly string[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
];
const LOOK_MS = 10_000;
/** Workers may be cut off meanwhile, so recovery must be noticed soon. */
const LOOK_AGAIN_MS = 2_000;

interface Writes {
  /** The first word of its refusal, or what TLS says of its certificate; null: neither is known. */
  refusal(): string | null;
  /** Call when a write was refused: checks at once. */
  look(): void;
  stop(): void;
}

interface Watched {
  readonly key: string;
  readonly list: string;
}

/**
 * Checks whether Redis accepts writes, at each connection and every few seconds: while nothing is to be sent nobody
 * else would find out, and the runners would seem silent. `key` is written and expires within the second. A plain
 * command, because before version 7 Redis gives the reason for a script only inside the script's own error. `list` is
 * one that this user must be able to read: where it may not write `key` alone, that is its own rights' doing.
 */
export function watchWrites(redis: Redis, { key, list }: Watched, log: Log): Writes {
  let refusal: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  let isOver = false;

  async function look(): Promise<void> {
    if (isLooking || isOver) return;
    isLooking = true;
    clearTimeout(timer);
    const before = refusal;
    if (redis.status === 'ready') {
      const found = await refusalOf(redis, key, list);
      if (found !== undefined) refusal = found;
    }
    isLooking = false;
    if (isOver) return;
    if (refusal !== null && refusal !== before) log.warn({ reason: refusal }, 'redis takes nothing');
    if (refusal === null && before !== null) log.info({}, 'redis takes letters again');
    timer = setTimeout(() => void look(), refusal === null ? LOOK_MS : LOOK_AGAIN_MS).unref();
  }

  const now = (): void => void look();
  // Redis is unreachable, so nothing is known, unless it is there and lets nobody in, or is not trusted. A reconnect
  // made to leave a replica only emits `close`, and keeps what is known.
  const gone = (error: unknown): void => {
    const reason = reasonOf(error);
    refusal = [...NO_ENTRY, ...UNPROVED].includes(reason) ? reason : null;
  };
  redis.on('ready', now);
  redis.on('error', gone);
  now();
  return {
    refusal: () => refusal,
    look: now,
    stop: () => {
      isOver = true;
      clearTimeout(timer);
      redis.off('ready', now);
      redis.off('error', gone);
    },
  };
}

/** Why this Redis takes nothing now, as its error word; null: it does. Throws `RedisAway` when it does not answer. */
export const whyNothing = async (url: string, watched: Watched): Promise<string | null> =>
  (await askOnce(url, (redis) => refusalOf(redis, watched.key, watched.list))) ?? null;

/** undefined: no answer, which tells nothing new. Any other refusal is about this key alone. */
async function refusalOf(redis: Redis, key: string, list: string): Promise<string | null | undefined> {
  const reason = await refusedFor(() => redis.set(key, '', 'PX', 1000));
  if (reason === NO_RIGHT) return (await refusedFor(() => redis.llen(list))) === NO_RIGHT ? NO_RIGHT : null;
  return reason == null || [...REFUSALS, ...NO_ENTRY].includes(reason) ? reason : null;
}

/** The first word of the refusal; null: it was done; undefined: no answer. */
async function refusedFor(command: () => Promise<unknown>): Promise<string | null | undefined> {
  try {
    await command();
    return null;
  } catch (error) {
    return error instanceof ReplyError ? reasonOf(error) : undefined;
  }
}
