import { Queue } from 'bullmq';
import { type ChainableCommander, Redis } from 'ioredis';
import type { OpenedRedis } from '../../infra/redis/opened-redis.ts';
import { openSchedule, type ScheduledJob } from '../../jobs/schedule.ts';
import { collector } from '../contract/post-office.ts';
import { hasRedisServer, openTestRedis, PREFIX } from '../infra/redis/test-redis.ts';
import { startRelay } from './relay.ts';

const kinds = (['server', 'memory'] as const).filter((kind) => kind === 'memory' || hasRedisServer());

describe.each(kinds)('the schedule over redis (%s)', (kind) => {
  let redis: OpenedRedis;
  let admin: Redis;
  beforeAll(async () => {
    redis = await openTestRedis(kind);
    admin = new Redis(redis.url, { disconnectTimeout: 100 });
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.close();
  });
  const KEY = '{certops}:schedule:prod:repeat';
  const schedulers = (key = KEY): Promise<string[]> => admin.zrange(key, '0', '-1');
  const until = async (condition: () => Promise<boolean>): Promise<void> => {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  type Opened = Parameters<typeof openSchedule>[0];
  const open = (jobs: Opened['jobs'], more: Partial<Opened> = {}) =>
    openSchedule({ redis: redis.url, prefix: PREFIX, farm: 'prod', jobs, ...more });
  const tick = (run: () => Promise<void>, every = 100): ScheduledJob => ({ name: 'tick', every, run });

  test('a job runs again and again, even when it throws', async () => {
    const runs = collector();
    const schedule = await open([
      tick(async () => {
        await runs.handler(null);
        throw new Error('no');
      }),
    ]);
    await runs.until(3);
    await schedule.close();
  });

  test('jobs of an older version are forgotten, current ones are kept, and a time of day has its time zone', async () => {
    const none = async (): Promise<void> => {};
    const old = await open([{ name: 'old', every: 1000, run: none }]);
    await until(async () => (await schedulers()).includes('old'));
    await old.close();
    const daily: ScheduledJob = { name: 'daily', cron: '0 9 * * *', tz: 'Asia/Shanghai', run: none };
    const now = await open([daily]);
    await until(async () => (await schedulers()).join() === 'daily');
    const [, next] = await admin.zrange(KEY, '0', '-1', 'WITHSCORES');
    expect(new Date(Number(next)).toISOString()).toMatch(/T01:00:00\.000Z$/u);
    await now.close();
  });

  test('two bots on one Redis each run all jobs of their own farm, and leave the other’s alone', async () => {
    const runs = { prod: collector(), test: collector() };
    const of = (farm: 'prod' | 'test') => open([tick(() => runs[farm].handler(null), 50)], { farm });
    const schedules = [await of('prod'), await of('test')];
    await Promise.all([runs.prod.until(5), runs.test.until(5)]);
    expect([await schedulers(), await schedulers('{certops}:schedule:test:repeat')]).toEqual([['tick'], ['tick']]);
    for (const one of schedules) await one.close();
  });

  test('where an older version kept the schedulers of all farms, a farm’s own are forgotten and the others stay', async () => {
    const shared = new Queue('schedule', { connection: { url: redis.url }, prefix: '{certops}' });
    for (const farm of ['prod', 'test']) await shared.upsertJobScheduler(`tick.${farm}`, { every: 60_000 });
    const now = await open([{ name: 'tick.prod', every: 60_000, run: async () => {} }]);
    await until(async () => (await schedulers('{certops}:schedule:repeat')).join() === 'tick.test');
    await now.close();
    await shared.close();
  });

  test('a job whose next time cannot be computed keeps no other from running', async () => {
    const runs = collector();
    const never: ScheduledJob = { name: 'never', cron: '0 9 31 2 *', tz: 'Australia/Lord_Howe', run: async () => {} };
    const schedule = await open([never, tick(() => runs.handler(null))]);
    await runs.until(2);
    await schedule.close();
  });

  test('a job that is still running is not started a second time', async () => {
    let inside = 0;
    let most = 0;
    const others = collector();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = tick(async () => {
      inside += 1;
      most = Math.max(most, inside);
      await held;
      inside -= 1;
    }, 30);
    const schedule = await open([slow, { name: 'other', every: 100, run: () => others.handler(null) }]);
    await others.until(3);
    release();
    await schedule.close();
    expect(most).toBe(1);
  });

  test('after Redis was away and lost everything, the schedule is written again', async () => {
    const url = new URL(redis.url);
    const relay = await startRelay(Number(url.port));
    url.port = String(relay.port);
    const runs = collector();
    const schedule = await open([tick(() => runs.handler(null))], { redis: url.href });
    await runs.until(1);
    await relay.cut();
    await admin.flushall();
    const before = runs.letters.length;
    await relay.mend();
    await runs.until(before + 3);
    await schedule.close();
    await relay.close();
  });

  describe('while its connection is up', () => {
    const HOUR_MS = 3_600_000;
    const planned = async (): Promise<boolean> => (await admin.zcard('{certops}:schedule:prod:delayed')) === 1;

    /** Starts a schedule whose job has run once and is due in an hour, spoils it, and waits until it is whole again. */
    async function mended(spoil: () => Promise<unknown>): Promise<void> {
      await admin.flushall();
      const runs = collector();
      const hourly = tick(() => runs.handler(null), HOUR_MS);
      const schedule = await open([hourly], { lookMs: 50 });
      await runs.until(1);
      await until(planned);
      await spoil();
      await until(async () => (await schedulers()).includes('tick') && (await planned()));
      await schedule.close();
    }

    test('it is written again after Redis was wiped', () => mended(() => admin.flushall()));

    /** In one transaction with `also`: between two commands the schedule might be found lost, and be written again. */
    async function loseNextRun(also = (lost: ChainableCommander): ChainableCommander => lost): Promise<void> {
      const base = '{certops}:schedule:prod';
      const [next = ''] = await admin.zrange(`${base}:delayed`, '0', '-1');
      const tenMinutesAgo = String(Date.now() - 600_000);
      await also(admin.multi().del(`${base}:delayed`, `${base}:${next}`).zadd(KEY, tenMinutesAgo, 'tick')).exec();
    }

    test('it is written again where the next run was lost', () => mended(() => loseNextRun()));

    test.each([
      ['with content that is no JSON', async () => admin.hset(`${KEY}:other`, 'name', 'x', 'data', '{')],
      ['without any content, under a name of an old form', async () => admin.zadd(KEY, '1', 'a:b:c:d:e')],
      ['whose content is no hash', async () => admin.set(`${KEY}:other`, 'x')],
    ])('nor does a scheduler stop that which somebody else has written, %s', (_, write) =>
      mended(async () => {
        await admin.zadd(KEY, '1', 'other');
        await write();
        await loseNextRun();
      }),
    );

    test('it is written again where its own scheduler is of the wrong type and has no next run', () =>
      mended(() => loseNextRun((lost) => lost.del(`${KEY}:tick`).set(`${KEY}:tick`, 'x').zrem(KEY, 'tick'))));
  });
});
