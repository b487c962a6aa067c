import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createPostOffice } from '../../jobs/letters.ts';
import { openWorker } from '../../jobs/worker.ts';
import { letterOf, whenUp } from '../contract/post-office.ts';
import { PREFIX } from '../infra/redis/test-redis.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Speaks like a Redis of this version, answers each script with `answer`, and counts the scripts. */
async function startOddRedis(version: string, answer: string) {
  let scripts = 0;
  const sockets: Socket[] = [];
  const info = `redis_version:${version}\r\nrole:master\r\nloading:0\r\nmaxmemory_policy:noeviction\r\n`;
  const sayTo = (command: string): string => {
    if (command === 'INFO') return `$${info.length}\r\n${info}\r\n`;
    if (!command.startsWith('EVAL')) return '+OK\r\n';
    scripts += 1;
    return answer;
  };
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      for (const [, command = ''] of bytes.toString('latin1').matchAll(/^\*\d+\r\n\$\d+\r\n(\w+)\r\n/gimu))
        socket.write(sayTo(command.toUpperCase()));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { url: `redis://127.0.0.1:${port}`, scripts: () => scripts, connections: () => sockets.length, close };
}

test.each([
  ['whose answers are none of a Redis', '7.2.4', ':7\r\n'],
  ['that is too old and refuses', '3.0.504', '-ERR unknown command\r\n'],
])('a Redis %s is asked only now and then, and its worker ends when told to', async (_what, version, answer) => {
  const redis = await startOddRedis(version, answer);
  const said: string[] = [];
  const log = { info: () => {}, warn: (_data: object, sentence: string) => void said.push(sentence) };
  const worker = openWorker({
    redis: redis.url,
    queue: 'orders.sqlw01',
    prefix: '{certops}',
    concurrency: 1,
    log,
    restMs: 50,
    processor: async () => {},
  });
  // A worker that asks without a pause would let no timer run, and this line would never be reached.
  while (!said.includes('redis refuses')) await pause(20);
  expect(redis.scripts()).toBeLessThan(50);
  await worker.close();
  redis.close();
});

// Up to version 7, an error within a script is reported inside the script's own error.
test.each([
  ['8.0.2', "-READONLY You can't write against a read only replica. script: 61c9, on @user_script:41.\r\n"],
  [
    '6.2.14',
    "-ERR Error running script (call to f_61c9): @user_script:41: @user_script: 41: -READONLY You can't write against a read only replica.\r\n",
  ],
])('a Redis of version %s that has become a replica is asked on a new connection', async (version, answer) => {
  const redis = await startOddRedis(version, answer);
  const office = createPostOffice({ redis: redis.url, prefix: PREFIX });
  await whenUp(office);
  expect(redis.connections()).toBe(1);
  await expect(office.toHost('sqlw01', letterOf(1))).rejects.toMatchObject({ code: 'QueueAway' });
  while (redis.connections() < 2) await pause(10);
  // A Redis that stays a replica refuses the next letter on each new connection as well.
  const from = performance.now();
  for (let count = 0; count < 20; count += 1) {
    await whenUp(office);
    await expect(office.toHost('sqlw01', letterOf(1))).rejects.toMatchObject({ code: 'QueueAway' });
  }
  expect(redis.connections()).toBeLessThanOrEqual(3 + (performance.now() - from) / 2000);
  await office.close();
  redis.close();
});
