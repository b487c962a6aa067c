import { CertopsError, isCertopsError } from '../src/domain/errors.ts';
import type { Data } from '../src/domain/values.ts';
import { askOnce, reasonOf } from './connection.ts';

/** What makes a Redis unfit for production, each with the setting to change. */
export interface RedisProblem {
  readonly code:
    | 'RedisEvicts'
    | 'RedisForgets'
    | 'RedisTooOld'
    | 'RedisReadOnly'
    | 'RedisSentinel'
    | 'RedisCluster'
    | 'RedisNoScripts'
    | 'RedisSettingsHidden';
  readonly data: Data;
}

const OLDEST = [6, 2];
const UNUSABLE: readonly RedisProblem['code'][] = [
  ...(['RedisTooOld', 'RedisReadOnly', 'RedisSentinel', 'RedisCluster'] as const),
  'RedisNoScripts',
];

/**
 * Reads the settings that matter: if keys are evicted or lost in a restart, letters come late and schedules are gone
 * until the next connection. Throws `RedisAway` when it does not answer. INFO tells everything but needs its own
 * permission; without it the answer is `RedisSettingsHidden`, not "fine".
 */
export async function checkRedis(url: string): Promise<readonly RedisProblem[]> {
  try {
    const info = await infoOf(url);
    const problems: readonly RedisProblem[] =
      info === null ? [{ code: 'RedisSettingsHidden', data: { wanted: '+info' } }] : judge(info);
    return problems.some(isOfAnotherKind) ? problems : [...problems, ...(await scriptsRefused(url))];
  } catch (error) {
    const problems = await problemsOfStranger(url, error);
    if (problems.some(isOfAnotherKind)) return problems;
    throw error;
  }
}

/** null: this user may not call it. */
const infoOf = (url: string): Promise<string | null> =>
  askOnce(url, (redis) =>
    redis.info().catch((error: unknown) => {
      if (reasonOf(error) === 'NOPERM') return null;
      throw error;
    }),
  );

/** BullMQ sends each letter as a script, by its hash or whole. Operators rename these commands, or forbid them. */
const scriptsRefused = (url: string): Promise<readonly RedisProblem[]> =>
  askOnce(url, async (redis) => {
    const [whole, byHash] = await Promise.all([whyNot(redis.eval('return 1', 0)), whyNot(redis.evalsha(NO_SCRIPT, 0))]);
    return Object.entries({ EVAL: whole, EVALSHA: byHash }).flatMap(([command, reason]): readonly RedisProblem[] =>
      reason === null ? [] : [{ code: 'RedisNoScripts', data: { command, reason } }],
    );
  });

const NO_SCRIPT = '0'.repeat(40);

/** `ERR`: there is no such command. Whatever else it answers, such as `NOSCRIPT`, is no refusal of the command. */
const whyNot = (asked: Promise<unknown>): Promise<string | null> =>
  asked.then(
    () => null,
    (error: unknown) => ['ERR', 'NOPERM'].find((one) => one === reasonOf(error)) ?? null,
  );

/** How a Sentinel answers the user name or database number of a Redis, and a node of a Cluster the number. */
const NOT_KNOWN: readonly unknown[] = ['WRONGPASS', 'ERR'];

/** Asks again without either: a Sentinel has its own users, usually none. */
async function problemsOfStranger(url: string, error: unknown): Promise<readonly RedisProblem[]> {
  if (!isCertopsError(error) || !NOT_KNOWN.includes(error.data.reason)) return [];
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  bare.pathname = '';
  const info = await infoOf(bare.href).catch(() => null);
  return info === null ? [] : judge(info);
}

const isOfAnotherKind = ({ code }: RedisProblem): boolean => code === 'RedisSentinel' || code === 'RedisCluster';

/** Refuses a production start: as `requireWorkingRedis`, or with `RedisUnfit`, which lists each setting to change. */
export async function requireProductionRedis(url: string): Promise<void> {
  const problems = await checkRedis(url);
  mustWork(problems);
  if (problems.length > 0) {
    throw new CertopsError('RedisUnfit', { problems: problems.map(({ code, data }) => ({ code, ...data })) });
  }
}

/**
 * Throws `RedisTooOld`, `RedisReadOnly`, `RedisSentinel`, `RedisCluster` or `RedisNoScripts`: no queue can work there,
 * even if nothing needs to be durable.
 */
export async function requireWorkingRedis(url: string): Promise<void> {
  mustWork(await checkRedis(url));
}

function mustWork(problems: readonly RedisProblem[]): void {
  const problem = problems.find(({ code }) => UNUSABLE.includes(code));
  if (problem !== undefined) throw new CertopsError(problem.code, problem.data);
}

/**
 * Throws `RedisPrefixDenied` where this address's user may not reach keys with this prefix, for instance because it is
 * a real bot's user; `RedisAway` when Redis does not answer.
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
  // A Sentinel answers like a Redis, but holds no data and has none of the settings.
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
  // A node takes letters only while it holds the slot of their keys, and answers MOVED once another node does.
  if (fields.get('cluster_enabled') === '1' || fields.get('redis_mode') === 'cluster')
    problems.push({ code: 'RedisCluster', data: { setting: 'cluster-enabled', found: 'yes', wanted: 'no' } });
  // The host name leads to a replica: connecting and reading work, but no letter goes out.
  if (fields.get('role') === 'slave' && fields.get('slave_read_only') !== '0') {
    const found = `a replica of ${fields.get('master_host') ?? ''}:${fields.get('master_port') ?? ''}`;
    problems.push({ code: 'RedisReadOnly', data: { setting: 'role', found, wanted: 'a master' } });
  }
  return problems;
}
