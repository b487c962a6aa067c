import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { OpenedRedis } from '../../infra/redis/opened-redis.ts';
import { checkRedis, judge, requireProductionRedis, requireWorkingRedis } from '../../jobs/redis-check.ts';
import { describeWithServer, openTestRedis } from '../infra/redis/test-redis.ts';

const good = ['redis_version:8.0.2', 'maxmemory_policy:noeviction', 'aof_enabled:1'];
const REPLICA = ['role:slave', 'master_host:redis-a.corp', 'master_port:6379'];
const codes = (lines: readonly string[]): string[] => judge(lines.join('\r\n')).map(({ code }) => code);

test.each<[string, readonly string[], readonly string[]]>([
  ['a durable one', good, []],
  ['valkey, by its own version', ['valkey_version:7.2.4', ...good.slice(1)], []],
  ['one that evicts', ['redis_version:8.0.2', 'maxmemory_policy:allkeys-lru', 'aof_enabled:1'], ['RedisEvicts']],
  [
    'one that evicts only keys with an end',
    ['redis_version:7.0.0', 'maxmemory_policy:volatile-ttl', 'aof_enabled:1'],
    ['RedisEvicts'],
  ],
  ['one without AOF', [...good.slice(0, 2), 'aof_enabled:0'], ['RedisForgets']],
  ['the oldest that will do', ['redis_version:6.2.0', ...good.slice(1)], []],
  ['a node of a Cluster that does not tell its mode', [...good, 'cluster_enabled:1'], ['RedisCluster']],
  ['an old one', ['redis_version:6.0.16', ...good.slice(1)], ['RedisTooOld']],
  ['a replica', [...good, ...REPLICA], ['RedisReadOnly']],
  ['a replica that takes writes', [...good, ...REPLICA, 'slave_read_only:0'], []],
  ['a Sentinel, and nothing that it could not mend', ['redis_version:8.0.2', 'redis_mode:sentinel'], ['RedisSentinel']],
  ['a node of a Cluster', [...good, 'redis_mode:cluster', 'cluster_enabled:1'], ['RedisCluster']],
  ['a node of a Cluster that tells its mode alone', [...good, 'redis_mode:cluster'], ['RedisCluster']],
  ['one that is no Cluster', [...good, 'redis_mode:standalone', 'cluster_enabled:0'], []],
  ['a master', [...good, 'role:master'], []],
  ['one that tells nothing', [], ['RedisEvicts', 'RedisForgets', 'RedisTooOld']],
])('%s', (_what, info, wanted) => {
  expect(codes(info)).toEqual(wanted);
});

test('a replica is reported with its master, which takes what is written', () => {
  expect(judge([...good, ...REPLICA].join('\r\n'))[0]?.data.found).toBe('a replica of redis-a.corp:6379');
});

test('a Redis that does not answer is away, not fine', async () => {
  await expect(checkRedis('redis://:secret@127.0.0.1:1')).rejects.toMatchObject({
    code: 'RedisAway',
    data: { reason: 'ECONNREFUSED' },
  });
});

describeWithServer('a production start', () => {
  let redis: OpenedRedis;
  beforeAll(async () => {
    redis = await openTestRedis('server');
  });
  afterAll(() => redis.close());

  test('takes a durable Redis, and refuses one that evicts and forgets, with what to change', async () => {
    await requireProductionRedis(redis.url);
    const admin = new Redis(redis.url, { disconnectTimeout: 100 });
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await admin.config('SET', 'appendonly', 'no');
    admin.disconnect();
    await expect(requireProductionRedis(redis.url)).rejects.toMatchObject({
      code: 'RedisUnfit',
      data: {
        problems: [
          { code: 'RedisEvicts', setting: 'maxmemory-policy', found: 'allkeys-lru', wanted: 'noeviction' },
          { code: 'RedisForgets', setting: 'appendonly', found: 'no', wanted: 'yes' },
        ],
      },
    });
  });

  test('names a replica as such, where no letter goes, and does not say that it would lose any', async () => {
    const admin = new Redis(redis.url, { disconnectTimeout: 100 });
    await admin.replicaof('127.0.0.1', 1);
    await expect(requireProductionRedis(redis.url)).rejects.toMatchObject({ code: 'RedisReadOnly' });
    await admin.replicaof('NO', 'ONE');
    admin.disconnect();
  });

  test('does not call a Redis fine that hides its settings', async () => {
    const admin = new Redis(redis.url, { disconnectTimeout: 100 });
    await admin.call('ACL', 'SETUSER', 'blind', 'reset', 'on', '>secret', '+eval', '+evalsha');
    admin.disconnect();
    const url = new URL(redis.url);
    url.username = 'blind';
    url.password = 'secret';
    expect(await checkRedis(url.href)).toEqual([{ code: 'RedisSettingsHidden', data: { wanted: '+info' } }]);
  });

  test('does not call a Redis fine that refuses the database of the address, and so would be used without it', async () => {
    await expect(checkRedis(`${redis.url}/3`)).rejects.toMatchObject({ code: 'RedisAway', data: { reason: 'ERR' } });
    const admin = new Redis(redis.url, { disconnectTimeout: 100 });
    await admin.call('ACL', 'SETUSER', 'narrow', 'reset', 'on', '>secret', '+info');
    admin.disconnect();
    const url = new URL(`${redis.url}/3`);
    url.username = 'narrow';
    url.password = 'secret';
    await expect(checkRedis(url.href)).rejects.toMatchObject({ code: 'RedisAway', data: { reason: 'NOPERM' } });
  });

  test('names a wrong password as such', async () => {
    const url = new URL(redis.url);
    url.password = 'wrong';
    const error = await checkRedis(url.href).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'RedisAway', data: { reason: 'WRONGPASS' } });
    expect(String(error)).not.toContain('wrong@');
  });
});

/** A port for which the one 10,000 above is valid too: a node of a Cluster speaks with the others there. */
async function freePort(): Promise<number> {
  for (;;) {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    if (port < 55_000) return port;
  }
}

/** Starts something that letters cannot go through, on a port of its own; `lines`: the rest of its configuration. */
async function startOdd(lines: readonly string[], ...words: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'certops-odd-'));
  const port = await freePort();
  const file = join(folder, 'odd.conf');
  await writeFile(file, `${['bind 127.0.0.1', `port ${port}`, ...lines].join('\n')}\n`);
  const server = spawn('redis-server', [file, ...words], { cwd: folder, stdio: 'ignore' });
  const gone = once(server, 'exit');
  const up = async (): Promise<boolean> => (await checkRedis(`redis://127.0.0.1:${port}`).catch(() => null)) !== null;
  while (!(await up())) {
    if (server.exitCode !== null) throw new Error(`redis-server has ended with ${server.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    port,
    end: async () => {
      server.kill();
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

describeWithServer('a Sentinel', () => {
  let sentinel: Awaited<ReturnType<typeof startOdd>>;
  beforeAll(async () => {
    sentinel = await startOdd([], '--sentinel');
  });
  afterAll(() => sentinel.end());

  test.each([
    ['nobody', ''],
    ['a password', ':secret@'],
    ['a user of Redis', 'certops-bot:secret@'],
  ])(
    'is reported as one, and not as a Redis that is away or forgets, where the address names %s',
    async (_what, user) => {
      for (const base of ['', '/1']) {
        const url = `redis://${user}127.0.0.1:${sentinel.port}${base}`;
        expect(await checkRedis(url)).toMatchObject([{ code: 'RedisSentinel' }]);
        await expect(requireProductionRedis(url)).rejects.toMatchObject({ code: 'RedisSentinel' });
        await expect(requireWorkingRedis(url)).rejects.toMatchObject({ code: 'RedisSentinel' });
      }
    },
  );
});

describeWithServer('a Redis that takes no script', () => {
  let renamed: Awaited<ReturnType<typeof startOdd>>;
  beforeAll(async () => {
    const durable = ['maxmemory-policy noeviction', 'appendonly yes'];
    renamed = await startOdd([...durable, 'rename-command EVAL ""', 'rename-command EVALSHA evalsha-of-admins']);
  });
  afterAll(() => renamed.end());

  test('is not called fine where the commands are renamed, and nothing starts with it', async () => {
    const url = `redis://127.0.0.1:${renamed.port}`;
    const told = (command: string) => ({ code: 'RedisNoScripts', data: { command, reason: 'ERR' } });
    expect(await checkRedis(url)).toEqual([told('EVAL'), told('EVALSHA')]);
    await expect(requireProductionRedis(url)).rejects.toMatchObject(told('EVAL'));
    await expect(requireWorkingRedis(url)).rejects.toMatchObject(told('EVAL'));
  });

  test('is not called fine where this user may not call one of them', async () => {
    const redis = await openTestRedis('server');
    const admin = new Redis(redis.url, { disconnectTimeout: 100 });
    await admin.call('ACL', 'SETUSER', 'mute', 'reset', 'on', '>secret', '+info', '+eval');
    admin.disconnect();
    const url = new URL(redis.url);
    url.username = 'mute';
    url.password = 'secret';
    const told = { code: 'RedisNoScripts', data: { command: 'EVALSHA', reason: 'NOPERM' } };
    expect(await checkRedis(url.href)).toEqual([told]);
    await redis.close();
  });
});

describeWithServer('a node of a Cluster', () => {
  let node: Awaited<ReturnType<typeof startOdd>>;
  beforeAll(async () => {
    node = await startOdd(['cluster-enabled yes', 'save ""']);
  });
  afterAll(() => node.end());

  test.each(['', '/1'])('is reported as one, and not as a Redis with wrong settings, at %s', async (base) => {
    const url = `redis://127.0.0.1:${node.port}${base}`;
    expect((await checkRedis(url)).map(({ code }) => code)).toContain('RedisCluster');
    await expect(requireProductionRedis(url)).rejects.toMatchObject({ code: 'RedisCluster' });
    await expect(requireWorkingRedis(url)).rejects.toMatchObject({ code: 'RedisCluster' });
  });
});
