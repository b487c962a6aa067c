import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRedis } from '../../../infra/redis/open-redis.ts';
import type { OpenedRedis } from '../../../infra/redis/opened-redis.ts';

/** What keys in Redis begin with unless an operator chooses another name. */
export const PREFIX = '{certops}';

const log = { info: () => {}, warn: () => {} };

/** Whether a redis-server is on the PATH. A newcomer may lack it; where CI=true its absence is a failure. */
export function hasRedisServer(): boolean {
  if (spawnSync('redis-server', ['--version']).error === undefined) return true;
  if (process.env.CI === 'true') throw new Error('redis-server is missing');
  process.stderr.write('skipped: the tests that need redis-server (it is not on the PATH)\n');
  return false;
}

export const describeWithServer = hasRedisServer() ? describe : describe.skip;

/** A Redis of its own for a test file, in a folder that is removed with it. */
export async function openTestRedis(kind: 'server' | 'memory'): Promise<OpenedRedis & { folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'certops-redis-'));
  const redis = await openRedis({ folder, log, steps: [kind] });
  return {
    ...redis,
    folder,
    close: async () => {
      await redis.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
