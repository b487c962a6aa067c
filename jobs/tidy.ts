import type { Redis } from 'ioredis';
import { MOST_EVENTS, reasonOf } from './connection.ts';

/**
 * What holds all letters of a queue back once it stands in the queue's own record, until somebody takes it out. No part
 * of this product writes it: who may write into the queue did, or a console for queues.
 */
export const HOLDS = ['paused', 'concurrency', 'max', 'duration'] as const;

export const recordOf = (base: string): string => `${base}:meta`;

/** The list of letters that wait, the newest first. */
export const waitingIn = (base: string): string => `${base}:wait`;

/** A question that only the right kind of key answers. */
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

/** A letter is not taken, or not sent, while its event cannot be written: the last id that there is may be given. */
const withoutEvents = (base: string): string[][] => [
  ['del', `${base}:events`],
  ['hset', recordOf(base), 'opts.maxLenEvents', String(MOST_EVENTS)],
];

/**
 * Counters. Lua writes a number behind these as `1e+14`, which the next one is called too; and much of what JavaScript
 * takes for a number (nothing, ` 5`, `007`, `1e3`) Redis counts no further.
 */
const COUNTERS = ['id', 'pc'] as const;
const COUNTED = /^(?:0|[1-9]\d{0,12})$/;

export interface Tidied {
  /** Something held its letters back, and does no more. */
  readonly wasHeld: boolean;
  /** Keys that were not what they must be, and are gone. Letters in them are sent again. */
  readonly removed: readonly string[];
}

/**
 * Frees a queue of what one write can leave in it and keep its letters back for good, also when the writer is long
 * gone. For whoever takes the letters out; `base`: the queue's key.
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

/** By one command's error and answer; a counter's is a text. Whatever else was refused says nothing of the key. */
function isSpoilt(answered: readonly [error: Error | null, answer: unknown] | undefined): boolean {
  const [error, answer] = answered ?? [null, null];
  if (error !== null) return reasonOf(error) === 'WRONGTYPE';
  return typeof answer === 'string' && !COUNTED.test(answer);
}

/** So many are given up at a time. */
const MOST_GIVEN_UP = 1000;
/**
 * What Redis says of a letter that is none, and of what it has no room for: a full Redis gives no letter out, since it
 * would have to write that down, and takes away what it is told to.
 */
const HOPELESS: readonly string[] = ['WRONGTYPE', 'ERR', 'OOM'];

/**
 * Gives up the letters that would be taken next, where taking one was refused for such a reason: one by one, with a
 * rest after each, whoever wrote a thousand of them holds up the true ones for an hour. Answers how many. They are sent
 * again.
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
