import { expect } from '@jest/globals';
import type { Processes } from './processes.ts';
import { sleep } from './rig.ts';

/** A tool that changes something, where a runner calls it; `skip`: how many calls to leave out first. */
export type Change = readonly [host: string, operation: string, skip?: number];

/** Kills a runner as soon as one of its tools has met its fault, and starts it again; until nothing is armed. */
export async function killAtEach(
  farm: Processes,
  mode: string,
  withTools: boolean,
  changes: readonly Change[],
): Promise<number> {
  const { lab } = farm;
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
    // Gives the tool time to do its work, if it does it.
    await sleep(30);
    await farm.runner(hit).kill();
    kills += 1;
    if (withTools) farm.endTools(hit);
    await farm.runner(hit).start();
  }
  return kills;
}

/**
 * Each machine's runner is killed as soon as it has written such a line, and started again, until the rotation has
 * ended. Lines that come faster than they can be seen are covered by one kill, and most are not that fast.
 */
export async function killBehindEach(farm: Processes, type: string): Promise<void> {
  const watched = farm.lab.hosts.map(({ name }) => ({
    name,
    known: new Set(linesOf(farm, name, type)),
    lines: 0,
    kills: 0,
  }));
  await farm.approve();
  const isOver = (): boolean => farm.rotation().closed !== null;
  await Promise.all(
    watched.map(async (host) => {
      await farm.until(async () => {
        const fresh = linesOf(farm, host.name, type).filter((line) => !host.known.has(line));
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

/** What a line is about; a line written again after a kill is the same. */
const linesOf = (farm: Processes, name: string, type: string): readonly string[] =>
  farm
    .journalOf(name)
    .filter((entry) => entry.type === type)
    .map((entry) => `${name} ${'step' in entry ? entry.step : entry.n}`);
