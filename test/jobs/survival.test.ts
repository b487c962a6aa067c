import { once } from 'node:events';
import { Redis } from 'ioredis';
import type { OpenedRedis } from '../../infra/redis/opened-redis.ts';
import { createPostOffice, openMailbox } from '../../jobs/letters.ts';
import { openWorker } from '../../jobs/worker.ts';
import type { Envelope } from '../../src/domain/letters/protocol.ts';
import type { Log } from '../../src/ports/log.ts';
import { collector, letterOf, whenUp } from '../contract/post-office.ts';
import { describeWithServer, openTestRedis, PREFIX } from '../infra/redis/test-redis.ts';
import { startRelay } from './relay.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

/** A log that keeps what it was told. */
function keptLog(): Log & { lines: string[] } {
  const lines: string[] = [];
  const keep = (data: object, message: string): void => void lines.push(`${message} ${JSON.stringify(data)}`);
  return { lines, info: keep, warn: keep };
}

const away = (log: { lines: string[] }): number => log.lines.filter((line) => line.startsWith('redis is away')).length;

describeWithServer('letters while Redis', () => {
  let redis: OpenedRedis;
  let admin: Redis;
  beforeAll(async () => {
    redis = await openTestRedis('server');
    // A killed server may take long to come back; by default the client gives up after twenty-one tries.
    admin = new Redis(redis.url, { disconnectTimeout: 100, retryStrategy: () => 20, maxRetriesPerRequest: null });
    admin.on('error', () => {});
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.close();
  });

  /** As a journal does: sends again what has not arrived. Returns the codes of what was refused meanwhile. */
  async function sendUntilAllArrived(
    send: (letter: Envelope) => Promise<void>,
    arrived: ReadonlySet<string>,
    letters: readonly Envelope[],
    between: (round: number) => Promise<unknown>,
  ): Promise<Set<unknown>> {
    const refused = new Set<unknown>();
    for (let round = 0; letters.some(({ body }) => !arrived.has(body)); round += 1) {
      for (const letter of letters) {
        if (!arrived.has(letter.body)) await send(letter).catch((error) => refused.add(codeOf(error)));
      }
      await between(round);
      await pause(20);
    }
    return refused;
  }

  const kill = async (): Promise<void> => {
    const pid = Number((await admin.info('server')).match(/process_id:(\d+)/u)?.[1]);
    const closed = once(admin, 'close');
    process.kill(pid, 'SIGKILL');
    await closed;
  };

  test.each<[string, (round: number) => Promise<unknown>]>([
    ['is killed twice', async (round) => (round === 0 || round === 2 ? kill() : null)],
    ['is wiped', async (round) => (round < 2 ? admin.flushall() : null)],
    ['loses its scripts', async (round) => (round < 2 ? admin.script('FLUSH') : null)],
    [
      'drops every client',
      async (round) => (round < 2 ? admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes') : null),
    ],
  ])('%s arrive when they are sent again, and nothing stays refused', async (what, between) => {
    const host = what.replaceAll(' ', '-');
    const arrived = new Set<string>();
    const office = createPostOffice({ redis: redis.url, prefix: PREFIX });
    await whenUp(office);
    // It is read only after the first trouble: what was in the queue by then may be lost, and must be sent again.
    const letters = Array.from({ length: 40 }, (_, n) => letterOf(n));
    const boxes: { close(): Promise<void> }[] = [];
    const refused = await sendUntilAllArrived(
      (letter) => office.toHost(host, letter),
      arrived,
      letters,
      async (round) => {
        await between(round);
        if (boxes.length > 0) return;
        const box = await openMailbox({
          redis: redis.url,
          prefix: PREFIX,
          queue: `orders.${host}`,
          handler: async (letter) => void arrived.add((letter as Envelope).body),
        });
        boxes.push(box);
      },
    );
    expect([...refused].filter((code) => code !== 'QueueAway')).toEqual([]);
    for (const box of boxes) await box.close();
    await office.close();
  });

  test('does not answer are refused after the time limit, and flow again on a new connection', async () => {
    const url = new URL(redis.url);
    const relay = await startRelay(Number(url.port));
    url.port = String(relay.port);
    const office = createPostOffice({ redis: url.href, prefix: PREFIX, answerMs: 1500 });
    await whenUp(office);
    await office.toBot(letterOf(1));
    relay.swallow(true);
    await expect(office.toBot(letterOf(2))).rejects.toMatchObject({ code: 'QueueAway' });
    relay.swallow(false);
    const all = collector();
    const box = await openMailbox({ redis: redis.url, prefix: PREFIX, queue: 'reports', handler: all.handler });
    while (
      !(await office.toBot(letterOf(3)).then(
        () => true,
        () => false,
      ))
    )
      await pause(20);
    await all.until(2);
    expect(all.letters).toContainEqual(letterOf(3));
    await box.close();
    await office.close();
    await relay.close();
  });

  test('is away at the start are refused at once, and a mailbox opens all the same', async () => {
    const url = new URL(redis.url);
    const relay = await startRelay(Number(url.port));
    url.port = String(relay.port);
    await relay.cut();
    const log = keptLog();
    const office = createPostOffice({ redis: url.href, prefix: PREFIX, log });
    const all = collector();
    const box = await openMailbox({ redis: url.href, prefix: PREFIX, queue: 'orders.late', handler: all.handler, log });
    await expect(office.toHost('late', letterOf(1))).rejects.toMatchObject({ code: 'QueueAway' });
    expect(office.up()).toBe(false);
    while (away(log) < 2) await pause(10);
    await relay.mend();
    await whenUp(office);
    await office.toHost('late', letterOf(2));
    await all.until(1);
    expect(all.letters).toEqual([letterOf(2)]);
    await box.close();
    await office.close();
    await relay.close();
    expect(away(log)).toBe(2);
    expect(log.lines.join()).not.toContain(url.password);
  });

  test('was wiped while a letter was in hand: the log says what is missing there', async () => {
    const log = keptLog();
    const box = openWorker({
      redis: redis.url,
      queue: 'orders.wiped',
      prefix: PREFIX,
      concurrency: 1,
      log,
      restMs: 50,
      processor: async () => void (await admin.flushall()),
    });
    const office = createPostOffice({ redis: redis.url, prefix: PREFIX });
    await whenUp(office);
    await office.toHost('wiped', letterOf(1));
    const said = (): readonly string[] => log.lines.filter((line) => line.startsWith('redis refuses'));
    while (said().length === 0) await pause(20);
    expect(said()[0]).toMatch(/"reason":"Missing(?:Key|Lock)"/u);
    await box.close();
    await office.close();
  });

  test('refuses their worker arrive once it no longer does; it is asked only now and then, and that is logged once', async () => {
    await admin.call('ACL', 'SETUSER', 'poor', 'reset', 'on', '>secret', '~*', '+@all', '-evalsha', '-eval');
    const url = new URL(redis.url);
    url.username = 'poor';
    url.password = 'secret';
    const log = keptLog();
    const all = collector();
    const { handler } = all;
    const box = openWorker({
      redis: url.href,
      queue: 'orders.poor',
      prefix: '{certops}',
      concurrency: 1,
      log,
      restMs: 50,
      processor: (job) => handler(job.data),
    });
    const denials = async (): Promise<number> => {
      const log = (await admin.call('ACL', 'LOG')) as { count: number }[] & unknown[][];
      return log.reduce((sum, entry) => sum + Number(Array.isArray(entry) ? entry[1] : entry.count), 0);
    };
    while ((await denials()) < 5) await pause(20);
    expect(await denials()).toBeLessThan(50);
    expect(log.lines.filter((line) => line.startsWith('redis refuses'))).toEqual([
      expect.stringMatching(
        /^redis refuses \{"queue":"\{certops\}:orders\.poor","reason":"NOPERM","command":"eval(?:sha)?"\}$/u,
      ),
    ]);
    await admin.call('ACL', 'SETUSER', 'poor', '+evalsha', '+eval');
    const office = createPostOffice({ redis: redis.url, prefix: PREFIX });
    await whenUp(office);
    await office.toHost('poor', letterOf(1));
    await all.until(1);
    await box.close();
    await office.close();
  });

  test('hides its version from a user at first arrive as soon as it is shown', async () => {
    await admin.call('ACL', 'SETUSER', 'blind', 'reset', 'on', '>secret', '~*', '+@all', '-info', '-evalsha', '-eval');
    const url = new URL(redis.url);
    url.username = 'blind';
    url.password = 'secret';
    const log = keptLog();
    const all = collector();
    const { handler } = all;
    const how = { queue: 'orders.blind', prefix: '{certops}', concurrency: 1, log, restMs: 50 };
    const box = openWorker({ redis: url.href, ...how, processor: (job) => handler(job.data) });
    while (!log.lines.some((line) => line.startsWith('redis refuses'))) await pause(20);
    await admin.call('ACL', 'SETUSER', 'blind', '+info', '+evalsha', '+eval');
    const office = createPostOffice({ redis: redis.url, prefix: PREFIX });
    await whenUp(office);
    await office.toHost('blind', letterOf(1));
    await all.until(1);
    await box.close();
    await office.close();
  });

  test('holds them leave nothing running once mailbox and office are closed', async () => {
    const office = createPostOffice({ redis: redis.url, prefix: PREFIX });
    await whenUp(office);
    const box = await openMailbox({
      redis: redis.url,
      prefix: PREFIX,
      queue: 'orders.closing',
      handler: async () => {},
    });
    await office.toHost('closing', letterOf(1));
    await box.close();
    await office.close();
    await expect(office.toHost('closing', letterOf(2))).rejects.toMatchObject({ code: 'QueueAway' });
    while (((await admin.client('LIST')) as string).trim().split('\n').length > 1) await pause(10);
  });
});
