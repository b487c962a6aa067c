import { CertopsError } from '../../src/domain/errors.ts';
import { parseHostName } from '../../src/domain/values.ts';

/** What a BullMQ worker needs on its own queue: found by starting with nothing and adding commands until all worked. */
const CONSUME = [
  ...['ping', 'hello', 'auth', 'info', 'client|setname', 'eval', 'evalsha'],
  ...['exists', 'hmget', 'set', 'get', 'hget', 'hset', 'hmset', 'hdel', 'hincrby', 'hgetall'],
  ...['zrangebyscore', 'zrevrangebyscore', 'zrange', 'zadd', 'zrem', 'zcard', 'zpopmin', 'bzpopmin'],
  ...['rpoplpush', 'lpush', 'rpush', 'lrem', 'lrange', 'llen', 'sadd', 'srem', 'scard', 'smembers'],
  ...['xadd', 'xtrim', 'del'],
];
/** What adding a job needs besides. */
const PRODUCE = ['incr', 'pttl', 'lindex', 'lpos', 'zscore', 'hexists'];
/**
 * What else the bot needs: for the schedule, and for `certops validate`, which lists connections to see whether runners
 * are there.
 */
const BOT = ['zrevrange', 'client|list'];

/** What a runner, or the bot, may call. */
export const commandsOf = (whose: 'bot' | 'runner'): readonly string[] => [
  ...CONSUME,
  ...PRODUCE,
  ...(whose === 'bot' ? BOT : []),
];

/**
 * The line of `users.acl` for a runner, or for the bot when `host` is null; what follows its first word is what ACL
 * SETUSER takes. A runner reaches only its own orders and the reports: no other host's queue, no channel, no command
 * that lists keys or changes the server. Whoever owns the Redis puts in the password. Throws `AclNameUnfit` for a name
 * that would open more.
 */
export function redisAcl(farm: { readonly name: string }, host: string | null, prefix: string): string {
  if (host !== null && parseHostName(host) !== host) throw new CertopsError('AclNameUnfit', { name: host });
  const user = `certops-${farm.name}-${host ?? 'bot'}`;
  // A space would start another rule; a star or a question mark would widen a pattern.
  if (!/^[A-Za-z0-9._-]{1,130}$/u.test(user)) throw new CertopsError('AclNameUnfit', { name: user });
  if (!/^[A-Za-z0-9._{}-]{1,60}$/u.test(prefix)) throw new CertopsError('AclNameUnfit', { name: prefix });
  const queues = host === null ? ['reports', 'schedule'] : [`orders.${host}`, 'reports'];
  const keys = queues.flatMap((queue) => keysOf(prefix, queue));
  if (host === null) keys.push(`~${prefix}:orders.*`);
  const commands = commandsOf(host === null ? 'bot' : 'runner').map((command) => `+${command}`);
  return ['user', user, 'reset', 'resetchannels', 'on', '>PASSWORD', ...keys, ...commands].join(' ');
}

/** A bare `orders.sql01*` would match `orders.sql01.corp` as well. */
const keysOf = (prefix: string, queue: string): string[] => [`~${prefix}:${queue}`, `~${prefix}:${queue}:*`];
