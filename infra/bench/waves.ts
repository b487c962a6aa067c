import path from 'node:path';
import { type Chat, openChat } from './chat.ts';
import { callsByOrder, criticalPathOfRotation } from './critical-path.ts';
import { allConnected, bareRestartsOf, rotateWorkers } from './gaps.ts';
import { readCalls } from './recording.ts';
import { type Rehearsal, type StartFarm, startRehearsal, writeFarm } from './rehearsal.ts';
import type { PartOptions } from './small-farm.ts';
import { median, round, spread } from './statistics.ts';
import { type Figure, ratio, times, told } from './table.ts';
import { startTogether } from './together.ts';

const CONCURRENCY = 10;
const WORKER = 'sqlw02';

/** Measures rotations of workers' own certificates: (k) one worker's gap, (l) many workers in waves. */
export async function measureWaves(options: WavesOptions): Promise<readonly Figure[]> {
  const { workers, say } = options;
  const { alone, bare, all } = await withFarm(options, startRehearsal, async (farm, chat, probe) => ({
    ...(await oneByOne(farm, chat, options)),
    all: await allOf(farm, chat, probe, options),
  }));
  say('the same with all runners in one process');
  const together = await withFarm(options, startTogether, (farm, chat, probe) => allOf(farm, chat, probe, options));
  const gaps = spread(all.gapsMs);
  return [
    ratio('k', "rotate-worker: a worker's gap, p50, in its bare restarts", median(alone), median(bare), 1.5),
    ratio('l', `rotate-worker all of ${workers}, in the tools' critical path`, all.wallMs, all.least, 1.3),
    told(
      'l',
      'the same with all runners in one process, in the path of its own tools',
      times(together.wallMs, together.least),
      'times',
      `${round(together.wallMs)} ms to ${round(together.least)} ms`,
    ),
    told('l', 'gaps meanwhile, p50', gaps.p50, 'ms', `at most ${round(gaps.max)} ms, ${gaps.samples} gaps`),
  ];
}

type WavesOptions = PartOptions & { readonly workers: number };

async function withFarm<T>(
  { folder, redis, workers, say }: WavesOptions,
  start: StartFarm,
  use: (farm: Rehearsal, chat: Chat, probe: string) => Promise<T>,
): Promise<T> {
  const state = path.join(folder, `waves-${start.name}`);
  const probe = `${state}-probe`;
  await writeFarm(state, ['p1', 'p2'], [{ at: ['gap', 'concurrency'], value: CONCURRENCY }]);
  say(`making a farm of ${workers} workers for waves of ${CONCURRENCY}`);
  const farm = await start({ state, redis, workers, probe });
  const chat = await openChat(farm.url, 'mei');
  try {
    await allConnected(farm.lab);
    return await use(farm, chat, probe);
  } finally {
    chat.close();
    await farm.end();
  }
}

/** Rotates one worker's own certificate repeatedly, with bare restarts before and after. */
async function oneByOne(farm: Rehearsal, chat: Chat, { quick, say }: WavesOptions) {
  say("one worker's own certificate, and bare restarts");
  const worker = { name: WORKER, root: path.join(farm.state, 'lab/hosts', WORKER) };
  const rounds = quick ? 3 : 8;
  const bare = [...(await bareRestartsOf(farm.lab, worker, rounds))];
  const alone: number[] = [];
  for (let count = 0; count < rounds; count += 1) {
    const asker = count % 2 === 0 ? 'p1' : 'p2';
    alone.push(...(await rotateWorkers(chat, farm.lab, farm.state, asker, `rotate-worker ${WORKER}`)).gapsMs);
    await allConnected(farm.lab);
  }
  bare.push(...(await bareRestartsOf(farm.lab, worker, rounds)));
  return { alone, bare };
}

/** Rotates all workers in waves. `least`: the least time their tools could have taken. */
async function allOf(farm: Rehearsal, chat: Chat, probe: string, { workers, say }: WavesOptions) {
  say(`the certificates of ${workers} workers, ${CONCURRENCY} at once`);
  const { wallMs, gapsMs, records } = await rotateWorkers(chat, farm.lab, farm.state, 'mei', 'rotate-worker all');
  const canary = { stage: 'worker-switch', count: 1 };
  const orders = callsByOrder(records, await readCalls(probe));
  return { wallMs, gapsMs, least: criticalPathOfRotation(orders, { concurrency: CONCURRENCY, canary }) };
}
