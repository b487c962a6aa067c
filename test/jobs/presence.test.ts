import { Redis } from 'ioredis';
import { redisAcl } from '../../infra/redis/acl.ts';
import type { OpenedRedis } from '../../infra/redis/opened-redis.ts';
import { openMailbox } from '../../jobs/letters.ts';
import { runnersWaiting, waitingIn } from '../../jobs/presence.ts';
import { lookAtQueues } from '../../src/roots/validate/redis.ts';
import { describeWithServer, openTestRedis } from '../infra/redis/test-redis.ts';

const named = (host: string): string => `{certops}:${Buffer.from(`orders.${host}`).toString('base64')}`;
const line = (name: string, idle: number): string => `id=7 addr=127.0.0.1:5 name=${name} age=9 idle=${idle} flags=b`;

test.each<[string, readonly string[], { readonly [host: string]: number }]>([
  ['nobody', [], {}],
  ['a runner', [line(named('sql01'), 3)], { sql01: 3 }],
  ['two hosts', [line(named('sql01'), 3), line(named('sql02'), 1)], { sql01: 3, sql02: 1 }],
  ['an old connection beside the new one', [line(named('sql01'), 900), line(named('sql01'), 2)], { sql01: 2 }],
  ['a host whose name begins alike', [line(named('sql01.corp'), 3)], {}],
  ['the bot and strangers', [line('', 1), line('{certops}:cmVwb3J0cw==', 1), line('name=x', 1)], {}],
  ['another farm on the same Redis', [line(named('sql01').replace('certops', 'other'), 1)], {}],
  ['something that is no list', ['ERR unknown', '=', 'name'], {}],
])('CLIENT LIST with %s', (_what, lines, found) => {
  expect(Object.fromEntries(waitingIn(lines.join('\n'), ['sql01', 'sql02'], '{certops}'))).toEqual(found);
});

test('a Redis that does not answer is away', async () => {
  const asked = runnersWaiting({ redis: 'redis://:secret@127.0.0.1:1', hosts: ['sql01'] });
  await expect(asked).rejects.toMatchObject({ code: 'RedisAway', data: { reason: 'ECONNREFUSED' } });
});

describeWithServer('over a Redis', () => {
  let redis: OpenedRedis;
  let admin: Redis;
  beforeAll(async () => {
    redis = await openTestRedis('server');
    admin = new Redis(redis.url, { disconnectTimeout: 100 });
    for (const host of ['sql01', null]) {
      const [, user = '', ...rules] = redisAcl({ name: 'prod' }, host).replace('>PASSWORD', '>secret').split(' ');
      await admin.call('ACL', 'SETUSER', user, ...rules);
    }
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.close();
  });
  const as = (user: string): string => {
    const url = new URL(redis.url);
    url.username = user;
    url.password = 'secret';
    return url.href;
  };

  test('a queue that a user may not look at is reported with what to do, and the bot’s own user sees all queues', async () => {
    const farm = {
      name: 'prod',
      hosts: [{ name: 'sql01' }, { name: 'sql02' }],
    } as unknown as Parameters<typeof lookAtQueues>[1];
    const [line, ...more] = await lookAtQueues({ redis: as('certops-prod-sql01') }, farm);
    expect([line?.mark, more]).toEqual(['no', []]);
    expect(line?.sentence).toMatch(
      /may not look at \{certops\}:schedule:prod, \{certops\}:orders\.sql02: .*redis acl.*\(QueueHidden\)/u,
    );
    expect(await lookAtQueues({ redis: as('certops-prod-bot') }, farm)).toEqual([]);
  });

  test('the bot’s own user sees a runner, takes no letter from it, and sees it gone when it has ended', async () => {
    const bot = as('certops-prod-bot');
    const letters: unknown[] = [];
    const runner = await openMailbox({
      redis: as('certops-prod-sql01'),
      queue: 'orders.sql01',
      handler: async (letter) => void letters.push(letter),
    });
    const seen = async (): Promise<readonly string[]> => [
      ...(await runnersWaiting({ redis: bot, hosts: ['sql01', 'sql02'] })).keys(),
    ];
    while ((await seen()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await seen()).toEqual(['sql01']);
    await runner.close();
    while ((await seen()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(letters).toEqual([]);
  });

  test('a user that may not list connections is told which right is missing', async () => {
    const asked = runnersWaiting({ redis: as('certops-prod-sql01'), hosts: ['sql01'] });
    await expect(asked).rejects.toMatchObject({
      code: 'PresenceHidden',
      data: { reason: 'NOPERM', wanted: '+client|list' },
    });
  });
});
