import { Redis } from 'ioredis';
import { redisAcl } from '../../infra/redis/acl.ts';
import type { OpenedRedis } from '../../infra/redis/opened-redis.ts';
import { createPostOffice, openMailbox, reportsFrom } from '../../jobs/letters.ts';
import { collector, letterOf, whenUp } from '../contract/post-office.ts';
import { describeWithServer, openTestRedis } from '../infra/redis/test-redis.ts';

const OWN = '{certops}:reports.sqlw02';

describeWithServer('While whoever took a runner over is connected with its rights', () => {
  let redis: OpenedRedis;
  let admin: Redis;
  const as = (user: string): string => Object.assign(new URL(redis.url), { username: user, password: 'secret' }).href;
  beforeAll(async () => {
    redis = await openTestRedis('server');
    admin = new Redis(redis.url, { disconnectTimeout: 100 });
    for (const host of ['sqlw01', 'sqlw02', null]) {
      const [, user = '', ...rules] = redisAcl({ name: 'prod' }, host).replace('>PASSWORD', '>secret').split(' ');
      await admin.call('ACL', 'SETUSER', user, ...rules);
    }
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.close();
  });

  type Deed = (runner: Redis) => Promise<unknown>;
  const letter = JSON.stringify(letterOf(0));
  test.each<[string, Deed]>([
    ['pauses its reports', (runner) => runner.hset(`${OWN}:meta`, 'paused', '1')],
    ['limits them', (runner) => runner.hset(`${OWN}:meta`, { max: '1', duration: '100000000' })],
    ['wipes them', (runner) => runner.del(`${OWN}:wait`, `${OWN}:active`, `${OWN}:marker`)],
    ['makes something else of their list', (runner) => runner.set(`${OWN}:wait`, 'spoilt')],
    ['makes something else of their record', (runner) => runner.set(`${OWN}:meta`, 'spoilt')],
    ['takes them out', (runner) => runner.zpopmin(`${OWN}:marker`)],
    [
      'fills them with what cannot be read',
      (runner) =>
        runner
          .pipeline()
          .set(`${OWN}:x`, 'x')
          .lpush(`${OWN}:wait`, ...Array<string>(50).fill('x'))
          .exec(),
    ],
    [
      'fills them with letters of nobody',
      (runner) =>
        runner
          .pipeline()
          .hset(`${OWN}:y`, { name: 'report', data: letter, opts: '{}', timestamp: '1' })
          .lpush(`${OWN}:wait`, ...Array<string>(50).fill('y'))
          .zadd(`${OWN}:marker`, 0, '0')
          .exec(),
    ],
  ])('and %s without end, the bot hears all others as ever', async (_what, deed) => {
    const heard = collector();
    const boxes = await Promise.all(
      ['sqlw01', 'sqlw02'].map((host) =>
        openMailbox({
          redis: as('certops-prod-bot'),
          queue: reportsFrom(host),
          handler: host === 'sqlw01' ? heard.handler : async () => {},
        }),
      ),
    );
    const office = createPostOffice({ redis: as('certops-prod-sqlw01'), host: 'sqlw01' });
    const attacker = new Redis(as('certops-prod-sqlw02'), { disconnectTimeout: 100 });
    let isOver = false;
    const attack = (async () => {
      while (!isOver) await deed(attacker);
    })();
    await whenUp(office);
    const sent = Array.from({ length: 20 }, (_, n) => letterOf(n));
    for (const one of sent) await office.toBot(one);
    await heard.until(20);
    isOver = true;
    await attack;
    attacker.disconnect();
    for (const one of [...boxes, office]) await one.close();
    await admin.flushall();
    expect(heard.letters).toEqual(sent);
  });

  test('a Redis user of an earlier version, which reaches the shared reports alone, still writes there', async () => {
    const [, , ...rules] = redisAcl({ name: 'prod' }, 'sqlw01').split(' ');
    const earlier = rules.map((rule) => rule.replace('>PASSWORD', '>secret').replace('reports.sqlw01', 'reports'));
    await admin.call('ACL', 'SETUSER', 'earlier', ...earlier);
    const heard = collector();
    const box = await openMailbox({ redis: as('certops-prod-bot'), queue: 'reports', handler: heard.handler });
    const office = createPostOffice({ redis: as('earlier'), host: 'sqlw01' });
    await whenUp(office);
    await office.toBot(letterOf(1));
    await heard.until(1);
    for (const one of [box, office]) await one.close();
    expect(heard.letters).toEqual([letterOf(1)]);
  });
});
