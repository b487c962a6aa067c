import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openRedis } from '../redis/open-redis.ts';
import { openChat } from './chat.ts';
import { measureClicks } from './clicks.ts';
import { allConnected, bareRestarts, bareSwaps, rotate } from './gaps.ts';
import { answerHops, measureHops } from './hops.ts';
import { measureMany } from './many.ts';
import { readCalls } from './recording.ts';
import { PROJECT, startRehearsal, writeFarm } from './rehearsal.ts';
import { median, round, spread } from './statistics.ts';
import { type Figure, passes, tableOf } from './table.ts';

const ASKERS = Array.from({ length: 12 }, (_, index) => `p${index + 1}`);
const say = (sentence: string): void => void process.stderr.write(`${sentence} ...\n`);

if (process.argv[2] === 'answer-hops') await answerHops(process.env.REDIS_URL ?? '');
else process.exitCode = await bench(process.argv.includes('--quick'));

/** Everything within one run, on one Redis: a table on standard output, and the same as JSON. */
async function bench(quick: boolean): Promise<number> {
  const folder = path.join(PROJECT, '.state', `bench-${process.pid}`);
  const log = { info() {}, warn() {} };
  // A server only: figures of the one in memory would say nothing about a farm.
  const redis = await openRedis({ folder: path.join(folder, 'redis'), log, steps: ['server'] });
  try {
    const figures = [...(await small(folder, redis.url, quick)), ...(await many(folder, redis.url, quick))];
    process.stdout.write(`${tableOf(figures)}\n`);
    await mkdir(path.join(PROJECT, '.cache'), { recursive: true });
    await writeFile(path.join(PROJECT, '.cache/bench.json'), `${JSON.stringify({ quick, figures }, null, 2)}\n`);
    return figures.every(passes) ? 0 : 1;
  } finally {
    await redis.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function small(folder: string, redis: string, quick: boolean): Promise<Figure[]> {
  const state = path.join(folder, 'small');
  const probe = path.join(folder, 'probe');
  await writeFarm(state, ASKERS);
  say('starting a farm of three workers, twice');
  await (await startRehearsal({ state, redis, workers: 3, probe: null })).end();
  const second = await startRehearsal({ state, redis, workers: 3, probe: null, npm: true });
  await second.end();
  const farm = await startRehearsal({ state, redis, workers: 3, probe });
  const chat = await openChat(farm.url, 'p1');
  try {
    say('clicks and hops');
    const hops = [...(await measureHops(redis, quick ? 100 : 300))];
    const samples = quick ? 8 : 60;
    const clicks = spread(await measureClicks(chat, { probe, master: 'sqlm01', askers: ASKERS, samples }));
    hops.push(...(await measureHops(redis, quick ? 100 : 300)));
    const host = (name: string) => ({ name, root: path.join(state, 'lab/hosts', name) });
    const hosts = { master: host('sqlm01'), worker: host('sqlw01') };
    const rounds = quick ? 2 : 6;
    say('gaps against bare restarts, swaps against bare swaps');
    await allConnected(farm.lab);
    const bare = [...(await bareRestarts(farm.lab, hosts, rounds))];
    const seen = [];
    for (let count = 0; count < rounds; count += 1) {
      // Half of them without `update sslcert`, which old hosts do not have: only there is a port ever unbound.
      await farm.lab.change('sqlm01', { netshUpdate: count % 2 === 0 });
      await allConnected(farm.lab);
      seen.push(await rotate(chat, farm.lab, state, ASKERS[count % ASKERS.length] ?? 'p1'));
    }
    const calls = (await readCalls(probe)).filter((call) => call.host === 'sqlm01');
    await allConnected(farm.lab);
    const swaps = await bareSwaps(farm.lab, hosts.master, calls, rounds);
    await allConnected(farm.lab);
    bare.push(...(await bareRestarts(farm.lab, hosts, rounds)));
    const hop = spread(hops);
    const gap = median(seen.map((one) => one.canaryGapMs));
    const unbound = median(seen.flatMap((one) => one.unboundMs));
    const others = spread(seen.flatMap((one) => one.otherGapsMs));
    return [
      ratio('a', 'click to first spawn, p50, in bare hops', clicks.p50, hop.p50, 8),
      {
        id: 'a',
        what: 'click to first spawn, p99',
        found: clicks.p99,
        unit: 'ms',
        bar: 100,
        detail: `${samples} clicks`,
      },
      ratio('c', 'canary gap against bare restarts', gap, median(bare), 1.5),
      {
        id: 'c',
        what: 'gaps of the others, p50',
        found: others.p50,
        unit: 'ms',
        bar: null,
        detail: `max ${others.max} ms`,
      },
      ratio('d', 'port unbound against bare delete and add', unbound, median([...swaps]), 1.2),
      { id: 'f', what: 'npm start, second time', found: round(second.readyMs), unit: 'ms', bar: 5000, detail: '' },
    ];
  } finally {
    chat.close();
    await farm.end();
  }
}

async function many(folder: string, redis: string, quick: boolean): Promise<Figure[]> {
  const workers = 50;
  const seen = await measureMany({ folder, redis, workers, rounds: quick ? 1 : 3, say });
  const wall = median(seen.rotations.map((one) => one.wallMs));
  const bare = median(seen.bare.map((one) => one.wallMs));
  const runner = Math.max(...seen.runners.map((one) => one.megabytes));
  const chat = spread(seen.chatMs);
  return [
    ratio('b', '50 workers against a bare script', wall, bare, 1.3),
    { id: 'e', what: 'bot, a minute after 50 workers', found: seen.bot.megabytes, unit: 'MB', bar: 180, detail: '' },
    {
      id: 'e',
      what: 'largest runner, then',
      found: runner,
      unit: 'MB',
      bar: 120,
      detail: `${seen.runners.length} runners`,
    },
    {
      id: '',
      what: 'chat answer while 50 rotate, p50',
      found: chat.p50,
      unit: 'ms',
      bar: null,
      detail: `max ${chat.max} ms`,
    },
  ];
}

const ratio = (id: string, what: string, found: number, base: number, bar: number): Figure => ({
  id,
  what,
  found: Math.round((found / base) * 100) / 100,
  unit: 'times',
  bar,
  detail: `${round(found)} ms to ${round(base)} ms`,
});
