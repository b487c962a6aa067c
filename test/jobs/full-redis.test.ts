import { Redis } from 'ioredis';
import type { OpenedRedis } from '../../infra/redis/opened-redis.ts';
import { createPostOffice } from '../../jobs/letters.ts';
import { giveUp } from '../../jobs/tidy.ts';
import { openWorker } from '../../jobs/worker.ts';
import type { Log } from '../../src/ports/log.ts';
import { collector, letterOf, whenUp } from '../contract/post-office.ts';
import { describeWithServer, openTestRedis, PREFIX } from '../infra/redis/test-redis.ts';

describeWithServer('Where nobody takes the letters', () => {
  let redis: OpenedRedis;
  let admin: Redis;
  let office: ReturnType<typeof createPostOffice>;
  beforeAll(async () => {
    redis = await openTestRedis('server');
    admin = new Redis(redis.url, { disconnectTimeout: 100 });
    office = createPostOffice({ redis: redis.url, prefix: PREFIX, mostKept: 3 });
    await whenUp(office);
  });
  afterAll(async () => {
    await admin.config('SET', 'maxmemory', '0');
    await office.close();
    admin.disconnect();
    await redis.close();
  });

  const quiet: Log = { info() {}, warn() {} };
  const open = (queue: string, all: ReturnType<typeof collector>, { log = quiet, restMs = 50 } = {}) =>
    openWorker({
      ...{ redis: redis.url, queue, prefix: '{certops}', concurrency: 1, restMs, log },
      processor: (job) => all.handler(job.data),
    });

  test.each([
    ['to the bot', 'reports', (n: number) => office.toBot(letterOf(n))],
    ['to a machine', 'orders.sqlw01', (n: number) => office.toHost('sqlw01', letterOf(n))],
  ])('only so many wait, and letters flow again once they are taken (%s)', async (_whose, queue, send) => {
    for (const n of [1, 2, 3]) await send(n);
    await expect(send(4)).rejects.toMatchObject({ code: 'QueueAway', data: { reason: 'full' } });
    expect(await admin.llen(`{certops}:${queue}:wait`)).toBe(3);
    const all = collector();
    const box = open(queue, all);
    await all.until(3);
    await send(5);
    await all.until(4);
    expect(all.letters).toEqual([letterOf(1), letterOf(2), letterOf(3), letterOf(5)]);
    await box.close();
  });

  test('a full Redis gets room again by itself: letters are given up, and what is sent again arrives', async () => {
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
    const used = Number(/used_memory:(\d+)/u.exec(await admin.info('memory'))?.[1]);
    await admin.config('SET', 'maxmemory', String(used + 4_000_000));
    const many = createPostOffice({ redis: redis.url, prefix: PREFIX, mostKept: 1_000_000 });
    await whenUp(many);
    const long = { ...letterOf(0), body: 'x'.repeat(20_000) };
    const refused = async (): Promise<string> => {
      for (;;) {
        try {
          await many.toHost('full', long);
        } catch (error) {
          return String((error as { data?: { reason?: unknown } }).data?.reason);
        }
      }
    };
    expect(await refused()).toBe('OOM');
    // If Redis meanwhile freed a buffer of some client, there would be room enough for a letter.
    await admin.config('SET', 'maxmemory', String(used + 2_000_000));
    const warned: string[] = [];
    const all = collector();
    const box = open('orders.full', all, { log: { info() {}, warn: (_data, sentence) => void warned.push(sentence) } });
    const isThere = (): boolean => all.letters.some((letter) => JSON.stringify(letter) === JSON.stringify(letterOf(9)));
    while (!isThere()) {
      await many.toHost('full', letterOf(9)).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(warned).toContain('letters of this queue were given up: they are sent again');
    await box.close();
    await many.close();
  });

  test('the oldest letters are given up, a thousand at a time', async () => {
    await admin.config('SET', 'maxmemory', '0');
    const many = createPostOffice({ redis: redis.url, prefix: PREFIX, mostKept: 10_000 });
    await whenUp(many);
    for (let n = 0; n <= 1000; n++) await many.toHost('old', letterOf(n));
    expect(await giveUp(admin, '{certops}:orders.old', 'OOM')).toBe(1000);
    const all = collector();
    const box = open('orders.old', all);
    await all.until(1);
    expect(all.letters).toEqual([letterOf(1000)]);
    await box.close();
    await many.close();
  });

  test('a thousand unreadable jobs are given up together, and the letters behind them arrive', async () => {
    await admin.config('SET', 'maxmemory', '0');
    const base = '{certops}:orders.junk';
    const ids = Array.from({ length: 1000 }, (_, at) => `junk${at}`);
    await admin.pipeline(ids.map((id) => ['set', `${base}:${id}`, 'x'])).exec();
    await admin.lpush(`${base}:wait`, ...ids);
    const all = collector();
    const box = open('orders.junk', all, { restMs: 500 });
    const many = createPostOffice({ redis: redis.url, prefix: PREFIX, mostKept: 10_000 });
    await whenUp(many);
    // Otherwise each costs a rest: a thousand times half a second.
    while (all.letters.length === 0) {
      await many.toHost('junk', letterOf(1));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(all.letters[0]).toEqual(letterOf(1));
    await box.close();
    await many.close();
  });
});
