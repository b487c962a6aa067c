import path from 'node:path';
import { openChat } from './chat.ts';
import { callsByOrder, criticalPathOfRotation } from './critical-path.ts';
import { allConnected, bareRestartsOf, rotateWorkers } from './gaps.ts';
import { readCalls } from './recording.ts';
import { startRehearsal, writeFarm } from './rehearsal.ts';
import type { PartOptions } from './small-farm.ts';
import { median, round, spread } from './statistics.ts';
import { type Figure, ratio, told } from './table.ts';

const CONCURRENCY = 10;
const WORKER = 'sqlw02';

/** What workers' own certificates show: (k) one worker's gap, (l) all of many workers in waves. */
export async function measureWaves(options: PartOptions & { readonly workers: number }): Promise<readonly Figure[]> {
  const { folder, redis, workers, quick, say } = options;
  const state = path.join(folder, 'waves');
  const probe = path.join(folder, 'waves-probe');
  await writeFarm(state, ['p1', 'p2'], [{ at: ['gap', 'concurrency'], value: CONCURRENCY }]);
  say(`making a farm of ${workers} workers for waves of ${CONCURRENCY}`);
  const farm = await startRehearsal({ state, redis, workers, probe });
  const chat = await openChat(farm.url, 'mei');
  try {
    await allConnected(farm.lab);
    say("one worker's own certificate, and bare restarts");
    const worker = { name: WORKER, root: path.join(state, 'lab/hosts', WORKER) };
    const rounds = quick ? 3 : 8;
    const bare = [...(await bareRestartsOf(farm.lab, worker, rounds))];
    const alone: number[] = [];
    for (let count = 0; count < rounds; count += 1) {
      const asker = count % 2 === 0 ? 'p1' : 'p2';
      alone.push(...(await rotateWorkers(chat, farm.lab, state, asker, `rotate-worker ${WORKER}`)).gapsMs);
      await allConnected(farm.lab);
    }
    bare.push(...(await bareRestartsOf(farm.lab, worker, rounds)));
    say(`the certificates of ${workers} workers, ${CONCURRENCY} at once`);
    const { wallMs, gapsMs, records } = await rotateWorkers(chat, farm.lab, state, 'mei', 'rotate-worker all');
    const canary = { stage: 'worker-switch', count: 1 };
    const orders = callsByOrder(records, await readCalls(probe));
    const least = criticalPathOfRotation(orders, { concurrency: CONCURRENCY, canary });
    const gaps = spread(gapsMs);
    return [
      ratio('k', "rotate-worker: a worker's gap, p50, in its bare restarts", median(alone), median(bare), 1.5),
      ratio('l', `rotate-worker all of ${workers}, in the tools' critical path`, wallMs, least, 1.3),
      told('l', 'gaps meanwhile, p50', gaps.p50, 'ms', `at most ${round(gaps.max)} ms, ${gaps.samples} gaps`),
    ];
  } finally {
    chat.close();
    await farm.end();
  }
}
