import { jest } from '@jest/globals';
import { Queue } from 'bullmq';
import { createPostOffice, openMailbox, REPORTS, reportsOf } from '../../jobs/letters.ts';
import { collector, describePostOffice, letterOf, type PostUnderTest, whenUp } from '../contract/post-office.ts';
import { hasRedisServer, openTestRedis, PREFIX } from '../infra/redis/test-redis.ts';
import { startRelay } from './relay.ts';

async function makePost(kind: 'server' | 'memory'): Promise<PostUnderTest> {
  const redis = await openTestRedis(kind);
  const url = new URL(redis.url);
  const relay = await startRelay(Number(url.port));
  url.port = String(relay.port);
  const office = createPostOffice({ redis: url.href, prefix: PREFIX });
  return {
    office,
    openMailbox: (queue, handler) => openMailbox({ redis: url.href, prefix: PREFIX, queue, handler }),
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

test('two bots on one Redis each hear all letters of their own, whichever of them took a letter', async () => {
  const redis = await openTestRedis('memory');
  const office = createPostOffice({ redis: redis.url, prefix: PREFIX });
  await whenUp(office);
  const bots = { prod: collector(), test: collector() };
  const open = async (farm: 'prod' | 'test', other: 'prod' | 'test') => [
    await openMailbox({
      redis: redis.url,
      prefix: PREFIX,
      queue: REPORTS,
      handler: async (letter) => {
        const { n } = JSON.parse((letter as { body: string }).body) as { n: number };
        if (n % 2 === (farm === 'prod' ? 0 : 1)) await bots[farm].handler(letter);
        else await office.toBotOf(other, letterOf(n));
      },
    }),
    await openMailbox({ redis: redis.url, ...reportsOf(farm, PREFIX), handler: bots[farm].handler }),
  ];
  const boxes = [...(await open('prod', 'test')), ...(await open('test', 'prod'))];
  for (let n = 0; n < 40; n += 1) await office.toBot(letterOf(n));
  await Promise.all([bots.prod.until(20), bots.test.until(20)]);
  expect([bots.prod.letters.length, bots.test.letters.length]).toEqual([20, 20]);
  for (const one of [...boxes, office, redis]) await one.close();
});

test('a queue of another bot is not kept open: somebody may name farms without end', async () => {
  const redis = await openTestRedis('memory');
  const office = createPostOffice({ redis: redis.url, prefix: PREFIX });
  await whenUp(office);
  const closed = jest.spyOn(Queue.prototype, 'close');
  for (let n = 0; n < 20; n += 1) expect(await office.toBotOf(`farm-${n}`, letterOf(n))).toBe(true);
  expect(closed).toHaveBeenCalledTimes(20);
  closed.mockRestore();
  const box = collector();
  const mailbox = await openMailbox({ redis: redis.url, ...reportsOf('farm-7', PREFIX), handler: box.handler });
  await box.until(1);
  expect(box.letters).toEqual([letterOf(7)]);
  for (const one of [mailbox, office, redis]) await one.close();
});

test('a farm name that could stand for another key gets no queue', () => {
  for (const farm of ['a:b', 'a*', 'A', '', '../x']) expect(() => reportsOf(farm, PREFIX)).toThrow('FarmNameUnfit');
});
