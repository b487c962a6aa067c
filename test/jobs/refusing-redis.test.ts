import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { Redis } from 'ioredis';
import { makeCertificate } from '../../infra/lab/certificate.ts';
import type { OpenedRedis } from '../../infra/redis/opened-redis.ts';
import { createPostOffice, openMailbox, refusalsIn, reportsOf } from '../../jobs/letters.ts';
import { DAY_MS } from '../../src/domain/time.ts';
import { collector, letterOf, whenUp } from '../contract/post-office.ts';
import { describeWithServer, openTestRedis, PREFIX } from '../infra/redis/test-redis.ts';
import { asUser, grant } from '../infra/redis/users.ts';

const turn = () => new Promise((resolve) => setTimeout(resolve, 10));
const connectionsOf = async (admin: Redis): Promise<number> =>
  Number(/total_connections_received:(\d+)/u.exec(await admin.info('stats'))?.[1]);

/** A log that keeps what it was told. */
function teller() {
  const told: string[] = [];
  const say = (_: object, text: string) => void told.push(text);
  return { told, log: { info: say, warn: say } };
}

test('A Redis counts as away, with its reason known, while it shows a certificate that nobody trusts here', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const pair = { publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(), privatePem: key };
  const [notBefore, notAfter] = [new Date(Date.now() - 9 * DAY_MS), new Date(Date.now() + DAY_MS)];
  const made = makeCertificate({ key: pair, cn: 'redis', names: ['localhost'], notBefore, notAfter, client: false });
  const cert = `-----BEGIN CERTIFICATE-----\n${made.der}\n-----END CERTIFICATE-----\n`;
  const server = tls.createServer({ key, cert }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const office = createPostOffice({ redis: `rediss://localhost:${port}`, prefix: PREFIX, looks: true });
  while (office.refusal() === null) await turn();
  expect([office.up(), office.refusal()]).toEqual([false, 'DEPTH_ZERO_SELF_SIGNED_CERT']);
  server.close();
  while (office.refusal() !== null) await turn();
  expect(office.up()).toBe(false);
  await office.close();
});

describeWithServer('A Redis that answers but takes nothing new', () => {
  let redis: OpenedRedis;
  let admin: Redis;
  beforeAll(async () => {
    redis = await openTestRedis('server');
    admin = new Redis(redis.url, { disconnectTimeout: 100 });
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.close();
  });

  const full = () => admin.config('SET', 'maxmemory', '1');
  const free = () => admin.config('SET', 'maxmemory', '0');

  test.each([
    ['OOM', full, free],
    [
      'NOREPLICAS',
      () => admin.config('SET', 'min-replicas-to-write', '1'),
      () => admin.config('SET', 'min-replicas-to-write', '0'),
    ],
    ['READONLY', () => admin.replicaof('127.0.0.1', '1'), () => admin.replicaof('NO', 'ONE')],
  ])('counts as away, with its reason known, until it takes letters again (%s)', async (word, ail, mend) => {
    const office = createPostOffice({ redis: redis.url, prefix: PREFIX, looks: true });
    await whenUp(office);
    await office.toHost('sqlw01', letterOf(1));
    expect(office.refusal()).toBeNull();
    await ail();
    await expect(office.toHost('sqlw01', letterOf(2))).rejects.toMatchObject({ code: 'QueueAway' });
    while (office.refusal() === null) await turn();
    expect([office.up(), office.refusal()]).toEqual([false, word]);
    await mend();
    await whenUp(office);
    expect(office.refusal()).toBeNull();
    await office.toHost('sqlw01', letterOf(3));
    await office.close();
  });

  const asBot = () => asUser(redis, 'bot');
  const letIn = (...rights: readonly string[]) =>
    admin.call('ACL', 'SETUSER', 'bot', 'reset', 'on', '>secret', ...rights);
  const ALL = ['~*', '&*', '+@all'];

  test.each([
    ['WRONGPASS', 'its user is deleted', () => admin.call('ACL', 'DELUSER', 'bot')],
    [
      'WRONGPASS',
      'its password is changed',
      async () => {
        await admin.call('ACL', 'SETUSER', 'bot', 'resetpass', '>another');
        await admin.call('CLIENT', 'KILL', 'USER', 'bot');
      },
    ],
    ['NOPERM', 'its rights are taken', () => letIn('~none', '+@all')],
  ])('counts as away, with its reason known, when it refuses the bot (%s, %s)', async (word, _how, ail) => {
    await letIn(...ALL);
    const office = createPostOffice({ redis: asBot(), prefix: PREFIX, looks: true });
    await whenUp(office);
    await ail();
    await office.toHost('sqlw01', letterOf(1)).catch(() => {});
    while (office.refusal() === null) await turn();
    expect([office.up(), office.refusal()]).toEqual([false, word]);
    await letIn(...ALL);
    await whenUp(office);
    expect(office.refusal()).toBeNull();
    await office.close();
  });

  test.each([
    ['wait for one', ['-bzpopmin']],
    ['run a script', ['-eval', '-evalsha']],
    ['run what the script runs', ['-zpopmin', '-rpoplpush']],
    ['reach its own queue', ['resetkeys', '~{certops}:orders.*', '~{certops}:schedule:*', '~{certops}:reports:wait']],
  ])('counts as away while the bot may not take letters, because it may not %s', async (_what, rights) => {
    await letIn(...ALL);
    const box = collector();
    const mailbox = await openMailbox({ redis: asBot(), prefix: PREFIX, queue: 'reports', handler: box.handler });
    const office = createPostOffice({ redis: asBot(), prefix: PREFIX, looks: true, whyDeaf: () => mailbox.refusal() });
    await whenUp(office);
    await admin.call('ACL', 'SETUSER', 'bot', ...rights);
    const sender = createPostOffice({ redis: redis.url, prefix: PREFIX });
    await whenUp(sender);
    await sender.toBot(letterOf(1));
    while (office.refusal() === null) await turn();
    expect([office.up(), office.refusal()]).toEqual([false, 'NOPERM']);
    await letIn(...ALL);
    await sender.toBot(letterOf(2));
    // The first may have been given up: it would be sent again.
    await box.until(1);
    while (office.refusal() !== null) await turn();
    expect(office.up()).toBe(true);
    await Promise.all([mailbox.close(), office.close(), sender.close()]);
  });

  test('is not away while it only refuses what another bot took for one farm, and says of which', async () => {
    await letIn('~{certops}:orders.*', '~{certops}:schedule:*', '~{certops}:reports:[^o]*', '&*', '+@all');
    const box = collector();
    const open = (queue: string, prefix: string) =>
      openMailbox({ redis: asBot(), prefix, queue, handler: box.handler });
    const mailboxes = new Map<string | null, Awaited<ReturnType<typeof open>>>([
      [null, await open('reports', PREFIX)],
      ['prod', await open(reportsOf('prod', PREFIX).queue, reportsOf('prod', PREFIX).prefix)],
    ]);
    const office = createPostOffice({ redis: asBot(), prefix: PREFIX, looks: true, whyDeaf: refusalsIn(mailboxes) });
    while (office.refusalOf('prod') === null) await turn();
    await whenUp(office);
    expect([office.refusal(), office.refusalOf('prod'), office.refusalOf('test')]).toEqual([null, 'NOPERM', null]);
    const sender = createPostOffice({ redis: redis.url, prefix: PREFIX });
    await whenUp(sender);
    await sender.toBot(letterOf(1));
    await box.until(1);
    await Promise.all([...[...mailboxes.values()].map((one) => one.close()), office.close(), sender.close()]);
  });

  test.each([
    ['a key', ['resetkeys', `~${PREFIX}:orders.sql01`, `~${PREFIX}:orders.sql01:*`]],
    ['a command that only a script uses', ['-lpush', '-rpush']],
  ])('tells a runner that may not write its reports for want of the right to %s so', async (_what, less) => {
    await grant(admin, 'sql01', ...less);
    const office = createPostOffice({ redis: asUser(redis, 'certops-prod-sql01'), prefix: PREFIX });
    await whenUp(office);
    await expect(office.toBot(letterOf(1))).rejects.toMatchObject({ code: 'QueueAway', data: { reason: 'NOPERM' } });
    await grant(admin, 'sql01');
    await office.toBot(letterOf(2));
    await office.close();
  });

  test('still counts as away at the next letter, while only a right is lacking that ending one needs', async () => {
    await letIn(...ALL, '-hdel');
    const seen: (string | null)[] = [];
    const mailbox = await openMailbox({
      redis: asBot(),
      prefix: PREFIX,
      queue: 'reports',
      handler: async () => void seen.push(mailbox.refusal()),
    });
    const sender = createPostOffice({ redis: redis.url, prefix: PREFIX });
    await whenUp(sender);
    await sender.toBot(letterOf(1));
    while (mailbox.refusal() === null) await turn();
    await sender.toBot(letterOf(2));
    while (seen.length < 2) await turn();
    expect(seen).toEqual([null, 'NOPERM']);
    await letIn(...ALL);
    await sender.toBot(letterOf(3));
    while (mailbox.refusal() !== null) await turn();
    await Promise.all([mailbox.close(), sender.close()]);
  });

  test('is not away for a user that may not write the key of the look alone', async () => {
    await letIn('~{certops}:reports:*', '~{certops}:orders.*', '&*', '+@all');
    const office = createPostOffice({ redis: asBot(), prefix: PREFIX, looks: true });
    await whenUp(office);
    await office.toHost('sqlw01', letterOf(1));
    expect([office.up(), office.refusal()]).toEqual([true, null]);
    await office.close();
  });

  test('is noticed where nothing is to be sent, is logged once, and the look leaves no trace', async () => {
    await full();
    const { told, log } = teller();
    const office = createPostOffice({ redis: redis.url, prefix: PREFIX, looks: true, log });
    while (office.refusal() !== 'OOM') await turn();
    expect(office.up()).toBe(false);
    await free();
    await whenUp(office);
    expect(told).toEqual(['redis connected', 'redis takes nothing', 'redis takes letters again']);
    while ((await admin.exists('{certops}:schedule:writes')) === 1) await turn();
    await office.close();
  });

  test('keeps its reason, and is logged once, while each look reconnects to a replica that stays one', async () => {
    const { told, log } = teller();
    const office = createPostOffice({ redis: redis.url, prefix: PREFIX, looks: true, log });
    await whenUp(office);
    await admin.replicaof('127.0.0.1', '1');
    await office.toHost('sqlw01', letterOf(1)).catch(() => {});
    while (office.refusal() === null) await turn();
    const before = await connectionsOf(admin);
    const words = new Set<string | null>();
    const ups = new Set<boolean>();
    while ((await connectionsOf(admin)) < before + 2) {
      words.add(office.refusal());
      ups.add(office.up());
      await turn();
    }
    await admin.replicaof('NO', 'ONE');
    await whenUp(office);
    await office.close();
    expect([[...words], [...ups]]).toEqual([['READONLY'], [false]]);
    expect(told).toEqual(['redis connected', 'redis takes nothing', 'redis takes letters again']);
  });

  test('is up again once it answers a look with anything but a refusal to write', async () => {
    const url = new URL(redis.url);
    await admin.call('ACL', 'SETUSER', 'narrow', 'on', '>pw', '~*', '+@all');
    Object.assign(url, { username: 'narrow', password: 'pw' });
    const office = createPostOffice({ redis: url.href, prefix: PREFIX, looks: true });
    await whenUp(office);
    await full();
    await office.toHost('sqlw01', letterOf(1)).catch(() => {});
    while (office.refusal() !== 'OOM') await turn();
    await admin.call('ACL', 'SETUSER', 'narrow', 'resetkeys', '~{certops}:orders.*', '~{certops}:reports:*');
    await free();
    await whenUp(office);
    await office.toHost('sqlw01', letterOf(2));
    await office.close();
    expect(office.refusal()).toBeNull();
  });

  test('is away, and refuses nothing, once it cannot be reached', async () => {
    const one = await openTestRedis('server');
    const other = new Redis(one.url, { disconnectTimeout: 100 });
    await other.config('SET', 'maxmemory', '1');
    const office = createPostOffice({ redis: one.url, prefix: PREFIX, looks: true });
    while (office.refusal() !== 'OOM') await turn();
    other.disconnect();
    await one.close();
    while (office.refusal() !== null) await turn();
    expect(office.up()).toBe(false);
    await office.close();
  });
});
