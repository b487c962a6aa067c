import { DEFAULT_PREFIX } from '../../jobs/connection.ts';
import { CertopsError } from '../../src/domain/errors.ts';
import { parseHostName } from '../../src/domain/values.ts';

/** What a BullMQ worker needs on its own queue: found by growing from nothing until all worked. */
const CONSUME = [
  ...['ping', 'hello', 'auth', 'info', 'client|setinfo', 'client|setname', 'eval', 'evalsha'],
  ...['exists', 'hmget', 'set', 'get', 'hget', 'hset', 'hmset', 'hdel', 'hincrby', 'hgetall'],
  ...['zrangebyscore', 'zrevrangebyscore', 'zrange', 'zadd', 'zrem', 'zcard', 'zpopmin', 'bzpopmin'],
  ...['rpoplpush', 'lpush', 'rpush', 'lrem', 'lrange', 'llen', 'sadd', 'srem', 'scard', 'smembers'],
  ...['xadd', 'xtrim', 'del'],
];
/** What adding a job needs beside it. */
const PRODUCE = ['incr', 'pttl', 'lindex', 'lpos', 'zscore', 'hexists'];
/**
 * What the schedule needs beside both, and `certops validate`, which sees by their connections whether runners are
 * there.
 */
const BOT = ['zrevrange', 'client|list'];

/**
 * The line of `users.acl` for a runner, or with host null for the bot; behind its first word it is what ACL SETUSER
 * takes. A runner reaches its own orders and the reports, nothing else: no other host's queue, no channel, no command
 * that lists keys or changes the server. The password is left to whoever owns the Redis. Throws `AclNameUnfit` for a
 * name that would open more.
 */
export function redisAcl(
  farm: { readonly name: string },
  host: string | null,
  prefix = DEFAULT_PREFIX,
  user = `certops-${farm.name}-${host ?? 'bot'}`,
): string {
  if (host !== null && parseHostName(host) !== host) throw new CertopsError('AclNameUnfit', { name: host });
  // A blank would begin another rule; a star or a question mark would widen a pattern.
  if (!/^[A-Za-z0-9._-]{1,130}$/u.test(user)) throw new CertopsError('AclNameUnfit', { name: user });
  if (!/^[A-Za-z0-9._{}-]{1,60}$/u.test(prefix)) throw new CertopsError('AclNameUnfit', { name: prefix });
  const queues = host === null ? ['reports', 'schedule'] : [`orders.${host}`, 'reports'];
  const keys = queues.flatMap((queue) => keysOf(prefix, queue));
  if (host === null) keys.push(`~${prefix}:orders.*`);
  const commands = [...CONSUME, ...PRODUCE, ...(host === null ? BOT : [])].map((command) => `+${command}`);
  return ['user', user, 'reset', 'resetchannels', 'on', '>PASSWORD', ...keys, ...commands].join(' ');
}

/** A bare `orders.sql01*` would open `orders.sql01.corp` as well. */
const keysOf = (prefix: string, queue: string): string[] => [`~${prefix}:${queue}`, `~${prefix}:${queue}:*`];
