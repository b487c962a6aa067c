import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { CertopsError } from '../../src/domain/errors.ts';
import type { Log } from '../../src/ports/log.ts';
import { besideSource } from './beside.ts';
import type { OpenedRedis } from './opened-redis.ts';

const PORT_TRIES = 5;
const READY_MS = 15_000;
const END_MS = 6000;
/** ioredis stays busy for disconnectTimeout after its connection was closed. */
const local = { host: '127.0.0.1', disconnectTimeout: 100 };

/**
 * Starts a redis-server on the loopback with a random port and password, persistent in `folder`. null: no such program.
 * It ends with `close` and when this process dies.
 */
export async function openServer(program: string, folder: string, log: Log): Promise<OpenedRedis | null> {
  const home = resolve(folder);
  await mkdir(home, { recursive: true, mode: 0o700 });
  await chmod(home, 0o700).catch(() => {});
  await endOrphan(home);
  for (let tries = 1; ; tries += 1) {
    const password = randomBytes(24).toString('base64url');
    const port = await freePort();
    const keeper = startKeeper(program, writeConfig(home, port, password));
    const first = await keeper.first;
    if (first.failed === 'ENOENT') return null;
    const ready = first.failed === undefined && (await answers(port, password, keeper.gone));
    if (ready) {
      await remember(home, { port, password });
      keeper.letGo();
      keeper.onLost((reason) => log.warn({ program, reason }, 'redis-server ended and was not started again'));
      const close = async (): Promise<void> => {
        await keeper.end();
        await rm(join(home, 'redis.json'), { force: true });
      };
      const url = `redis://:${password}@127.0.0.1:${port}`;
      return { url, kind: 'server', describe: `${program} on 127.0.0.1:${port}`, close };
    }
    await keeper.end();
    if (tries >= PORT_TRIES) throw new CertopsError('RedisNotStarted', { program, log: join(home, 'redis.log') });
  }
}

/** Quoted as redis.conf wants it: a folder's name may hold spaces and quotes. */
const quoted = (text: string): string =>
  `"${[...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`;

const writeConfig = (home: string, port: number, password: string): string =>
  [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${quoted(home)}`,
    'logfile redis.log',
    'daemonize no',
    'databases 1',
    'appendonly yes',
    'save ""',
    'maxmemory-policy noeviction',
    '',
  ].join('\n');

function startKeeper(program: string, config: string) {
  // Detached: Ctrl-C reaches a whole process group at once, and Redis must end last.
  const child: ChildProcess = spawn(process.execPath, [besideSource('keeper.mjs')], {
    detached: true,
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const gone = once(child, 'exit');
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new TypeError('no pipes');
  stdin.on('error', () => {});
  stdin.write(`${JSON.stringify({ program, config })}\n`);
  const lines = createInterface({ input: stdout });
  let ending = false;
  let lost: (reason: string) => void = () => {};
  let failed = 'ended';
  const first = new Promise<{ failed?: string }>((answer) => {
    lines.on('line', (line) => {
      const said: { started?: number; failed?: string } = JSON.parse(line);
      if (said.failed !== undefined) failed = said.failed;
      answer(said.failed === undefined ? {} : { failed: said.failed });
    });
    child.once('error', () => answer({ failed: 'keeper' }));
    child.once('exit', () => {
      answer({ failed });
      if (!ending) lost(failed);
    });
  });
  return {
    first,
    gone,
    /** Lets the program exit despite the keeper and its pipes. On exit the pipes close, and the server ends. */
    letGo: (): void => {
      child.unref();
      for (const pipe of [stdin, stdout]) (pipe as unknown as { unref(): void }).unref();
    },
    onLost: (told: (reason: string) => void) => {
      lost = told;
    },
    end: async (): Promise<void> => {
      ending = true;
      child.ref();
      stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
      if (child.exitCode === null && child.signalCode === null) await gone;
      clearTimeout(timer);
    },
  };
}

/** Whether it answers with this password before its process ends. */
async function answers(port: number, password: string, gone: Promise<unknown>): Promise<boolean> {
  const redis = new Redis({ ...local, port, password, retryStrategy: () => 10, maxRetriesPerRequest: null });
  redis.on('error', () => {});
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((answer) => {
    timer = setTimeout(() => answer(false), READY_MS);
  });
  try {
    return await Promise.race([redis.ping().then(() => true), gone.then(() => false as const), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    redis.disconnect();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  return address.port;
}

async function remember(home: string, server: { port: number; password: string }): Promise<void> {
  const file = join(home, 'redis.json');
  await writeFile(`${file}.new`, JSON.stringify(server), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/**
 * A server whose keeper was killed still has these files open, and two servers on one folder would corrupt them. Shuts
 * it down, or throws `RedisFolderInUse` when somebody is connected to it.
 */
async function endOrphan(home: string): Promise<void> {
  const text = await readFile(join(home, 'redis.json'), 'utf8').catch(() => null);
  if (text === null) return;
  let redis: Redis | null = null;
  try {
    const { port, password }: { port: number; password: string } = JSON.parse(text);
    redis = new Redis({ ...local, port, password, lazyConnect: true, retryStrategy: () => null });
    redis.on('error', () => {});
    await redis.connect();
    const clients = String(await redis.client('LIST'))
      .trim()
      .split('\n').length;
    if (clients > 1) throw new CertopsError('RedisFolderInUse', { folder: home, port, clients: clients - 1 });
    const ended = once(redis, 'end');
    await redis.shutdown().catch(() => {});
    await ended;
  } catch (error) {
    if (error instanceof CertopsError) throw error;
  } finally {
    redis?.disconnect();
  }
}
