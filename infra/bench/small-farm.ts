import path from 'node:path';
import { openChat } from './chat.ts';
import { measureClicks } from './clicks.ts';
import { allConnected, bareRestarts, bareSwaps, type RotationSeen, rotate } from './gaps.ts';
import { measureHops } from './hops.ts';
import { readCalls } from './recording.ts';
import { startRehearsal, writeFarm } from './rehearsal.ts';
import { median, round, spread } from './statistics.ts';
import { type Figure, ratio, told } from './table.ts';
import { timeTools, toolFigure } from './tools.ts';

const ASKERS = Array.from({ length: 12 }, (_, index) => `p${index + 1}`);
const MASTER = 'sqlm01';

export interface PartOptions {
  readonly folder: string;
  readonly redis: string;
  readonly quick: boolean;
  readonly say: (sentence: string) => void;
}

/**
 * Measures the farm that `npm start` makes: (a) the click, (c) the gap, (d) the port, (f) the second start, (n) the
 * lab's tools.
 */
export async function measureSmall({ folder, redis, quick, say }: PartOptions): Promise<readonly Figure[]> {
  const state = path.join(folder, 'small');
  const probe = path.join(folder, 'probe');
  await writeFarm(state, ASKERS);
  say('starting a farm of three workers, twice');
  await (await startRehearsal({ state, redis, workers: 3, probe: null })).end();
  const second = await startRehearsal({ state, redis, workers: 3, probe: null, npm: true });
  await second.end();
  const farm = await startRehearsal({ state, redis, workers: 3, probe });
  const chat = await openChat(farm.url, 'p1');
  const host = (name: string) => ({ name, root: path.join(state, 'lab/hosts', name) });
  const hosts = { master: host(MASTER), worker: host('sqlw01') };
  const rounds = quick ? 6 : 18;
  try {
    say('tools, clicks and hops');
    const tools = toolFigure(await timeTools(hosts.master, quick ? 20 : 100));
    const hops = [...(await measureHops(redis, quick ? 100 : 300))];
    const samples = quick ? 20 : 120;
    const clicks = spread(await measureClicks(chat, { probe, master: MASTER, askers: ASKERS, samples }));
    hops.push(...(await measureHops(redis, quick ? 100 : 300)));
    await allConnected(farm.lab);
    say('gaps and bare restarts, swaps and bare swaps');
    const bare = [...(await bareRestarts(farm.lab, hosts, rounds))];
    const seen: RotationSeen[] = [];
    const swaps: number[] = [];
    const callsOfMaster = async () => (await readCalls(probe)).filter((call) => call.host === MASTER);
    for (let count = 0; count < rounds; count += 1) {
      // Two of three rounds run without `update sslcert`, which old hosts lack: only then is the port ever unbound.
      await farm.lab.change(MASTER, { netshUpdate: count % 3 === 0 });
      seen.push(await rotate(chat, farm.lab, state, ASKERS[count % ASKERS.length] ?? 'p1'));
      await allConnected(farm.lab);
      // One at a time and after a pause, as in the product: the tenth of ten in a row is faster than any first one.
      if (count % 3 !== 0) swaps.push(...(await bareSwaps(farm.lab, hosts.master, await callsOfMaster())));
    }
    bare.push(...(await bareRestarts(farm.lab, hosts, rounds)));
    return [
      ratio('a', 'click to first tool, p50, in bare hops', clicks.p50, median(hops), 8),
      { ...told('a', 'click to first tool, p99', clicks.p99, 'ms', `${samples} clicks`), bar: 100 },
      ...gapFigures(seen, bare, swaps),
      { ...told('f', 'npm start, second time, ready', round(second.readyMs), 'ms', ''), bar: 5000 },
      tools,
    ];
  } finally {
    chat.close();
    await farm.end();
  }
}

function gapFigures(
  seen: readonly RotationSeen[],
  bare: readonly number[],
  swaps: readonly number[],
): readonly Figure[] {
  const unbound = seen.flatMap((one) => one.unboundMs);
  const others = spread(seen.flatMap((one) => one.otherGapsMs));
  const canary = median(seen.map((one) => one.canaryGapMs));
  const updated = seen.filter((one) => one.unboundMs.length === 0).length;
  return [
    ratio('c', "the canary's gap, in bare restarts", canary, median(bare), 1.5),
    told('c', 'gaps of the others, p50', others.p50, 'ms', `at most ${others.max} ms, ${others.samples} gaps`),
    ratio('d', 'port unbound, in bare delete and add', median(unbound), median(swaps), 1.2),
    told('d', 'rotations without an unbound moment', updated, `of ${seen.length}`, 'where netsh knows update sslcert'),
  ];
}
