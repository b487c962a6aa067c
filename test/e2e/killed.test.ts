import { jest } from '@jest/globals';
import type { Lab } from '../../infra/lab/index.ts';
import { describeWithServer } from '../infra/redis/test-redis.ts';
import { ensureBuilt } from './demo-process.ts';
import { expectNew, expectOld } from './ends.ts';
import { type Processes, startProcesses } from './processes.ts';
import { MASTER, openLab, sleep } from './rig.ts';
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

/** Every tool that changes something, where a rotation calls it. `skip`: the first grant closes the PFX's folder. */
const CHANGES: readonly (readonly [host: string, operation: string, skip?: number])[] = [
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

/** Each takes two seconds longer: one of each sort will do. */
const SLOW = CHANGES.filter(
  ([host, operation]) =>
    (host === MASTER && /import|update|sc-/u.test(operation)) ||
    (host === 'sqlw01' && /addstore|start/u.test(operation)),
);

/** Kills a runner as soon as one of its tools has met its fault, and starts it again; until nothing is armed. */
async function killAtEach(mode: string, withTools: boolean, changes: typeof CHANGES): Promise<number> {
  let kills = 0;
  const counted = async (): Promise<Map<string, number>> => {
    const armed = new Map<string, number>();
    for (const { host } of await lab.armed()) armed.set(host, (armed.get(host) ?? 0) + 1);
    return armed;
  };
  for (const [host, operation, skip = 0] of changes) await lab.break(host, `${operation}-${mode}`, { skip });
  const known = await counted();
  await farm.approve();
  while (known.size > 0) {
    let hit: string | undefined;
    await farm.until(async () => {
      const now = await counted();
      hit = [...known].find(([host, count]) => (now.get(host) ?? 0) < count)?.[0];
      return hit !== undefined;
    });
    if (hit === undefined) break;
    const left = (known.get(hit) ?? 0) - 1;
    if (left > 0) known.set(hit, left);
    else known.delete(hit);
    // Time for the tool to do its work, where it does.
    await sleep(30);
    await farm.runner(hit).kill();
    kills += 1;
    if (withTools) farm.endTools(hit);
    await farm.runner(hit).start();
  }
  return kills;
}

describeWithServer('A runner that is killed', () => {
  test.each([
    ['before every change, with the tool', 'hangs', true, CHANGES],
    ['after every change, before it knew of it, with the tool', 'hangs-after', true, CHANGES],
    ['before every change, which its tool makes all the same while it is away', 'slow', false, SLOW],
  ])('%s, goes on when it is started again', async (_, mode, withTools, changes) => {
    await farm.ask();
    expect(await killAtEach(mode, withTools, changes)).toBe(changes.length);
    expect((await farm.closed()).outcome).toBe('proved');
    await expectNew(lab, farm, before);
  });

  test.each(['accepted', 'armed', 'started', 'done', 'proved', 'switched', 'finished'])(
    'behind each line "%s" of its journal goes on when it is started again',
    async (type) => {
      await farm.ask();
      await killBehindEach(type);
      expect(farm.rotation().closed?.outcome).toBe('proved');
      await expectNew(lab, farm, before);
    },
  );

  test.each(['failed', 'undone'])(
    'behind each line "%s" of its journal goes on putting back when it is started again',
    async (type) => {
      await farm.ask();
      await lab.break('sqlw02', 'sc-start-fails');
      await killBehindEach(type);
      expect(farm.rotation().closed?.outcome).toBe('put-back');
      await expectOld(lab, farm, before);
    },
  );

  test.each(['before', 'after'] as const)(
    '%s it writes a settings file or a .cer file itself, goes on when it is started again',
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

/**
 * Each machine's runner is killed as soon as it has written such a line, and started again; until the rotation has
 * ended. Lines that come faster than anybody can look are behind one kill, and most are not.
 */
async function killBehindEach(type: string): Promise<void> {
  const watched = lab.hosts.map(({ name }) => ({ name, known: new Set(linesOf(name, type)), lines: 0, kills: 0 }));
  await farm.approve();
  const isOver = (): boolean => farm.rotation().closed !== null;
  await Promise.all(
    watched.map(async (host) => {
      await farm.until(async () => {
        const fresh = linesOf(host.name, type).filter((line) => !host.known.has(line));
        if (fresh.length === 0) return isOver();
        for (const line of fresh) host.known.add(line);
        host.lines += fresh.length;
        host.kills += 1;
        await farm.runner(host.name).kill();
        farm.endTools(host.name);
        await farm.runner(host.name).start();
        return isOver();
      });
    }),
  );
  const sum = (of: 'lines' | 'kills'): number => watched.reduce((all, host) => all + host[of], 0);
  expect(sum('lines')).toBeGreaterThan(0);
  expect(sum('kills')).toBeGreaterThanOrEqual(sum('lines') / 2);
}

/** What a line is about; the same again after a kill is the same. */
const linesOf = (name: string, type: string): readonly string[] =>
  farm
    .journalOf(name)
    .filter((entry) => entry.type === type)
    .map((entry) => `${name} ${'step' in entry ? entry.step : entry.n}`);
