import path from 'node:path';
import { openChat } from './chat.ts';
import { cutoverParts } from './cutover-parts.ts';
import { allConnected, bareRestartsAtOnce, bareRestartsOf, rotate } from './gaps.ts';
import { readCalls } from './recording.ts';
import { startRehearsal, writeFarm } from './rehearsal.ts';
import type { PartOptions } from './small-farm.ts';
import { median, round } from './statistics.ts';
import { bounded, type Figure, ratio, times, told } from './table.ts';

const MASTER = 'sqlm01';
const CANARY = 'sqlw01';
const WORKER = 'sqlw02';

/** (j) How long many workers are cut off in a cutover, without a canary and with one. */
export async function measureCutover(options: PartOptions & { readonly workers: number }): Promise<readonly Figure[]> {
  const none = await cutovers(options, 0);
  const one = await cutovers(options, 1);
  const { workers } = options;
  const beyond = round(median(none.gapsMs) - none.masterMs);
  return [
    bounded(
      'j',
      `${workers} workers, no canary: their gap beyond the master's switch, p50`,
      Math.round((beyond / none.bareMs) * 100) / 100,
      'bare restarts',
      2.5,
      `${beyond} ms to ${round(none.bareMs)} ms; the switch took ${round(none.masterMs)} ms`,
    ),
    told(
      'j',
      `the same, in the gaps of ${workers} bare restarts at once, p50`,
      times(beyond, none.atOnceMs),
      'times',
      `to ${round(none.atOnceMs)} ms`,
    ),
    ratio(
      'j',
      `${workers} workers, a canary: their gap, p50, in switch, canary and a bare restart`,
      median(one.gapsMs),
      one.masterMs + one.canaryMs + one.bareMs,
      1.2,
    ),
  ];
}

async function cutovers({ folder, redis, workers, quick, say }: PartOptions & { workers: number }, canary: number) {
  const state = path.join(folder, `cutover-${canary}`);
  const probe = `${state}-probe`;
  await writeFarm(state, [], [{ at: ['gap', 'canary'], value: canary }]);
  say(`making a farm of ${workers} workers, ${canary === 0 ? 'none' : 'one'} of whom goes first`);
  const farm = await startRehearsal({ state, redis, workers, probe });
  const chat = await openChat(farm.url, 'mei');
  try {
    await allConnected(farm.lab);
    const worker = { name: WORKER, root: path.join(state, 'lab/hosts', WORKER) };
    const bare = [...(await bareRestartsOf(farm.lab, worker, quick ? 3 : 8))];
    const gapsMs: number[] = [];
    const parts: { masterMs: number; canaryMs: number }[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round += 1) {
      const seen = await rotate(chat, farm.lab, state, 'mei');
      gapsMs.push(...seen.otherGapsMs);
      parts.push(cutoverParts(await readCalls(probe), MASTER, canary === 0 ? null : CANARY));
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
      masterMs: median(parts.map(({ masterMs }) => masterMs)),
      canaryMs: median(parts.map(({ canaryMs }) => canaryMs)),
    };
  } finally {
    chat.close();
    await farm.end();
  }
}
