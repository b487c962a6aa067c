import { CertopsError, isCertopsError } from '../src/domain/errors.ts';
import type { Json } from '../src/domain/values.ts';
import { askOnce, reasonOf } from './connection.ts';

/** What is wrong with a Redis for production, each with the setting to change. */
export interface RedisProblem {
  readonly code:
    | 'RedisEvicts'
    | 'RedisForgets'
    | 'RedisTooOld'
    | 'RedisReadOnly'
    | 'RedisSentinel'
    | 'RedisCluster'
    | 'RedisSettingsHidden';
  readonly data: { readonly [name: string]: Json };
}

const OLDEST = [6, 2];
const UNUSABLE: readonly RedisProblem['code'][] = ['RedisTooOld', 'RedisReadOnly', 'RedisSentinel', 'RedisCluster'];

/**
 * Reads the settings that matter: keys that are evicted or lost with a restart are letters that come late and
 * schedules that are gone until the next connection. Throws `RedisAway` when it does not answer. INFO tells all but
 * needs its own right; without it the answer is `RedisSettingsHidden`, not "fine".
 */
export async function checkRedis(url: string): Promise<readonly RedisProblem[]> {
  try {
    const info = await infoOf(url);
    return info === null ? [{ code: 'RedisSettingsHidden', data: { wanted: '+info' } }] : judge(info);
  } catch (error) {
    const problems = await problemsOfStranger(url, error);
    if (problems.some(isSentinel)) return problems;
    throw error;
  }
}

/** null: this user has no right to it. */
const infoOf = (url: string): Promise<string | null> =>
  askOnce(url, (redis) =>
    redis.info().catch((error: unknown) => {
      if (reasonOf(error) === 'NOPERM') return null;
      throw error;
    }),
  );

/** What a Sentinel says to the user or the database of a Redis, which it knows nothing of. */
const NOT_KNOWN: readonly unknown[] = ['WRONGPASS', 'ERR'];

/** As whoever has no name sees it: a Sentinel has users of its own, as a rule none. */
async function problemsOfStranger(url: string, error: unknown): Promise<readonly RedisProblem[]> {
  if (!isCertopsError(error) || !NOT_KNOWN.includes(error.data.reason)) return [];
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  bare.pathname = '';
  const info = await infoOf(bare.href).catch(() => null);
  return info === null ? [] : judge(info);
}

const isSentinel = ({ code }: RedisProblem): boolean => code === 'RedisSentinel';

/** No setting of it is to be changed: another is to be named. */
const isOfAnotherKind = (problem: RedisProblem): boolean => isSentinel(problem) || problem.code === 'RedisCluster';

/** Refuses a production start: as one of that kind, else `RedisUnfit` with every problem and what to change. */
export async function requireProductionRedis(url: string): Promise<void> {
  const problems = await checkRedis(url);
  const another = problems.find(isOfAnotherKind);
  if (another !== undefined) throw new CertopsError(another.code, another.data);
  if (problems.length > 0) {
    throw new CertopsError('RedisUnfit', { problems: problems.map(({ code, data }) => ({ code, ...data })) });
  }
}

/**
 * Throws `RedisTooOld`, `RedisReadOnly`, `RedisSentinel` or `RedisCluster`, where no queue can work however little is
 * to be kept.
 */
export async function requireWorkingRedis(url: string): Promise<void> {
  const problem = (await checkRedis(url)).find(({ code }) => UNUSABLE.includes(code));
  if (problem !== undefined) throw new CertopsError(problem.code, problem.data);
}

/**
 * Throws `RedisPrefixDenied` where the user of this address may not reach keys that begin so, for instance because it
 * is a real bot's; `RedisAway` when it does not answer.
 */
export async function requirePrefix(url: string, prefix: string): Promise<void> {
  await askOnce(url, (redis) =>
    redis.exists(`${prefix}:meta`).catch((error: unknown) => {
      throw reasonOf(error) === 'NOPERM' ? new CertopsError('RedisPrefixDenied', { prefix }) : error;
    }),
  );
}

/** Judges the text of INFO. Pure, for the table of cases in the tests. */
export function judge(info: string): readonly RedisProblem[] {
  const fields = new Map(
    info.split(/\r?\n/u).flatMap((line) => {
      const at = line.indexOf(':');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
  // It answers as a Redis does, holds nothing, and has none of the settings.
  if (fields.get('redis_mode') === 'sentinel')
    return [
      { code: 'RedisSentinel', data: { setting: 'redis_mode', found: 'sentinel', wanted: 'an address of the master' } },
    ];
  const problems: RedisProblem[] = [];
  const policy = fields.get('maxmemory_policy');
  if (policy !== 'noeviction') {
    problems.push({
      code: 'RedisEvicts',
      data: { setting: 'maxmemory-policy', found: policy ?? 'not told', wanted: 'noeviction' },
    });
  }
  if (fields.get('aof_enabled') !== '1') {
    problems.push({ code: 'RedisForgets', data: { setting: 'appendonly', found: 'no', wanted: 'yes' } });
  }
  const version = fields.get('valkey_version') ?? fields.get('redis_version') ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < (OLDEST[0] ?? 0) || (major === OLDEST[0] && minor < (OLDEST[1] ?? 0))) {
    problems.push({ code: 'RedisTooOld', data: { found: version || 'not told', wanted: OLDEST.join('.') } });
  }
  // A name that leads to a replica: all connect and read there, and no letter goes out.
  if (fields.get('role') === 'slave' && fields.get('slave_read_only') !== '0') {
    const found = `a replica of ${fields.get('master_host') ?? ''}:${fields.get('master_port') ?? ''}`;
    problems.push({ code: 'RedisReadOnly', data: { setting: 'role', found, wanted: 'a master' } });
  }
  // It takes letters only while it holds the slot of their keys, and says MOVED once another node does.
  if (fields.get('cluster_enabled') === '1' || fields.get('redis_mode') === 'cluster')
    problems.push({ code: 'RedisCluster', data: { setting: 'cluster-enabled', found: 'yes', wanted: 'no' } });
  return problems;
}
