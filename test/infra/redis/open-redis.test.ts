import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Redis } from 'ioredis';
import { openRedis } from '../../../infra/redis/open-redis.ts';
import { describeWithServer } from './test-redis.ts';

const words: string[] = [];
const log = { info: () => {}, warn: (_data: object, message: string) => void words.push(message) };
let folder: string;
beforeEach(async () => {
  words.length = 0;
  // A space, a quote and foreign letters: redis.conf needs them quoted.
  folder = join(await mkdtemp(join(tmpdir(), 'certops-redis-')), 'a "b" 数据');
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

function client(url: string): Redis {
  const redis = new Redis(url, { disconnectTimeout: 100 });
  redis.on('error', () => {});
  return redis;
}
/** Closes the connection whatever happens. */
async function asked<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = client(url);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}
const refused = async (port: number, host: string): Promise<boolean> => {
  const socket = connect(port, host);
  const outcome = await Promise.race([
    once(socket, 'connect').then(() => false),
    once(socket, 'error').then(() => true),
  ]).catch(() => true);
  socket.destroy();
  return outcome;
};
const outside = (): string[] =>
  Object.values(networkInterfaces())
    .flat()
    .flatMap((address) =>
      address !== undefined && !address.internal && address.family === 'IPv4' ? [address.address] : [],
    );

test('a given address is taken as it is, and described without its password', async () => {
  const redis = await openRedis({ folder, log, url: 'rediss://bot:hunter2@redis.corp:6380/2' });
  expect([redis.kind, redis.url, redis.describe]).toEqual([
    'url',
    'rediss://bot:hunter2@redis.corp:6380/2',
    'redis.corp:6380/2',
  ]);
  await redis.close();
});

test.each(['nonsense', 'http://redis:6379', 'redis.corp:6379'])('%j is no address', async (url) => {
  await expect(openRedis({ folder, log, url })).rejects.toMatchObject({ code: 'RedisUrlMalformed' });
});

describe('the embedded Redis', () => {
  test('answers on the loopback address with a password, and says what it is', async () => {
    const redis = await openRedis({ folder, log, steps: ['memory'] });
    expect(redis.kind).toBe('memory');
    expect(words).toEqual(['redis: embedded, in memory, for trying out only']);
    expect(await asked(redis.url, (one) => one.ping())).toBe('PONG');
    const bare = new URL(redis.url);
    bare.password = '';
    await expect(asked(bare.href, (one) => one.set('a', 'b'))).rejects.toThrow('NOAUTH');
    for (const address of outside()) expect(await refused(Number(bare.port), address)).toBe(true);
    await redis.close();
    expect(await refused(Number(bare.port), '127.0.0.1')).toBe(true);
  });

  test('is refused in production', async () => {
    await expect(openRedis({ folder, log, steps: ['memory'], production: true })).rejects.toMatchObject({
      code: 'RedisMissing',
    });
  });
});

/** Answers every question like a Redis of this version. */
const serverOf = (version: string): string => `#!/usr/bin/env node
const { createServer } = require('node:net');
let config = '';
process.stdin.on('data', (bytes) => (config += bytes)).on('end', () => {
  const info = 'redis_version:${version}\\r\\nmaxmemory_policy:noeviction\\r\\naof_enabled:1';
  const answer = (command) => (/^INFO$/im.test(command) ? '$' + info.length + '\\r\\n' + info + '\\r\\n' : '+OK\\r\\n');
  createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      for (const command of String(bytes).split(/^\\*/m).slice(1)) socket.write(answer(command));
    });
  }).listen(Number(/^port (\\d+)$/m.exec(config)[1]), '127.0.0.1');
});
`;

/** Windows cannot start a script by its first line. */
const onPosix = process.platform === 'win32' ? describe.skip : describe;

onPosix('a redis-server on the PATH', () => {
  const withServer = async (version: string): Promise<{ kind: string; program: string }> => {
    await mkdir(folder);
    const program = join(folder, 'redis-server');
    await writeFile(program, serverOf(version), { mode: 0o755 });
    const redis = await openRedis({ folder, log, programs: [program] });
    await redis.close();
    return { kind: redis.kind, program };
  };

  test('that is too old for the queues is not used: the embedded one is', async () => {
    const { kind, program } = await withServer('5.0.7');
    expect(kind).toBe('memory');
    expect(words).toEqual([
      `redis: ${program} 5.0.7 is older than 6.2, so it is not used`,
      'redis: embedded, in memory, for trying out only',
    ]);
  });

  test('that is recent enough is used', async () => {
    expect((await withServer('6.2.0')).kind).toBe('server');
    expect(words).toEqual([]);
  });
});

/** Processes are found through /proc. */
const onLinux = process.platform === 'linux' ? test : test.skip;

describeWithServer('redis-server', () => {
  test('keeps its data in the folder, asks for another password at each start, and evicts nothing to make room', async () => {
    const first = await openRedis({ folder, log, steps: ['server'] });
    await asked(first.url, (redis) => redis.set('kept', 'yes'));
    await first.close();
    const second = await openRedis({ folder, log, steps: ['server'] });
    expect(new URL(second.url).password).not.toBe(new URL(first.url).password);
    expect(await asked(second.url, (redis) => redis.get('kept'))).toBe('yes');
    expect(await asked(second.url, (redis) => redis.config('GET', 'maxmemory-policy'))).toContain('noeviction');
    expect(second.describe).not.toContain(new URL(second.url).password);
    for (const password of ['', new URL(first.url).password]) {
      const other = Object.assign(new URL(second.url), { password });
      await expect(asked(other.href, (redis) => redis.get('kept'))).rejects.toThrow(/^(?:NOAUTH|WRONGPASS) /u);
    }
    for (const address of outside()) expect(await refused(Number(new URL(second.url).port), address)).toBe(true);
    await second.close();
    expect(await readdir(folder)).not.toContain('redis.json');
    expect(words).toEqual([]);
  });

  onLinux('keeps its password out of every command line', async () => {
    const redis = await openRedis({ folder, log, steps: ['server'] });
    const { password } = new URL(redis.url);
    const lines = await Promise.all(
      (await readdir('/proc').catch(() => []))
        .filter((name) => /^\d+$/u.test(name))
        .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
    );
    expect(lines.some((line) => line.includes(password))).toBe(false);
    await redis.close();
  });

  test('comes back at the same address with its data after it was killed', async () => {
    const redis = await openRedis({ folder, log, steps: ['server'] });
    const one = client(redis.url);
    await one.set('kept', 'yes');
    await one.config('SET', 'appendfsync', 'always');
    await one.set('kept', 'still');
    process.kill(await pidOf(one), 'SIGKILL');
    await once(one, 'close');
    expect(await one.get('kept')).toBe('still');
    one.disconnect();
    await redis.close();
  });

  onLinux(
    'left over by a killed keeper is ended before another one opens the folder, unless somebody uses it',
    async () => {
      const left = await openRedis({ folder, log, steps: ['server'] });
      const one = client(left.url);
      const info = await one.info('server');
      const parent = Number((await readFile(`/proc/${await pidOf(one)}/status`, 'utf8')).match(/PPid:\s+(\d+)/u)?.[1]);
      process.kill(parent, 'SIGKILL');
      await expect(openRedis({ folder, log, steps: ['server'] })).rejects.toMatchObject({ code: 'RedisFolderInUse' });
      one.disconnect();
      let next = null;
      while (next === null) next = await openRedis({ folder, log, steps: ['server'] }).catch(() => null);
      expect(await asked(next.url, (redis) => redis.info('server'))).not.toBe(info);
      expect(words).toEqual(['redis-server ended and was not started again']);
      await next.close();
      await left.close();
    },
  );

  test('ends when the process that opened it is killed', async () => {
    const program = join(folder, '..', 'open.mjs');
    const source = (name: string): string => fileURLToPath(new URL(`../../../infra/redis/${name}`, import.meta.url));
    await writeFile(
      `${program}.ts`,
      `import { openRedis } from ${JSON.stringify(source('open-redis.ts'))};
       const log = { info() {}, warn() {} };
       openRedis({ folder: ${JSON.stringify(folder)}, log }).then(({ url }) => console.log(url));
       setInterval(() => {}, 1000);`,
    );
    await build({
      entryPoints: [`${program}.ts`],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
      packages: 'external',
    });
    // It runs from a folder of the project, so that its packages and plain files are found as from `dist`.
    const place = fileURLToPath(new URL('../../../.cache/open-redis.mjs', import.meta.url));
    await mkdir(join(place, '..'), { recursive: true });
    await writeFile(place, await readFile(program));
    const child: ChildProcess = spawn(process.execPath, [place], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (child.stdout === null) throw new Error('no pipe');
    const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const one = client(url);
    await one.ping();
    const gone = once(one, 'close');
    child.kill('SIGKILL');
    await gone;
    one.disconnect();
    while (!(await refused(Number(new URL(url).port), '127.0.0.1'))) await new Promise(setImmediate);
    await rm(place);
  });
});

const pidOf = async (redis: Redis): Promise<number> =>
  Number((await redis.info('server')).match(/process_id:(\d+)/u)?.[1]);
