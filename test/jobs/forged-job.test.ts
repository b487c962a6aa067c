import { Redis } from 'ioredis';
import type { OpenedRedis } from '../../infra/redis/opened-redis.ts';
import { createPostOffice, openMailbox } from '../../jobs/letters.ts';
import { collector, letterOf, whenUp } from '../contract/post-office.ts';
import { describeWithServer, openTestRedis, PREFIX } from '../infra/redis/test-redis.ts';
import { asUser, grant } from '../infra/redis/users.ts';

const ORDERS = '{certops}:orders.sqlm01';
const REPORTS = '{certops}:reports';

describeWithServer('What a runner wrote into the reports', () => {
  let redis: OpenedRedis;
  let admin: Redis;
  const as = (user: string): string => asUser(redis, user);
  beforeAll(async () => {
    redis = await openTestRedis('server');
    admin = new Redis(redis.url, { disconnectTimeout: 100 });
    for (const host of ['sqlw02', null]) await grant(admin, host);
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.close();
  });

  const elsewhere = async (): Promise<string[]> =>
    (await admin.keys('*')).filter((key) => !key.startsWith(REPORTS)).sort();

  // BullMQ writes a job's like, stored as it shall come next, into a set of that like's choosing; a child that failed
  // marks its parent, which is then given up unread.
  const parent = JSON.stringify({ id: '1', queueKey: ORDERS, fpof: true });
  test.each([
    ['makes no order of another host given up', { pk: `${ORDERS}:1`, pd: parent, pdk: `${ORDERS}:1:dependencies` }],
    ['stands in the way of no schedule', { pdk: '{certops}:schedule:prod:repeat:expiry' }],
    ['stands in the way of no order', { pdk: `${ORDERS}:delayed` }],
  ])('and the bot finishes %s', async (_what, next) => {
    await admin.flushall();
    const bot = createPostOffice({ redis: as('certops-prod-bot'), prefix: PREFIX });
    await whenUp(bot);
    await bot.toHost('sqlm01', letterOf(1));
    const before = await elsewhere();
    const runner = new Redis(as('certops-prod-sqlw02'), { disconnectTimeout: 100 });
    await runner.hset(`${REPORTS}:own`, { name: 'x', data: '{}', opts: '{}', timestamp: '1', deid: 'like' });
    await runner.hset(`${REPORTS}:dn:like`, { name: 'x', data: '{}', opts: '{}', jid: 'next', ...next });
    await runner.hset(`${REPORTS}:next`, 'defa', 'failed');
    await runner.rpush(`${REPORTS}:wait`, 'own');
    const heard = collector();
    const reports = await openMailbox({
      redis: as('certops-prod-bot'),
      prefix: PREFIX,
      queue: 'reports',
      handler: heard.handler,
    });
    await bot.toBot(letterOf(2));
    await heard.until(2);
    while ((await admin.llen(`${REPORTS}:active`)) + (await admin.llen(`${REPORTS}:wait`)) > 0)
      await new Promise(setImmediate);
    const after = await elsewhere();
    for (const one of [reports, bot]) await one.close();
    runner.disconnect();
    expect(heard.letters).toEqual([{}, letterOf(2)]);
    expect(after).toEqual(before);
    expect(await admin.hexists(`${ORDERS}:1`, 'defa')).toBe(0);
  });
});
