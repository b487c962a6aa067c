import { type AddressInfo, createServer } from 'node:net';
import { Redis } from 'ioredis';
import { commandsOf } from '../../infra/redis/acl.ts';
import type { OpenedRedis } from '../../infra/redis/opened-redis.ts';
import { rightsMissing } from '../../jobs/rights.ts';
import type { Farm } from '../../src/domain/farm/farm.ts';
import { lookAtRedis, lookAtRights, looksAtRedis } from '../../src/roots/validate/redis.ts';
import { describeWithServer, openTestRedis, PREFIX } from '../infra/redis/test-redis.ts';
import { asUser, grant } from '../infra/redis/users.ts';

/** Nobody can ask without them, or they are open to all. */
const NOT_ASKED: readonly string[] = ['eval', 'evalsha', 'auth', 'hello'];

test('a Redis that does not answer is asked once, not once more for each thing that it would tell', async () => {
  let asked = 0;
  const server = createServer((socket) => {
    asked += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const farm = { name: 'prod', hosts: [{ name: 'sqlm01' }] } as unknown as Farm;
  const [first, ...more] = looksAtRedis({ redis: `redis://127.0.0.1:${port}`, prefix: PREFIX }, [farm, farm]);
  await expect(first?.()).rejects.toMatchObject({ code: 'RedisAway' });
  for (const look of more) expect(await look()).toEqual([]);
  expect(asked).toBe(1);
  server.close();
});

describeWithServer('A Redis that answers and takes nothing', () => {
  test('is not called fine, and what to do is said; it is fine once it takes something again', async () => {
    const redis = await openTestRedis('server');
    const admin = new Redis(redis.url, { disconnectTimeout: 100 });
    const place = { redis: redis.url, prefix: PREFIX };
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
    await admin.config('SET', 'maxmemory', '1');
    const said = async () => (await lookAtRedis(place)).map(({ sentence }) => sentence);
    expect(await said()).toContainEqual(expect.stringMatching(/its memory is full.*\(RedisTakesNothing, OOM\)$/u));
    await admin.config('SET', 'maxmemory', '0');
    expect((await said()).join(' ')).not.toContain('RedisTakesNothing');
    admin.disconnect();
    await redis.close();
  });
});

describeWithServer('A Redis user with the rights that an earlier version printed', () => {
  let redis: OpenedRedis;
  let admin: Redis;
  const asBot = () => asUser(redis, 'certops-prod-bot');
  beforeAll(async () => {
    redis = await openTestRedis('server');
    admin = new Redis(redis.url, { disconnectTimeout: 100 });
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.close();
  });

  test('that has all of them is told nothing, and nothing is written', async () => {
    await grant(admin, null);
    expect(await lookAtRights(asBot(), PREFIX)).toEqual([]);
    expect(await admin.dbsize()).toBe(0);
  });

  test.each(commandsOf('bot').filter((command) => !NOT_ASKED.includes(command)))(
    'is told exactly what it lacks: %s',
    async (command) => {
      await grant(admin, null, `-${command}`);
      const asked = { redis: asBot(), key: '{certops}:reports', commands: commandsOf('bot') };
      expect(await rightsMissing(asked)).toEqual([command]);
    },
  );

  test('is given the line that grants it', async () => {
    await grant(admin, null, '-bzpopmin', '-zrevrange');
    const [line] = await lookAtRights(asBot(), PREFIX);
    const said = /ACL SETUSER (.*) \(RedisRightsMissing\)$/u.exec(line?.sentence ?? '')?.[1] ?? '';
    expect(said).toBe('certops-prod-bot +bzpopmin +zrevrange');
    await admin.call('ACL', 'SETUSER', ...said.split(' '));
    expect(await lookAtRights(asBot(), PREFIX)).toEqual([]);
  });

  test('is taken for a runner’s before it is given what only the bot needs', async () => {
    await grant(admin, 'sqlm01');
    const [line] = await lookAtRights(asUser(redis, 'certops-prod-sqlm01'), PREFIX);
    expect(line?.sentence).toContain(
      "If certops-prod-sqlm01 is a runner's user, put the bot's own into REDIS_URL. Else",
    );
    await grant(admin, null, '-zrevrange');
    const [ofBot] = await lookAtRights(asBot(), PREFIX);
    expect(ofBot?.sentence).not.toContain('runner');
  });
});
