import { jest } from '@jest/globals';
import type { Lab } from '../../infra/lab/index.ts';
import { describeWithServer } from '../infra/redis/test-redis.ts';
import { ensureBuilt } from './demo-process.ts';
import { expectNew } from './ends.ts';
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
      const known = new Set(lab.hosts.flatMap(({ name }) => linesOf(name, type)));
      let kills = 0;
      await farm.approve();
      await farm.until(async () => {
        for (const { name } of lab.hosts) {
          const fresh = linesOf(name, type).filter((line) => !known.has(line));
          if (fresh.length === 0) continue;
          for (const line of fresh) known.add(line);
          await farm.runner(name).kill();
          kills += 1;
          farm.endTools(name);
          await farm.runner(name).start();
        }
        return farm.rotation().closed !== null;
      });
      expect(kills).toBeGreaterThan(1);
      expect(farm.rotation().closed?.outcome).toBe('proved');
      await expectNew(lab, farm, before);
    },
  );
});

/** What a line is about; the same again after a kill is the same. */
const linesOf = (name: string, type: string): readonly string[] =>
  farm
    .journalOf(name)
    .filter((entry) => entry.type === type)
    .map((entry) => `${name} ${'step' in entry ? entry.step : entry.n}`);
