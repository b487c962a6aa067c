import { jest } from '@jest/globals';
import type { Lab } from '../../infra/lab/index.ts';
import { describeWithServer } from '../infra/redis/test-redis.ts';
import { ensureBuilt } from './demo-process.ts';
import { expectNew, expectOld } from './ends.ts';
import { type Change, killAtEach, killBehindEach } from './kills.ts';
import { type Processes, startProcesses } from './processes.ts';
import { MASTER, openLab } from './rig.ts';
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

/**
 * Every tool that changes something, where a rotation calls it. `skip`: the first grant closes the folder of the PFX.
 */
const CHANGES: readonly Change[] = [
  [MASTER, 'certutil-import'],
  [MASTER, 'icacls-grant', 1],
  ['sqlw01', 'certutil-addstore'],
  ['sqlw02', 'certutil-addstore'],
  [MASTER, 'netsh-add'],
  [MASTER, 'netsh-delete'],
  [MASTER, 'netsh-update'],
  [MASTER, 'sc-stop'],
  [MASTER, 'sc-start'],
  ['sqlw01', 'sc-stop'],
  ['sqlw01', 'sc-start'],
  ['sqlw02', 'sc-stop'],
  ['sqlw02', 'sc-start'],
];

/** Each takes two seconds longer, so one of each kind is enough. */
const SLOW = CHANGES.filter(
  ([host, operation]) =>
    (host === MASTER && /import|update|sc-/u.test(operation)) ||
    (host === 'sqlw01' && /addstore|start/u.test(operation)),
);

describeWithServer('A runner that is killed', () => {
  test.each([
    ['before every change, with the tool', 'hangs', true, CHANGES],
    ['after every change, with the tool and before it knew of it', 'hangs-after', true, CHANGES],
    ['before every change, which its tool makes all the same while the runner is away', 'slow', false, SLOW],
  ])('%s, continues when it is started again', async (_, mode, withTools, changes) => {
    await farm.ask();
    expect(await killAtEach(farm, mode, withTools, changes)).toBe(changes.length);
    expect((await farm.closed()).outcome).toBe('proved');
    await expectNew(lab, farm, before);
  });

  test.each(['accepted', 'armed', 'started', 'done', 'proved', 'switched', 'finished'])(
    'after each line "%s" of its journal continues when it is started again',
    async (type) => {
      await farm.ask();
      await killBehindEach(farm, type);
      expect(farm.rotation().closed?.outcome).toBe('proved');
      await expectNew(lab, farm, before);
    },
  );

  test.each(['failed', 'undone'])(
    'after each line "%s" of its journal continues to put back when it is started again',
    async (type) => {
      await farm.ask();
      await lab.break('sqlw02', 'sc-start-fails');
      await killBehindEach(farm, type);
      expect(farm.rotation().closed?.outcome).toBe('put-back');
      await expectOld(lab, farm, before);
    },
  );

  test.each(['before', 'after'] as const)(
    '%s it writes a settings file or a .cer file itself, continues when it is started again',
    async (dies) => {
      await farm.stop();
      farm = await startProcesses(lab, { dies });
      await farm.ask();
      await farm.approve();
      const died: string[] = [];
      await farm.until(async () => {
        for (const { name } of lab.hosts.filter((host) => farm.runner(host.name).ended())) {
          died.push(name);
          await farm.runner(name).start();
        }
        return farm.rotation().closed !== null;
      });
      // The master's settings and its .cer, and the settings of each worker.
      expect(died.sort()).toEqual([MASTER, MASTER, 'sqlw01', 'sqlw02']);
      expect(farm.rotation().closed?.outcome).toBe('proved');
      await expectNew(lab, farm, before);
    },
  );
});
