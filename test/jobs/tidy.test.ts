import { Redis } from 'ioredis';
import type { OpenedRedis } from '../../infra/redis/opened-redis.ts';
import { queuesHeld } from '../../jobs/held.ts';
import { createPostOffice, openMailbox } from '../../jobs/letters.ts';
import { openSchedule } from '../../jobs/schedule.ts';
import { tidy } from '../../jobs/tidy.ts';
import { openWorker } from '../../jobs/worker.ts';
import { collector, letterOf, whenUp } from '../contract/post-office.ts';
import { describeWithServer, openTestRedis, PREFIX } from '../infra/redis/test-redis.ts';

/** The highest id of a stream: no other can follow it. */
const LAST_EVENT = '18446744073709551615-18446744073709551615';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describeWithServer('A queue that is blocked by what somebody wrote into it', () => {
  let redis: OpenedRedis;
  let admin: Redis;
  beforeAll(async () => {
    redis = await openTestRedis('server');
    admin = new Redis(redis.url, { disconnectTimeout: 100 });
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.close();
  });

  const WRITES: readonly (readonly [string, (base: string) => Promise<unknown>])[] = [
    ['that it is paused', (base) => admin.hset(`${base}:meta`, 'paused', '1')],
    ['that nothing may be under way', (base) => admin.hset(`${base}:meta`, 'concurrency', '0')],
    [
      'how few may be taken',
      async (base) => {
        await admin.hset(`${base}:meta`, 'max', '0', 'duration', '900000000');
        await admin.set(`${base}:limiter`, '1', 'PX', 900_000_000);
      },
    ],
    ['a record that is none', (base) => admin.set(`${base}:meta`, 'x')],
    ['letters that are none', (base) => admin.set(`${base}:wait`, 'x')],
    ['a list that is none', (base) => admin.set(`${base}:active`, 'x')],
    ['a sign that is none', (base) => admin.set(`${base}:marker`, 'x')],
    ['how many events are kept, and it is no number', (base) => admin.hset(`${base}:meta`, 'opts.maxLenEvents', 'x')],
    ['the last event that there is', (base) => admin.xadd(`${base}:events`, LAST_EVENT, 'a', 'b')],
    ['events that are none', (base) => admin.set(`${base}:events`, 'x')],
    ['a number that is none', (base) => admin.set(`${base}:id`, 'x')],
    ['a number that is a list', (base) => admin.lpush(`${base}:id`, 'x')],
    ['the last number that there is', (base) => admin.set(`${base}:id`, '9223372036854775807')],
    ['a number of no letters', (base) => admin.set(`${base}:id`, '')],
    ['a number with a part', (base) => admin.set(`${base}:id`, '1.5')],
    ['a number behind a space', (base) => admin.set(`${base}:id`, ' 5')],
    ['a number behind noughts', (base) => admin.set(`${base}:id`, '007')],
    ['a number with a power', (base) => admin.set(`${base}:id`, '1e3')],
  ];

  test.each(WRITES)('(%s) is freed of that, and what is sent again arrives', async (what, write) => {
    const host = what.replaceAll(/[^a-z]+/gu, '-');
    const base = `{certops}:orders.${host}`;
    const all = collector();
    const warned: object[] = [];
    const { handler } = all;
    const box = openWorker({
      ...{ redis: redis.url, queue: `orders.${host}`, prefix: '{certops}', concurrency: 1, restMs: 50, tidyMs: 50 },
      log: { info: () => {}, warn: (data) => void warned.push(data) },
      processor: (job) => handler(job.data),
    });
    const office = createPostOffice({ redis: redis.url, prefix: PREFIX });
    await whenUp(office);
    await office.toHost(host, letterOf(1));
    await all.until(1);
    const before = await admin.keys(`${base}:*`);
    await admin.del(...before);
    await write(base);
    while (all.letters.length < 2) {
      await office.toHost(host, letterOf(2)).catch(() => {});
      await pause(50);
    }
    expect(all.letters[1]).toEqual(letterOf(2));
    // Events are read by nobody, and are written again without a message.
    if (!what.includes('event')) expect(warned).toContainEqual(expect.objectContaining({ queue: base }));
    await box.close();
    await office.close();
  });

  test.each(['repeat', 'delayed'])('is planned again where its times were lost (%s)', async (key) => {
    const farm = `times-${key}`;
    const runs = collector();
    const jobs = [{ name: 'tick', every: 100, run: () => runs.handler(null) }];
    const schedule = await openSchedule({ redis: redis.url, prefix: PREFIX, farm, jobs });
    await runs.until(1);
    const base = `{certops}:schedule:${farm}`;
    await admin.multi().del(`${base}:${key}`).set(`${base}:${key}`, 'x').exec();
    await runs.until(runs.letters.length + 3);
    await schedule.close();
  });

  test('is free again as soon as its mailbox opens, if that was written before', async () => {
    const office = createPostOffice({ redis: redis.url, prefix: PREFIX });
    await whenUp(office);
    await admin.hset('{certops}:orders.left:meta', 'paused', '1');
    await office.toHost('left', letterOf(1));
    const all = collector();
    const box = await openMailbox({ redis: redis.url, prefix: PREFIX, queue: 'orders.left', handler: all.handler });
    await all.until(1);
    expect(all.letters).toEqual([letterOf(1)]);
    await box.close();
    await office.close();
  });

  test('is named to whoever asks, and no other queue is', async () => {
    await admin.hset('{certops}:orders.named:meta', 'paused', '1', 'opts.maxLenEvents', '100');
    await admin.hset('{certops}:orders.other:meta', 'opts.maxLenEvents', '100');
    await admin.set('{certops}:schedule:prod:meta', 'x');
    const asked = { redis: redis.url, prefix: PREFIX, farm: 'prod', hosts: ['named', 'other', 'new'] };
    await admin.hset('{certops}:reports:of:prod:meta', 'paused', '1');
    const held = ['{certops}:reports:of:prod', '{certops}:schedule:prod', '{certops}:orders.named'];
    expect(await queuesHeld(asked)).toEqual({ held, hidden: [] });
    for (const base of held) await tidy(admin, base);
    expect(await queuesHeld(asked)).toEqual({ held: [], hidden: [] });
  });

  test('loses nothing where nothing holds its letters back', async () => {
    const base = '{certops}:orders.kept';
    await admin.hset(`${base}:meta`, 'opts.maxLenEvents', '100');
    await admin.lpush(`${base}:wait`, '1', '2');
    await admin.set(`${base}:id`, '2');
    expect(await tidy(admin, base)).toEqual({ wasHeld: false, removed: [] });
    expect(await admin.llen(`${base}:wait`)).toBe(2);
    expect(await admin.get(`${base}:id`)).toBe('2');
    expect(await admin.hgetall(`${base}:meta`)).toEqual({ 'opts.maxLenEvents': '100' });
  });
});
