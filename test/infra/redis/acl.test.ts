import { Redis } from 'ioredis';
import { redisAcl } from '../../../infra/redis/acl.ts';
import type { OpenedRedis } from '../../../infra/redis/opened-redis.ts';
import { createPostOffice, openMailbox, reportsOf } from '../../../jobs/letters.ts';
import { openSchedule } from '../../../jobs/schedule.ts';
import { collector, letterOf, whenUp } from '../../contract/post-office.ts';
import { describeWithServer, openTestRedis, PREFIX } from './test-redis.ts';
import { asUser, grant } from './users.ts';

const farm = { name: 'prod' };

test.each(['sql 01', 'SQL01', 'sql*', 'sql01 allkeys', 'sql01:x', 'sql?', '[a-z]', ''])(
  'no rights are written for a host called %j',
  (host) => {
    expect(() => redisAcl(farm, host, PREFIX)).toThrow(expect.objectContaining({ code: 'AclNameUnfit' }));
  },
);

test.each([
  ['{certops} ~*', 'prod'],
  ['*', 'prod'],
  ['{certops}', 'me allkeys'],
])('no rights are written for prefix %j and farm %j', (prefix, name) => {
  expect(() => redisAcl({ name }, 'sql01', prefix)).toThrow(expect.objectContaining({ code: 'AclNameUnfit' }));
});

test('every key pattern of a runner ends with its own queue or the reports, or with a colon after them', () => {
  const patterns = redisAcl(farm, 'sql01', PREFIX)
    .split(' ')
    .filter((rule) => rule.startsWith('~'));
  expect(patterns).toEqual([
    '~{certops}:orders.sql01',
    '~{certops}:orders.sql01:*',
    '~{certops}:reports',
    '~{certops}:reports:*',
  ]);
});

test('nobody gets commands by category, or those that list keys or change the server', () => {
  for (const host of ['sql01', null]) {
    const rules = redisAcl(farm, host, PREFIX).split(' ');
    expect(rules.filter((rule) => /^\+(?:@|keys$|scan$|flush|config|acl|shutdown|debug|script)/u.test(rule))).toEqual(
      [],
    );
  }
});

/** Of Redis 7.0, which is what Debian 12 and Ubuntu 24.04 have: it refuses a line that names a subcommand it lacks. */
const OF_CLIENT_IN_7_0 = [
  ...['caching', 'getname', 'getredir', 'id', 'info', 'kill', 'list', 'no-evict', 'pause', 'reply', 'setname'],
  ...['tracking', 'trackinginfo', 'unblock', 'unpause'],
];

test.each(['sql01', null])('Redis 7.0 knows every subcommand in the line of %s', (host) => {
  const subcommands = redisAcl(farm, host, PREFIX)
    .split(' ')
    .filter((rule) => rule.startsWith('+') && rule.includes('|'));
  expect(subcommands).toContain('+client|setname');
  const known = OF_CLIENT_IN_7_0.map((name) => `+client|${name}`);
  expect(subcommands.filter((rule) => !known.includes(rule))).toEqual([]);
});

describeWithServer('a Redis with these users', () => {
  let redis: OpenedRedis;
  let admin: Redis;
  const as = (user: string): string => asUser(redis, user);
  beforeAll(async () => {
    redis = await openTestRedis('server');
    admin = new Redis(redis.url, { disconnectTimeout: 100 });
    for (const host of ['sql01', 'sql01.corp', null]) await grant(admin, host);
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.close();
  });

  test('bot and runner exchange letters, and the schedule runs', async () => {
    const bot = as('certops-prod-bot');
    const runner = as('certops-prod-sql01');
    const orders = collector();
    const reports = collector();
    const ticks = collector();
    const older = { name: 'of-an-older-version', every: 1000, run: async () => {} };
    await (
      await openSchedule({ redis: bot, prefix: PREFIX, farm: 'prod', jobs: [older, { ...older, name: 'tick' }] })
    ).close();
    const boxes = await Promise.all([
      openMailbox({ redis: runner, prefix: PREFIX, queue: 'orders.sql01', handler: orders.handler }),
      openMailbox({ redis: bot, prefix: PREFIX, queue: 'reports', handler: reports.handler }),
      openSchedule({
        redis: bot,
        prefix: PREFIX,
        farm: 'prod',
        jobs: [{ name: 'tick', every: 50, run: () => ticks.handler(0) }],
      }),
    ]);
    const offices = [
      createPostOffice({ redis: bot, prefix: PREFIX, looks: true }),
      createPostOffice({ redis: runner, prefix: PREFIX }),
    ] as const;
    for (const office of offices) await whenUp(office);
    for (const n of [1, 2, 3]) {
      await offices[0].toHost('sql01', letterOf(n));
      await offices[1].toBot(letterOf(n));
    }
    await Promise.all([orders.until(3), reports.until(3), ticks.until(3)]);
    expect(orders.letters).toEqual(reports.letters);
    const handedOn = collector();
    const box = await openMailbox({ redis: bot, ...reportsOf('test', PREFIX), handler: handedOn.handler });
    await offices[0].toBotOf('test', letterOf(1));
    await handedOn.until(1);
    for (const one of [...boxes, ...offices, box]) await one.close();
    const denied = ((await admin.call('ACL', 'LOG')) as unknown[]).map((entry) => JSON.stringify(entry));
    expect(denied).toEqual([]);
  });

  test.each<[string, (runner: Redis) => Promise<unknown>]>([
    ['read another host’s orders', (runner) => runner.lrange('{certops}:orders.sql02:wait', 0, -1)],
    [
      'read those of a host whose name begins with its own',
      (runner) => runner.hgetall('{certops}:orders.sql01.corp:1'),
    ],
    ['take a job of it', (runner) => runner.bzpopmin('{certops}:orders.sql01.corp:marker', 0.01)],
    ['read the schedule', (runner) => runner.hgetall('{certops}:schedule:meta')],
    ['read other keys', (runner) => runner.get('anything')],
    ['list keys', (runner) => runner.keys('*')],
    ['scan keys', (runner) => runner.scan(0)],
    ['wipe', (runner) => runner.flushall()],
    ['read the settings', (runner) => runner.config('GET', '*')],
    ['listen to a channel', (runner) => runner.subscribe('x')],
    ['see other clients', (runner) => runner.client('LIST')],
    [
      'reach another queue through a script',
      (runner) => runner.eval("return redis.call('get', KEYS[1])", 1, '{certops}:orders.sql02:meta'),
    ],
    [
      'reach it through a key that the script did not name',
      (runner) => runner.eval("return redis.call('get', '{certops}:orders.sql02:meta')", 0),
    ],
  ])('a runner cannot %s', async (_what, attempt) => {
    const runner = new Redis(as('certops-prod-sql01'), { disconnectTimeout: 100, enableReadyCheck: false });
    await expect(attempt(runner)).rejects.toThrow(/NOPERM|No permissions|can't access/iu);
    runner.disconnect();
  });
});
