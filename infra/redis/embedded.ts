import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { CertopsError } from '../../src/domain/errors.ts';
import { besideSource } from './beside.ts';
import type { OpenedRedis } from './opened-redis.ts';

/**
 * A Redis in pure JavaScript, in a thread of its own: slow, gone when the process ends, and enough to try things out.
 */
export async function openEmbedded(): Promise<OpenedRedis> {
  const password = randomBytes(24).toString('base64url');
  const worker = new Worker(besideSource('embedded.mjs'), { workerData: { password }, stderr: true });
  const [first]: { port?: number; failed?: string }[] = await once(worker, 'message');
  if (first?.port === undefined) {
    throw new CertopsError('RedisNotStarted', { program: 'embedded', reason: first?.failed ?? 'unknown' });
  }
  worker.on('error', () => {});
  worker.unref();
  return {
    url: `redis://:${password}@127.0.0.1:${first.port}`,
    kind: 'memory',
    describe: `embedded on 127.0.0.1:${first.port}, in memory, for trying out only`,
    close: async () => {
      await worker.terminate();
    },
  };
}
