import { jest } from '@jest/globals';
import { describeWithServer } from '../infra/redis/test-redis.ts';
import { type Alone, isOf, isStep, openAlone } from './alone.ts';
import { ensureBuilt } from './demo-process.ts';
import { connectedOn, workersOn } from './ends.ts';
import { distrust, MASTER, type openLab } from './rig.ts';

jest.setTimeout(300_000);

let alone: Alone;
let lab: Alone['lab'];
let farm: Alone['farm'];

async function open(options: Parameters<typeof openLab>[0] = {}): Promise<void> {
  alone = await openAlone(options);
  ({ lab, farm } = alone);
}

beforeAll(() => ensureBuilt());
afterEach(() => alone.end());

const wrote =
  (...asked: Parameters<Alone['wrote']>) =>
  (): boolean =>
    alone.wrote(...asked)();
const ordered = (stage: string) => (): boolean => alone.ordered(stage);
const bound = (): string | undefined => alone.bound();
const endBotAndRedis = (): Promise<void> => alone.endBotAndRedis();
const expectOne = (): Promise<void> => alone.expectOne();
const isLead = (n: number): boolean => alone.isOfStage(MASTER, 'master', n);

const POINTS: readonly (readonly [string, () => boolean, 'old' | 'either'])[] = [
  ['before anybody is armed', () => ordered('publish')(), 'old'],
  ['when the first is armed', () => wrote('sqlw01', isOf('armed'))(), 'either'],
  ["when the master's order is sent", () => ordered('master')(), 'either'],
  ['when the master restarts', () => wrote(MASTER, isStep('started', '/master/restart-service'))(), 'old'],
  ['when the master has switched', () => wrote(MASTER, isOf('switched'))(), 'either'],
  ['while the canary is under way', () => wrote('sqlw01', isStep('started', '/workers/write-setting'))(), 'either'],
  ['when the canary has switched', () => wrote('sqlw01', isOf('switched'))(), 'either'],
  ['while the others go', () => wrote('sqlw02', isStep('started', '/workers/write-setting'))(), 'either'],
  ['before the confirmation', () => wrote('sqlw02', isStep('done', '/workers/restart-service'))(), 'either'],
  [
    'when the master is told that it may stay',
    () => wrote(MASTER, (entry) => entry.type === 'finished' && entry.n !== null && isLead(entry.n))(),
    'either',
  ],
];

describeWithServer('With bot and Redis killed for good', () => {
  test.each(POINTS)('%s, every worker is connected again, all on one certificate', async (_, is, wanted) => {
    await open();
    const old = bound();
    await farm.ask();
    await farm.approve();
    await farm.until(is);
    await endBotAndRedis();
    await expectOne();
    if (wanted === 'old') expect(bound()).toBe(old);
  });

  test.each<readonly [string, () => boolean]>([
    ['when the first goes back', () => farm.rotation().orders.some(({ kind }) => kind === 'undo')],
    ['while the master goes back', () => wrote(MASTER, isOf('undone'))()],
  ])('the same holds on the way back after Stop, %s', async (_, is) => {
    await open();
    await farm.ask();
    await farm.approve();
    await farm.until(wrote('sqlw01', isOf('switched')));
    await farm.stopRotation();
    await farm.until(is);
    await endBotAndRedis();
    await expectOne();
  });

  test('a machine that is both master and worker agrees with itself again', async () => {
    await open({ workers: 0, onebox: true });
    await farm.ask();
    await farm.approve();
    await farm.until(wrote(MASTER, isOf('switched')));
    await endBotAndRedis();
    await expectOne();
  });

  test('a machine that is both puts its master back in time, though its own worker is never let in', async () => {
    await open({ workers: 1, onebox: true });
    const old = bound();
    await farm.ask();
    const trustAgain = distrust(lab, MASTER);
    await farm.approve();
    await farm.until(wrote(MASTER, isOf('switched')));
    await endBotAndRedis();
    // Twice the gap limit; the order of its own worker would end long after that.
    await farm.until(() => bound() === old, 40_000);
    trustAgain();
    await expectOne();
  });

  test('a runner that is killed too, while it is armed, follows when it is started again', async () => {
    await open();
    await farm.ask();
    await farm.approve();
    await farm.until(() => farm.rotation().orders.some((one) => one.host === 'sqlw02' && one.armedAt !== null));
    await farm.runner('sqlw02').kill();
    await farm.until(wrote(MASTER, isOf('switched')));
    await endBotAndRedis();
    // It is ready only when others can count on it, and nobody is left who could.
    void farm
      .runner('sqlw02')
      .start()
      .catch(() => {});
    await expectOne();
  });
});

describeWithServer('By hand, without any network', () => {
  test('a machine says what it holds and will do, and can be put back, its runner alive or dead', async () => {
    await open();
    const old = bound();
    await farm.ask();
    await farm.approve();
    await farm.until(wrote(MASTER, isOf('switched')));
    await endBotAndRedis();
    const { id } = farm.rotation();

    const master = await farm.here(MASTER, 'status');
    expect(master).toMatchObject({ code: 0, said: expect.stringContaining('the master has switched') });
    expect(master.said).toContain('It goes back by itself at ');
    expect(master.said).toMatch(new RegExp(`dist/runner\\.mjs" --folder "[^"]+" undo ${id} --here`, 'u'));
    const worker = await farm.here('sqlw02', 'status');
    expect(worker.said).toContain(`presents ${bound()} now`);
    expect(worker.said).toMatch(/ARMED since|has followed the master/u);

    expect(await farm.here(MASTER, 'undo', id)).toMatchObject({ code: 2, said: expect.stringContaining('add --here') });
    expect(await farm.here(MASTER, 'undo', 'prod-99', '--here')).toMatchObject({
      code: 2,
      said: expect.stringContaining('NothingToUndo'),
    });

    // The master first: a worker that went back alone would be cut off.
    expect(await farm.here('sqlw02', 'undo', id, '--here')).toMatchObject({
      code: 2,
      said: expect.stringMatching(new RegExp(`presents ${bound()}, and sqlw02 would accept only ${old}`, 'u')),
    });

    const undone = await farm.here(MASTER, 'undo', id, '--here');
    expect(undone).toMatchObject({
      code: 0,
      said: expect.stringContaining('Its runner is running, and is asked to do it'),
    });
    expect(bound()).toBe(old);
    await farm.until(async () => {
      const { workers } = await lab.measure();
      return Object.values(workers).every(({ thumbprint }) => thumbprint === old);
    });

    await farm.runner('sqlw01').kill();
    const alone = await farm.here('sqlw01', 'undo', id, '--here');
    expect(alone).toMatchObject({ code: 0, said: expect.stringContaining('No runner is running here') });
    expect((await farm.here('sqlw01', 'status')).said).toContain('NO RUNNER RUNS HERE');
    expect(await connectedOn(lab)).toEqual(workersOn(lab, old));
  });

  test('a rotation is not put back while a machine is working on a later one, which is named', async () => {
    await open();
    await farm.ask();
    await farm.approve();
    expect((await farm.closed()).outcome).toBe('proved');
    const first = farm.rotation().id;
    await farm.ask('/ssis rotate-master because Once more');
    await farm.approve();
    await farm.until(() =>
      farm.rotation().orders.some(({ stage, switchedAt }) => stage === 'master' && switchedAt !== null),
    );
    await endBotAndRedis();
    const { id } = farm.rotation();
    const made = bound();
    for (const name of [MASTER, 'sqlw01'])
      expect(await farm.here(name, 'undo', first, '--here')).toMatchObject({
        code: 2,
        said: expect.stringContaining(`undo ${id} --here`),
      });
    expect([made, farm.rotation().plan?.header.old?.thumbprint]).toContain(bound());
    await expectOne();
  });

  test('a machine is paused and resumed', async () => {
    await open();
    expect((await farm.here('sqlw01', 'pause')).said).toContain('sqlw01 is paused');
    expect((await farm.here('sqlw01', 'status')).said).toContain('PAUSED');
    expect((await farm.here('sqlw01', 'resume')).said).toContain('takes orders again');
    expect((await farm.here('sqlw01', 'status')).said).toContain('No order is open');
  });
});
