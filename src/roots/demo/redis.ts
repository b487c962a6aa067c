import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { openRedis } from '../../../infra/redis/open-redis.ts';
import type { OpenedRedis } from '../../../infra/redis/opened-redis.ts';
import { requirePrefix, requireWorkingRedis } from '../../../jobs/redis-check.ts';
import type { Options } from '../../config/options.ts';
import { isCertopsError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';

export interface DemoRedis extends OpenedRedis {
  readonly prefix: string;
}

interface RedisWanted {
  readonly state: string;
  readonly options: Pick<Options, 'redisUrl' | 'mode'>;
  readonly clock: Clock;
  readonly said: (sentence: string) => void;
}

/**
 * A Redis for one rehearsal. The one in REDIS_URL may serve a real farm with the same hosts and name, so the
 * rehearsal's keys have a prefix of their own there. Our own Redis may still have clients of a killed rehearsal that
 * are just ending, so this is retried.
 */
export async function openDemoRedis({ state, options, clock, said }: RedisWanted): Promise<DemoRedis> {
  const prefix = rehearsalPrefix(state);
  const log = { info: () => {}, warn: (_data: object, words: string) => said(words) };
  const folder = path.join(state, 'redis');
  const url = options.redisUrl ?? undefined;
  for (let tries = 1; ; tries += 1) {
    try {
      const redis = await openRedis({ folder, log, url, production: options.mode === 'production' });
      if (redis.kind !== 'url') return { ...redis, prefix };
      await requireWorkingRedis(redis.url);
      await requirePrefix(redis.url, prefix);
      return { ...redis, prefix, describe: `${redis.describe}, keys ${prefix}:*` };
    } catch (error) {
      if (!isCertopsError(error) || error.code !== 'RedisFolderInUse' || tries > 50) throw error;
      await clock.sleep(200);
    }
  }
}

/**
 * The same at each start on a state folder of this machine, and no other's: other machines may have a folder of that
 * name.
 */
export function rehearsalPrefix(state: string): string {
  const place = `${os.hostname()}\n${path.resolve(state)}`;
  return `{certops-rehearsal-${createHash('sha256').update(place).digest('hex').slice(0, 16)}}`;
}
