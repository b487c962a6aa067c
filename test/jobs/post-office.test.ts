import { createPostOffice, openMailbox } from '../../jobs/letters.ts';
import { describePostOffice, type PostUnderTest } from '../contract/post-office.ts';
import { hasRedisServer, openTestRedis } from '../infra/redis/test-redis.ts';
import { startRelay } from './relay.ts';

async function makePost(kind: 'server' | 'memory'): Promise<PostUnderTest> {
  const redis = await openTestRedis(kind);
  const url = new URL(redis.url);
  const relay = await startRelay(Number(url.port));
  url.port = String(relay.port);
  const office = createPostOffice({ redis: url.href });
  return {
    office,
    openMailbox: (queue, handler) => openMailbox({ redis: url.href, queue, handler }),
    away: async () => {
      await relay.cut();
      while (office.up()) await new Promise(setImmediate);
    },
    back: () => relay.mend(),
    close: async () => {
      await office.close();
      await relay.close();
      await redis.close();
    },
  };
}

if (hasRedisServer()) describePostOffice('over redis-server', () => makePost('server'));
describePostOffice('over the embedded Redis', () => makePost('memory'));
