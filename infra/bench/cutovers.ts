import path from 'node:path';
import { openChat } from './chat.ts';
import { cutoverParts } from './cutover-parts.ts';
import { allConnected, bareRestartsAtOnce, bareRestartsOf, rotate } from './gaps.ts';
import { readCalls } from './recording.ts';
import { type StartFarm, startRehearsal, writeFarm } from './rehearsal.ts';
import type { PartOptions } from './small-farm.ts';
import { median, round } from './statistics.ts';
import { bounded, type Figure, ratio, times, told } from './table.ts';
import { startTogether } from './together.ts';

const MASTER = 'sqlm01';
const CANARY = 'sqlw01';
const WORKER = 'sqlw02';

/** (j) How long many workers are cut off in a cutover, without a canary and with one. */
export async function measureCutover(options: PartOptions & { readonly workers: number }): Promise<readonly Figure[]> {
  const { workers } = options;
  const none = await cutovers(options, 0, startRehearsal);
  const one = await cutovers(options, 1, startRehearsal);
  options.say('the same with all runners in one process');
  const noneTogether = await cutovers(options, 0, startTogether);
  const oneTogether = await cutovers(options, 1, startTogether);
  return [
    bounded(
      'j',
      `${workers} workers, no canary: their gap beyond the master's switch, p50`,
      restarts(none),
      'bare restarts',
      2.5,
      `${beyond(none)} ms to ${round(none.bareMs)} ms; the switch took ${round(none.masterMs)} ms`,
    ),
    told(
      'j',
      `the same, in the gaps of ${workers} bare restarts at once, p50`,
      times(beyond(none), none.atOnceMs),
      'times',
      `to ${round(none.atOnceMs)} ms`,
    ),
    told(
      'j',
      'the same with all runners in one process',
      restarts(noneTogether),
      'bare restarts',
      `${beyond(noneTogether)} ms to ${round(noneTogether.bareMs)} ms; ${round(noneTogether.atOnceMs)} ms at once`,
    ),
    ratio(
      'j',
      `${workers} workers, a canary: their gap, p50, in switch, canary and a bare restart`,
      median(one.gapsMs),
      parts(one),
      1.2,
    ),
    told(
      'j',
      'with a canary and all runners in one process',
      times(median(oneTogether.gapsMs), parts(oneTogether)),
      'times',
      `${round(median(oneTogether.gapsMs))} ms to ${round(parts(oneTogether))} ms`,
    ),
  ];
}

interface Seen {
  readonly gapsMs: readonly number[];
  /** Median gap when all workers are restarted side by side. */
  readonly atOnceMs: number;
  readonly bareMs: number;
  readonly masterMs: number;
  readonly canaryMs: number;
}

const beyond = ({ gapsMs, masterMs }: Seen): number => round(median(gapsMs) - masterMs);
const restarts = (seen: Seen): number => times(beyond(seen), seen.bareMs);
const parts = ({ masterMs, canaryMs, bareMs }: Seen): number => masterMs + canaryMs + bareMs;

async function cutovers(
  { folder, redis, workers, quick, say }: PartOptions & { readonly workers: number },
  canary: number,
  start: StartFarm,
): Promise<Seen> {
  const state = path.join(folder, `cutover-${start.name}-${canary}`);
  const probe = `${state}-probe`;
  await writeFarm(state, [], [{ at: ['gap', 'canary'], value: canary }]);
  say(`making a farm of ${workers} workers, ${canary === 0 ? 'none' : 'one'} of whom goes first`);
  const farm = await start({ state, redis, workers, probe });
  const chat = await openChat(farm.url, 'mei');
  try {
    await allConnected(farm.lab);
    const worker = { name: WORKER, root: path.join(state, 'lab/hosts', WORKER) };
    const bare = [...(await bareRestartsOf(farm.lab, worker, quick ? 3 : 8))];
    const gapsMs: number[] = [];
    const seen: { masterMs: number; canaryMs: number }[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round += 1) {
      const rotation = await rotate(chat, farm.lab, state, 'mei');
      gapsMs.push(...rotation.otherGapsMs);
      seen.push(cutoverParts(await readCalls(probe), MASTER, canary === 0 ? null : CANARY));
      await allConnected(farm.lab);
    }
    bare.push(...(await bareRestartsOf(farm.lab, worker, quick ? 3 : 8)));
    const names = Object.keys((await farm.lab.measure()).workers);
    const all = names.map((name) => ({ name, root: path.join(state, 'lab/hosts', name) }));
    const atOnce = await bareRestartsAtOnce(farm.lab, all);
    return {
      gapsMs,
      atOnceMs: median(atOnce),
      bareMs: median(bare),
      masterMs: median(seen.map(({ masterMs }) => masterMs)),
      canaryMs: median(seen.map(({ canaryMs }) => canaryMs)),
    };
  } finally {
    chat.close();
    await farm.end();
  }
}
