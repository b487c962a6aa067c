import type { Redis } from 'ioredis';
import { MOST_EVENTS, reasonOf } from './connection.ts';

/**
 * Fields of the queue's own record that hold back all its letters until somebody removes them. No part of this product
 * writes them: somebody who may write into the queue did, or a queue console.
 */
export const HOLDS = ['paused', 'concurrency', 'max', 'duration'] as const;

/** The key of BullMQ's record of a queue. `base`: prefix and name. */
export const recordOf = (base: string): string => `${base}:meta`;

/** The list of waiting letters, newest first. */
export const waitingIn = (base: string): string => `${base}:wait`;

/** For each key, a command that succeeds only if the key has the right type. */
const KINDS: readonly (readonly [key: string, ask: string, ...more: string[]])[] = [
  ['meta', 'hdel', ...HOLDS],
  ['wait', 'llen'],
  ['active', 'llen'],
  ['paused', 'llen'],
  ['prioritized', 'zcard'],
  ['delayed', 'zcard'],
  ['marker', 'zcard'],
  ['completed', 'zcard'],
  ['failed', 'zcard'],
  ['repeat', 'zcard'],
  ['stalled', 'scard'],
];

/**
 * A letter is neither taken nor sent while its event cannot be written, which somebody can bring about by using up the
 * last possible stream id. So the stream is deleted.
 */
const withoutEvents = (base: string): string[][] => [
  ['del', `${base}:events`],
  ['hset', recordOf(base), 'opts.maxLenEvents', String(MOST_EVENTS)],
];

/**
 * Counters. Lua writes a number of 15 digits or more as `1e+14`, so that the next letter gets the same id; and Redis
 * cannot increment many things that JavaScript takes for a number (the empty string, ` 5`, `007`, `1e3`).
 */
const COUNTERS = ['id', 'pc'] as const;
const COUNTED = /^(?:0|[1-9]\d{0,12})$/;

interface Tidied {
  /** Something was holding its letters back, and no longer does. */
  readonly wasHeld: boolean;
  /** Keys that were not what they must be, now deleted. Letters in them are sent again. */
  readonly removed: readonly string[];
}

/**
 * Clears a queue of anything that a single write can leave in it to hold back its letters for good, even after the
 * writer is gone. For whoever takes the letters out; `base`: the queue's key.
 */
export async function tidy(redis: Redis, base: string): Promise<Tidied> {
  const questions = [
    ...KINDS.map(([key, ask, ...more]) => [ask, `${base}:${key}`, ...more]),
    ...COUNTERS.map((key) => ['get', `${base}:${key}`]),
    ...withoutEvents(base),
  ];
  const answers = (await redis.pipeline(questions).exec()) ?? [];
  const removed = [...KINDS.map(([key]) => key), ...COUNTERS].filter((_, at) => isSpoilt(answers[at]));
  if (removed.length > 0) await redis.del(...removed.map((key) => `${base}:${key}`));
  return { wasHeld: Number(answers[0]?.[1] ?? 0) > 0, removed };
}

/**
 * Judges one command's error and answer; a counter's answer is a string. Any other error says nothing about the key.
 */
function isSpoilt(answered: readonly [error: Error | null, answer: unknown] | undefined): boolean {
  const [error, answer] = answered ?? [null, null];
  if (error !== null) return reasonOf(error) === 'WRONGTYPE';
  return typeof answer === 'string' && !COUNTED.test(answer);
}

/** How many are given up at a time. */
const MOST_GIVEN_UP = 1000;
/**
 * How Redis answers when the next entry is not a letter, or when it has no room: a full Redis gives no letter out,
 * since that takes a write, but it still deletes.
 */
const HOPELESS: readonly string[] = ['WRONGTYPE', 'ERR', 'OOM'];

/**
 * Gives up the next letters to be taken, if taking one was refused for such a reason. In bulk: if they went one by one,
 * with a rest after each, anyone who wrote a thousand bad ones would hold up the real ones for an hour. Answers how
 * many were given up. They are sent again.
 */
export async function giveUp(redis: Redis, base: string, reason: string): Promise<number> {
  if (!HOPELESS.includes(reason)) return 0;
  const list = waitingIn(base);
  const ids = await redis.lrange(list, -MOST_GIVEN_UP, -1);
  const next = ids.reverse();
  await redis
    .pipeline(
      next.flatMap((id) => [
        ['del', `${base}:${id}`],
        ['lrem', list, '-1', id],
      ]),
    )
    .exec();
  return next.length;
}
