import { jest } from '@jest/globals';
import type { Lab } from '../../infra/lab/index.ts';
import type { RunnerEntry } from '../../src/domain/entries.ts';
import { describeWithServer } from '../infra/redis/test-redis.ts';
import { ensureBuilt } from './demo-process.ts';
import { connectedOn, workersOn } from './ends.ts';
import { type Processes, startProcesses } from './processes.ts';
import { distrust, MASTER, openLab } from './rig.ts';

jest.setTimeout(300_000);

const LIMIT_MS = 20_000;
/**
 * What the card promises: the master goes back at the limit, who follows it in as long again; and a restart of each.
 */
const PROMISED_MS = 2 * LIMIT_MS + 15_000;

let opened: Awaited<ReturnType<typeof openLab>>;
let lab: Lab;
let farm: Processes;

async function open(options: Parameters<typeof openLab>[0] = {}): Promise<void> {
  opened = await openLab(options);
  lab = opened.lab;
  farm = await startProcesses(lab, { limit: `${LIMIT_MS / 1000} s` });
}

beforeAll(() => ensureBuilt());
afterEach(async () => {
  await farm.stop();
  await opened.end();
});

const wrote = (host: string, is: (entry: RunnerEntry) => boolean) => (): boolean => farm.journalOf(host).some(is);
const ordered = (stage: string) => (): boolean =>
  farm.botEntries().some((entry) => entry.type === 'ordered' && entry.kind === 'apply' && entry.stage === stage);
const isStep =
  (type: 'started' | 'done', kind: string) =>
  (entry: RunnerEntry): boolean =>
    entry.type === type && entry.step.endsWith(kind);
const isOf =
  (type: RunnerEntry['type']) =>
  (entry: RunnerEntry): boolean =>
    entry.type === type;

/** As a power failure in the bot's room: nothing of it ever comes back. */
async function endBotAndRedis(): Promise<void> {
  await Promise.all([farm.bot.kill(), farm.redis.kill()]);
}

/** What the master presents, by the lab's own eyes. */
const bound = (): string | undefined => lab.machine(MASTER).host.state.bindings[0]?.thumbprint.toUpperCase();

/** The master's runner has ended its part of the cutover, or never had one. */
function masterIsThrough(): boolean {
  const journal = farm.journalOf(MASTER);
  const order = journal.find((entry) => entry.type === 'accepted' && entry.stage === 'master');
  return order === undefined || journal.some((entry) => entry.type === 'finished' && entry.n === order.n);
}

/** Nobody is helped: the farm comes to rest by itself, all workers connected on what the master presents. */
async function expectOne(): Promise<void> {
  await farm.until(async () => {
    if (!masterIsThrough()) return false;
    const { workers } = await lab.measure();
    return Object.values(workers).every(({ thumbprint }) => thumbprint !== null && thumbprint === bound());
  });
  expect(await connectedOn(lab)).toEqual(workersOn(lab, bound()));
  const { workers } = await lab.measure();
  const late = Object.entries(workers).filter(([, { gaps }]) =>
    gaps.some(({ ms }) => (ms ?? PROMISED_MS + 1) > PROMISED_MS),
  );
  expect(late.map(([name, { gaps }]) => [name, gaps])).toEqual([]);
}

const isLead = (n: number): boolean =>
  farm.journalOf(MASTER).some((entry) => entry.type === 'accepted' && entry.n === n && entry.stage === 'master');

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
  ])('on the way back after Stop, %s, too', async (_, is) => {
    await open();
    await farm.ask();
    await farm.approve();
    await farm.until(wrote('sqlw01', isOf('switched')));
    await farm.stopRotation();
    await farm.until(is);
    await endBotAndRedis();
    await expectOne();
  });

  test('a machine that is master and worker agrees with itself again', async () => {
    await open({ workers: 0, onebox: true });
    await farm.ask();
    await farm.approve();
    await farm.until(wrote(MASTER, isOf('switched')));
    await endBotAndRedis();
    await expectOne();
  });

  test('a machine that is both takes its master back in time, though its own worker is never let in', async () => {
    await open({ workers: 1, onebox: true });
    const old = bound();
    await farm.ask();
    const trustAgain = distrust(lab, MASTER);
    await farm.approve();
    await farm.until(wrote(MASTER, isOf('switched')));
    await endBotAndRedis();
    // Twice the gap limit; its worker's own order would end long after that.
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
    // It says that it is ready once others can count on it, and nobody is left who could.
    void farm
      .runner('sqlw02')
      .start()
      .catch(() => {});
    await expectOne();
  });
});

describeWithServer('By hand, without any network', () => {
  test('a machine says what it holds and will do, and is put back, its runner alive or dead', async () => {
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
    expect(master.said).toContain(`certops runner undo ${id} --here`);
    const worker = await farm.here('sqlw02', 'status');
    expect(worker.said).toContain(`presents ${bound()} now`);
    expect(worker.said).toMatch(/ARMED since|has followed the master/u);

    expect(await farm.here(MASTER, 'undo', id)).toMatchObject({ code: 2, said: expect.stringContaining('add --here') });
    expect(await farm.here(MASTER, 'undo', 'prod-99', '--here')).toMatchObject({
      code: 2,
      said: expect.stringContaining('NothingToUndo'),
    });

    const undone = await farm.here(MASTER, 'undo', id, '--here');
    expect(undone).toMatchObject({ code: 0, said: expect.stringContaining('Its runner runs and is asked to do it') });
    expect(bound()).toBe(old);
    await farm.until(async () => {
      const { workers } = await lab.measure();
      return Object.values(workers).every(({ thumbprint }) => thumbprint === old);
    });

    await farm.runner('sqlw01').kill();
    const alone = await farm.here('sqlw01', 'undo', id, '--here');
    expect(alone).toMatchObject({ code: 0, said: expect.stringContaining('No runner runs here') });
    expect((await farm.here('sqlw01', 'status')).said).toContain('NO RUNNER RUNS HERE');
    expect(await connectedOn(lab)).toEqual(workersOn(lab, old));
  });

  test('a machine is paused and resumed', async () => {
    await open();
    expect((await farm.here('sqlw01', 'pause')).said).toContain('sqlw01 is paused');
    expect((await farm.here('sqlw01', 'status')).said).toContain('PAUSED');
    expect((await farm.here('sqlw01', 'resume')).said).toContain('takes orders again');
    expect((await farm.here('sqlw01', 'status')).said).toContain('No order is open');
  });
});
