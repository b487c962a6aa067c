import { jest } from '@jest/globals';
import { describeWithServer } from '../infra/redis/test-redis.ts';
import { type Alone, isOf, isStep, openAlone } from './alone.ts';
import { ensureBuilt } from './demo-process.ts';
import { MASTER } from './rig.ts';

jest.setTimeout(300_000);

/** The worker besides the machine that is both: it follows last. */
const OTHER = 'sqlw01';

let alone: Alone;

beforeAll(() => ensureBuilt());
afterEach(() => alone.end());

const isDone = (host: string, stage: string): boolean =>
  alone.wrote(
    host,
    (entry) => entry.type === 'finished' && entry.n !== null && alone.isOfStage(host, stage, entry.n),
  )();
const hasFollowed = (): boolean =>
  alone.wrote(MASTER, (entry) => entry.type === 'switched' && alone.isOfStage(MASTER, 'workers', entry.n))();

/** Its own worker is the canary, and both of its orders are held on one lane. */
const POINTS: readonly (readonly [string, () => boolean, 'old' | 'either'])[] = [
  ['when it is armed itself', () => alone.wrote(MASTER, isOf('armed'))(), 'either'],
  ['while its master restarts', () => alone.wrote(MASTER, isStep('started', '/master/restart-service'))(), 'old'],
  [
    'while its own worker is the canary',
    () => alone.wrote(MASTER, isStep('started', '/workers/write-setting'))(),
    'either',
  ],
  ['while the other goes', () => alone.wrote(OTHER, isStep('started', '/workers/write-setting'))(), 'either'],
  ['before the confirmation', () => alone.wrote(OTHER, isStep('done', '/workers/restart-service'))(), 'either'],
  ['when its master is told that it may stay', () => isDone(MASTER, 'master'), 'either'],
];

describeWithServer('On a machine that is both master and worker, with bot and Redis killed for good', () => {
  async function begin(): Promise<string | undefined> {
    alone = await openAlone({ workers: 1, onebox: true });
    const old = alone.bound();
    await alone.farm.ask();
    await alone.farm.approve();
    return old;
  }

  test.each(POINTS)('%s, every worker is connected again, all on one certificate', async (_, is, wanted) => {
    const old = await begin();
    await alone.farm.until(is);
    await alone.endBotAndRedis();
    await alone.expectOne();
    if (wanted === 'old') expect(alone.bound()).toBe(old);
  });

  test.each<readonly [string, () => boolean]>([
    ['when it is told to go back', () => alone.farm.rotation().orders.some(({ kind }) => kind === 'undo')],
    ['while its master goes back', () => alone.wrote(MASTER, isOf('undone'))()],
  ])('the same holds on the way back after Stop, %s', async (_, is) => {
    await begin();
    await alone.farm.until(hasFollowed);
    await alone.farm.stopRotation();
    await alone.farm.until(is);
    await alone.endBotAndRedis();
    await alone.expectOne();
  });
});
