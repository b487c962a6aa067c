import { jest } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Lab } from '../../infra/lab/index.ts';
import { describeWithServer } from '../infra/redis/test-redis.ts';
import { ensureBuilt } from './demo-process.ts';
import { expectNew } from './ends.ts';
import { type Processes, startProcesses } from './processes.ts';
import { openLab, sleep } from './rig.ts';
import { type World, worldOf } from './world.ts';

jest.setTimeout(300_000);

let opened: Awaited<ReturnType<typeof openLab>>;
let lab: Lab;
let farm: Processes;
let before: World;

beforeAll(() => ensureBuilt());
beforeEach(async () => {
  opened = await openLab();
  lab = opened.lab;
  before = worldOf(lab);
  farm = await startProcesses(lab);
});
afterEach(async () => {
  await farm.stop();
  await opened.end();
});

/** Resolves when the bot's journal has an order of this stage. */
const ordered = (stage: string): Promise<void> =>
  farm.until(() => farm.botEntries().some((entry) => entry.type === 'ordered' && entry.stage === stage));

async function expectProved(): Promise<void> {
  expect((await farm.closed()).outcome).toBe('proved');
  await expectNew(lab, farm, before);
  expect(farm.botEntries().filter(({ type }) => type === 'requested')).toHaveLength(1);
}

/**
 * The changes that each host was told to make, by stage: none twice, whatever got lost on the way. A wait for packages
 * changes nothing, and is repeated if it has become too old while the bot was away.
 */
const applies = (): readonly string[] =>
  farm
    .rotation()
    .orders.filter(({ kind, stage }) => kind === 'apply' && stage !== 'drain')
    .map(({ host, stage }) => `${host} ${stage}`);

describeWithServer('A rotation ends as proved even though', () => {
  test('the bot is killed at every kind of line of its journal and started again', async () => {
    const known = new Set<string>();
    let kills = 0;
    let ended = false;
    const killing = (async () => {
      while (!ended) {
        const keys = farm
          .botEntries()
          .map((entry) =>
            [entry.type, 'stage' in entry ? entry.stage : '', 'by' in entry ? entry.by.id : ''].join(' '),
          );
        const fresh = keys.filter((key) => !known.has(key));
        for (const key of fresh) known.add(key);
        if (fresh.length > 0) {
          await farm.bot.kill();
          kills += 1;
          await farm.bot.start();
        }
        await sleep(2);
      }
    })();
    await farm.ask();
    await farm.approve();
    await farm.closed();
    ended = true;
    await killing;
    expect(kills).toBeGreaterThan(8);
    await expectProved();
    expect(applies()).toHaveLength(new Set(applies()).size);
  });

  test.each(['trust', 'master'])(
    'Redis is killed while stage %s is ordered, and comes back after a while',
    async (stage) => {
      await farm.ask();
      await farm.approve();
      await ordered(stage);
      await farm.redis.kill();
      await sleep(1500);
      await farm.redis.start();
      await expectProved();
      expect(applies()).toHaveLength(new Set(applies()).size);
    },
  );

  test('Redis is wiped again and again', async () => {
    const redis = new Redis(farm.redisUrl);
    let ended = false;
    const wiping = (async () => {
      while (!ended) {
        await redis.flushall();
        await sleep(40);
      }
    })();
    await farm.ask();
    await farm.approve();
    await farm.closed();
    ended = true;
    await wiping;
    redis.disconnect();
    await expectProved();
    expect(applies()).toHaveLength(new Set(applies()).size);
  });

  test.each(['master', 'workers'])(
    'everything is killed at once in stage %s, and Redis has lost everything',
    async (stage) => {
      await farm.ask();
      await farm.approve();
      await ordered(stage);
      await sleep(50);
      await Promise.all([farm.bot, farm.redis, ...farm.runners].map((one) => one.kill()));
      for (const { name } of lab.hosts) farm.endTools(name);
      await farm.redis.start();
      const redis = new Redis(farm.redisUrl);
      await redis.flushall();
      redis.disconnect();
      await Promise.all([farm.bot, ...farm.runners].map((one) => one.start()));
      await expectProved();
    },
  );
});
