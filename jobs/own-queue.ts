import type { Redis } from 'ioredis';

/** The twelfth key of the script is the job. */
const FORGET = "redis.call('HDEL', KEYS[12], 'parentKey', 'parent', 'deid')\n";

/**
 * The script by which BullMQ ends a job follows what is written in it of a parent, or of its like that shall come next,
 * into whatever key is named there, with the rights of the one who ends it: a runner, which may write reports, would
 * reach the orders of every host by the bot. No letter says any of it, so all that is taken out within that script. To
 * be called before BullMQ is given the connection.
 */
export function keepToOwnQueue(redis: Redis): void {
  const define = redis.defineCommand.bind(redis);
  redis.defineCommand = (name, definition) => {
    const ends = name.startsWith('moveToFinished:');
    define(name, ends ? { ...definition, lua: FORGET + definition.lua } : definition);
  };
}
