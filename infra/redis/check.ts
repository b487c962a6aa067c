import { Redis } from 'ioredis';
import { CertopsError } from '../../src/domain/errors.ts';
import type { Json } from '../../src/domain/values.ts';

/** What is wrong with a Redis for production, each with the setting to change. */
export interface RedisProblem {
  readonly code: 'RedisEvicts' | 'RedisForgets' | 'RedisTooOld' | 'RedisSettingsHidden';
  readonly data: { readonly [name: string]: Json };
}

const OLDEST = [6, 2];

/**
 * Reads the settings that matter: keys that are evicted or lost with a restart are letters that come late and
 * schedules that are gone until the next connection. Throws `RedisAway` when it does not answer. INFO tells all but
 * needs its own right; without it the answer is `RedisSettingsHidden`, not "fine".
 */
export async function checkRedis(url: string): Promise<readonly RedisProblem[]> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: 5000,
    commandTimeout: 5000,
    disconnectTimeout: 200,
    // The ready check would retry for as long as a Redis loads its files.
    enableReadyCheck: false,
  });
  // What a failed connection rejects with says only that it is closed; the reason comes as an event.
  let reason = 'no answer';
  redis.on('error', (error) => {
    reason = wordOf(error);
  });
  try {
    await redis.connect();
    return judge(await redis.info());
  } catch (error) {
    if (wordOf(error) === 'NOPERM') return [{ code: 'RedisSettingsHidden', data: { wanted: '+info' } }];
    throw new CertopsError('RedisAway', { reason });
  } finally {
    redis.disconnect();
  }
}

/** `ECONNREFUSED`, `WRONGPASS`, `NOPERM`: never the sentence, which may quote a command. */
function wordOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return code;
  return /^[A-Z]{3,}/u.exec(String(message))?.[0] ?? 'no answer';
}

/** Refuses a production start: `RedisUnfit` with every problem and what to change. */
export async function requireProductionRedis(url: string): Promise<void> {
  const problems = await checkRedis(url);
  if (problems.length > 0) {
    throw new CertopsError('RedisUnfit', { problems: problems.map(({ code, data }) => ({ code, ...data })) });
  }
}

/** Judges the text of INFO. Pure, for the table of cases in the tests. */
export function judge(info: string): readonly RedisProblem[] {
  const fields = new Map(
    info.split(/\r?\n/u).flatMap((line) => {
      const at = line.indexOf(':');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
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
  return problems;
}
