import type { Redis } from 'ioredis';

/** The script's twelfth key is the job. */
const FORGET = "redis.call('HDEL', KEYS[12], 'parentKey', 'parent', 'deid')\n";

/**
 * The script with which BullMQ finishes a job follows any parent or deduplication key named in the job to that key,
 * with the rights of whoever finishes the job: a runner, which may write reports, could reach the orders of every host
 * through the bot. No letter uses these fields, so the script removes them first. Must be called before BullMQ is given
 * the connection.
 */
export function keepToOwnQueue(redis: Redis): void {
  const define = redis.defineCommand.bind(redis);
  redis.defineCommand = (name, definition) => {
    const ends = name.startsWith('moveToFinished:');
    define(name, ends ? { ...definition, lua: FORGET + definition.lua } : definition);
  };
}
