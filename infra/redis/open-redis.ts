import { checkRedis } from '../../jobs/redis-check.ts';
import { CertopsError } from '../../src/domain/errors.ts';
import type { Log } from '../../src/ports/log.ts';
import { openEmbedded } from './embedded.ts';
import type { OpenedRedis } from './opened-redis.ts';
import { openServer } from './server.ts';

interface OpenRedisOptions {
  /** Private folder of the server's files; the same folder gives the same data again. */
  readonly folder: string;
  readonly log: Log;
  /** REDIS_URL, as the configuration read it. */
  readonly url?: string | undefined;
  /** In production the embedded one is never used: `RedisMissing` instead. */
  readonly production?: boolean;
  /** Steps to try after `url`; tests leave one out. */
  readonly steps?: readonly ('server' | 'memory')[];
  /** Programs to look for on the PATH; tests name one of their own. */
  readonly programs?: readonly string[];
}

const PROGRAMS = ['redis-server', 'valkey-server'];

/**
 * A Redis in three steps: the one at `url`; else `redis-server` or `valkey-server` from the PATH on the loopback,
 * where it is recent enough; else the embedded one, in memory. Throws `RedisUrlMalformed`, `RedisNotStarted`,
 * `RedisFolderInUse`, `RedisMissing`.
 */
export async function openRedis(options: OpenRedisOptions): Promise<OpenedRedis> {
  const { folder, log, url, production = false, steps = ['server', 'memory'], programs = PROGRAMS } = options;
  if (url !== undefined && url !== '') {
    return { url, kind: 'url', describe: describeUrl(url), close: async () => {} };
  }
  if (steps.includes('server')) {
    for (const program of programs) {
      const server = await openServer(program, folder, log);
      if (server !== null && (await isRecent(server, program, log))) return server;
    }
  }
  if (production || !steps.includes('memory')) {
    throw new CertopsError('RedisMissing', { looked: ['REDIS_URL', ...programs] });
  }
  const embedded = await openEmbedded();
  log.warn({}, 'redis: embedded, in memory, for trying out only');
  return embedded;
}

/** Closes a server that is too old: it answers, but lacks commands that queues need later. */
async function isRecent(server: OpenedRedis, program: string, log: Log): Promise<boolean> {
  try {
    const old = (await checkRedis(server.url)).find(({ code }) => code === 'RedisTooOld');
    if (old === undefined) return true;
    const { found, wanted } = old.data;
    log.warn({ program, found, wanted }, `redis: ${program} ${found} is older than ${wanted}, so it is not used`);
  } catch (error) {
    await server.close();
    throw error;
  }
  await server.close();
  return false;
}

/** `host:port/database`: never the user or the password of the address. */
function describeUrl(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new CertopsError('RedisUrlMalformed', { wanted: 'redis://user:password@host:6379' });
  }
  if (parsed.protocol !== 'redis:' && parsed.protocol !== 'rediss:') {
    throw new CertopsError('RedisUrlMalformed', { wanted: 'redis://user:password@host:6379' });
  }
  return `${parsed.hostname}:${parsed.port || '6379'}${parsed.pathname === '/' ? '' : parsed.pathname}`;
}
