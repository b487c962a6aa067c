import { Redis } from 'ioredis';
import type { OpenedRedis } from '../../infra/redis/opened-redis.ts';
import { openMailbox, reportsOf } from '../../jobs/letters.ts';
import { botsIn, botsServing, inDatabase, runnersWaiting, waitingIn } from '../../jobs/presence.ts';
import { lookAtBots, lookAtQueues, lookAtRunners } from '../../src/roots/validate/redis.ts';
import { describeWithServer, openTestRedis, PREFIX } from '../infra/redis/test-redis.ts';
import { asUser, grant } from '../infra/redis/users.ts';

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
  const waiting = [...waitingIn(lines.join('\n'), ['sql01', 'sql02'], '{certops}')];
  expect(Object.fromEntries(waiting.map(([host, { idle }]) => [host, idle]))).toEqual(found);
});

test.each<[string, readonly string[], readonly string[]]>([
  ['one', [line(named('sql01'), 3)], ['127.0.0.1']],
  ['one that was cut off and one that is there', [line(named('sql01'), 21), line(named('sql01'), 2)], ['127.0.0.1']],
  [
    'two, as of a machine and its copy',
    [line(named('sql01'), 3), line(named('sql01'), 2).replace('127.0.0.1', '10.0.0.9')],
    ['10.0.0.9', '127.0.0.1'],
  ],
])('CLIENT LIST with the runners of a host: %s', (_what, lines, from) => {
  expect(waitingIn(lines.join('\n'), ['sql01'], '{certops}').get('sql01')?.from).toEqual(from);
});

const boxOf = (farm: string): string => `{certops}:reports:of:${Buffer.from(farm).toString('base64')}`;

test.each<[string, readonly string[], readonly string[]]>([
  ['nobody', [], []],
  ['a bot', [line(boxOf('prod'), 3)], ['127.0.0.1']],
  ['two', [line(boxOf('prod'), 3), line(boxOf('prod'), 20)], ['127.0.0.1', '127.0.0.1']],
  [
    'two on other machines',
    [line(boxOf('prod'), 3).replace('127.0.0.1', '[fd00::7]'), line(boxOf('prod'), 0)],
    ['127.0.0.1', '[fd00::7]'],
  ],
  ['one that was cut off and one that is there', [line(boxOf('prod'), 21), line(boxOf('prod'), 2)], ['127.0.0.1']],
  ['bots of other farms and runners', [line(boxOf('prod2'), 1), line(named('prod'), 1), line('', 0)], []],
  ['something that is no list', ['ERR unknown', 'name', `name=${boxOf('prod')}`], []],
])('CLIENT LIST with the bots of a farm: %s', (_what, lines, found) => {
  expect(botsIn(lines.join('\n'), 'prod', '{certops}')).toEqual(found);
});

test('who is connected to another database of the same Redis gets no letter from here, and is not counted', () => {
  const lines = [line(named('sql01'), 3), line(named('sql02'), 3)].map((one, db) => `${one} db=${db} sub=0`);
  const found = (db: number) => [
    ...waitingIn(inDatabase(lines.join('\n'), db), ['sql01', 'sql02'], '{certops}').keys(),
  ];
  expect([found(0), found(1), found(10)]).toEqual([['sql01'], ['sql02'], []]);
});

test('a Redis that does not answer is away', async () => {
  const asked = runnersWaiting({ redis: 'redis://:secret@127.0.0.1:1', prefix: PREFIX, hosts: ['sql01'] });
  await expect(asked).rejects.toMatchObject({ code: 'RedisAway', data: { reason: 'ECONNREFUSED' } });
});

describeWithServer('over a Redis', () => {
  let redis: OpenedRedis;
  let admin: Redis;
  beforeAll(async () => {
    redis = await openTestRedis('server');
    admin = new Redis(redis.url, { disconnectTimeout: 100 });
    for (const host of ['sql01', null]) await grant(admin, host);
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.close();
  });
  const as = (user: string): string => asUser(redis, user);

  test('a queue that a user may not look at is reported with what to do, and the bot’s own user sees all queues', async () => {
    const farm = {
      name: 'prod',
      hosts: [{ name: 'sql01' }, { name: 'sql02' }],
    } as unknown as Parameters<typeof lookAtQueues>[1];
    const [line, ...more] = await lookAtQueues({ redis: as('certops-prod-sql01'), prefix: PREFIX }, farm);
    expect([line?.mark, more]).toEqual(['no', []]);
    expect(line?.sentence).toMatch(
      /may not look at \{certops\}:schedule:prod, \{certops\}:orders\.sql02: .*redis acl.*\(QueueHidden\)/u,
    );
    expect(await lookAtQueues({ redis: as('certops-prod-bot'), prefix: PREFIX }, farm)).toEqual([]);
  });

  test('the bot’s own user sees a runner, takes no letter from it, and sees it gone when it has ended', async () => {
    const bot = as('certops-prod-bot');
    const letters: unknown[] = [];
    const runner = await openMailbox({
      redis: as('certops-prod-sql01'),
      prefix: PREFIX,
      queue: 'orders.sql01',
      handler: async (letter) => void letters.push(letter),
    });
    const seen = async (): Promise<readonly string[]> => [
      ...(await runnersWaiting({ redis: bot, prefix: PREFIX, hosts: ['sql01', 'sql02'] })).keys(),
    ];
    while ((await seen()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await seen()).toEqual(['sql01']);
    await runner.close();
    while ((await seen()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(letters).toEqual([]);
  });

  test('a runner whose user may not wait for a letter is connected, and takes no orders', async () => {
    const place = { redis: as('certops-prod-bot'), prefix: PREFIX };
    const farm = { name: 'prod', hosts: [{ name: 'sql01' }] } as unknown as Parameters<typeof lookAtRunners>[1];
    const until = async (words: RegExp): Promise<void> => {
      while (!words.test((await lookAtRunners(place, farm))[0]?.sentence ?? ''))
        await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await grant(admin, 'sql01', '-bzpopmin');
    const runner = await openMailbox({
      redis: as('certops-prod-sql01'),
      queue: 'orders.sql01',
      prefix: PREFIX,
      handler: async () => undefined,
    });
    await until(/^sql01: its runner is connected, .*certops redis acl sql01 .*\(OrdersRefused\)$/u);
    expect(runner.refusal()).toBe('NOPERM');
    await grant(admin, 'sql01');
    await until(/^The runner of sql01 waits for orders\.$/u);
    await runner.close();
  });

  test('two runners of one host are told to be one too many', async () => {
    const open = () =>
      openMailbox({
        redis: as('certops-prod-sql01'),
        queue: 'orders.sql01',
        prefix: PREFIX,
        handler: async () => undefined,
      });
    const farm = { name: 'prod', hosts: [{ name: 'sql01' }] } as unknown as Parameters<typeof lookAtRunners>[1];
    const place = { redis: as('certops-prod-bot'), prefix: PREFIX };
    const until = async (words: RegExp): Promise<void> => {
      while (!words.test((await lookAtRunners(place, farm))[0]?.sentence ?? ''))
        await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const first = await open();
    await until(/^The runner of sql01 waits for orders\.$/u);
    const second = await open();
    await until(/^2 runners wait for the orders of sql01 at once, connected from 127\.0\.0\.1: .*\(RunnerTwice\)$/u);
    await second.close();
    await until(/^The runner of sql01 waits for orders\.$/u);
    await first.close();
  });

  test('the bot’s own user sees each bot of its farm, and no other; two are told to be one too many', async () => {
    const place = { redis: as('certops-prod-bot'), prefix: PREFIX, farm: 'prod' };
    const open = (farm: string) =>
      openMailbox({ redis: as('certops-prod-bot'), ...reportsOf(farm, PREFIX), handler: async () => undefined });
    const until = async (count: number): Promise<void> => {
      while ((await botsServing(place)).length !== count) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const [first, other] = [await open('prod'), await open('test')];
    await until(1);
    expect(await lookAtBots(place, { name: 'prod' })).toEqual([]);
    const second = await open('prod');
    await until(2);
    expect((await lookAtBots(place, { name: 'prod' })).map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/^2 bots serve prod at once, connected from 127\.0\.0\.1: .*\(TwoBots\)$/u),
    ]);
    await second.close();
    await until(1);
    await first.close();
    await other.close();
  });

  test('a user that may not list connections is told which right is missing', async () => {
    const asked = runnersWaiting({ redis: as('certops-prod-sql01'), prefix: PREFIX, hosts: ['sql01'] });
    await expect(asked).rejects.toMatchObject({
      code: 'PresenceHidden',
      data: { reason: 'NOPERM', wanted: '+client|list' },
    });
  });
});
