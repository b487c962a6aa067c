import { measureMany } from './many.ts';
import type { PartOptions } from './small-farm.ts';
import { median, round, spread } from './statistics.ts';
import { type Figure, ratio, times, told } from './table.ts';

const inMs = (bare: number): string => `to ${round(bare)} ms`;

/** Measures many workers: (b) the wall time, (e) the memory, and how long chat takes to answer meanwhile. */
export async function measureFifty(options: PartOptions & { readonly workers: number }): Promise<readonly Figure[]> {
  const { folder, redis, workers, quick, say } = options;
  const seen = await measureMany({ folder, redis, workers, rounds: quick ? 1 : 3, say });
  const differing = [...seen.bare, ...seen.apart].flatMap((one) => one.differing);
  for (const one of differing.slice(0, 5)) say(`the bare script got another answer: ${one}`);
  const largest = Math.max(...seen.runners.map(({ megabytes }) => megabytes));
  const chat = spread(seen.chatMs);
  const wall = median(seen.rotations.map(({ wallMs }) => wallMs));
  const bare = median(seen.bare.map(({ wallMs }) => wallMs));
  const apart = median(seen.apart.map(({ wallMs }) => wallMs));
  const together = median(seen.together.map(({ wallMs }) => wallMs));
  const gaps = spread(seen.rotations.flatMap(({ otherGapsMs }) => otherGapsMs));
  const canary = round(median(seen.rotations.map(({ canaryGapMs }) => canaryGapMs)));
  return [
    ratio('b', `${workers} workers, in the bare script's time, the faster of two`, wall, Math.min(bare, apart), 1.3),
    told('b', 'the same, in the time of a bare script of one process', times(wall, bare), 'times', inMs(bare)),
    told('b', 'in the time of one with a process for each machine', times(wall, apart), 'times', inMs(apart)),
    told(
      'b',
      'the same with all runners in one process, in the time of one process',
      times(together, bare),
      'times',
      `${round(together)} ms to ${round(bare)} ms`,
    ),
    told('b', 'tool calls of the bare script', seen.calls, '', `${differing.length} with another answer`),
    told('b', "the canary's gap among them, p50", canary, 'ms', `others ${gaps.p50}, at most ${gaps.max} ms`),
    { ...told('e', 'bot, a minute after', seen.bot.megabytes, 'MB', ''), bar: 180 },
    { ...told('e', 'largest runner, a minute after', largest, 'MB', `of ${seen.runners.length}`), bar: 120 },
    told(
      '',
      'chat answer meanwhile, p50',
      chat.p50,
      'ms',
      `p99 ${chat.p99}, at most ${chat.max} ms, ${chat.samples} asked`,
    ),
  ];
}
