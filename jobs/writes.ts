import { type Redis, ReplyError } from 'ioredis';
import type { Log } from '../src/ports/log.ts';
import { reasonOf } from './connection.ts';

/**
 * What a Redis says that is there and keeps nothing new: its memory is full and nothing may be evicted, it is a
 * replica, its last save failed, or replicas that it must have are missing. Letters cannot be sent then, by anybody.
 */
const REFUSALS: readonly string[] = ['OOM', 'READONLY', 'MISCONF', 'NOREPLICAS'];
const LOOK_MS = 10_000;
/** Workers may be cut off meanwhile: that it takes letters again is seen soon. */
const LOOK_AGAIN_MS = 2_000;

export interface Writes {
  /** The first word of what it says; null: nothing is known to be refused. */
  refusal(): string | null;
  /** Something was refused: looks at once. */
  look(): void;
  stop(): void;
}

/**
 * Looks whether a Redis takes what is written, at each connection and every few seconds: where nothing is to be sent
 * nobody else would find out, and its runners would seem silent. `key` is written and gone within the second. A plain
 * command, for of a script Redis says the reason before version 7 only within the script's own error.
 */
export function watchWrites(redis: Redis, key: string, log: Log): Writes {
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
      const found = await refusalOf(redis, key);
      if (found !== undefined) refusal = found;
    }
    isLooking = false;
    if (isOver) return;
    if (refusal !== null && refusal !== before) log.warn({ reason: refusal }, 'redis takes nothing');
    if (refusal === null && before !== null) log.info({}, 'redis takes letters again');
    timer = setTimeout(() => void look(), refusal === null ? LOOK_MS : LOOK_AGAIN_MS).unref();
  }

  const now = (): void => void look();
  // It cannot be reached. Who leaves a replica, to see whether it still is one, only closes.
  const gone = (): void => {
    refusal = null;
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

/** undefined: it gave no answer, which tells nothing new. What it refuses in other words is about that key alone. */
async function refusalOf(redis: Redis, key: string): Promise<string | null | undefined> {
  try {
    await redis.set(key, '', 'PX', 1000);
    return null;
  } catch (error) {
    if (!(error instanceof ReplyError)) return undefined;
    const reason = reasonOf(error);
    return REFUSALS.includes(reason) ? reason : null;
  }
}
