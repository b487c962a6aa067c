import type { BotRecord } from '../recording.ts';
import { median, spread } from '../statistics.ts';
import { bounded, counted, type Figure, ratio, told } from '../table.ts';
import type { Compared } from './compare.ts';
import type { ClicksSeen } from './thousand.ts';

/** Votes and decisions that the bot recorded of one rotation. */
export interface Decided {
  readonly votes: number;
  readonly decisions: number;
}

export interface ChatsSeen {
  readonly workers: number;
  readonly quorum: number;
  readonly command: Compared;
  readonly execute: Compared;
  /** While all workers rotate. Milliseconds. */
  readonly busy: { readonly command: readonly number[]; readonly execute: readonly number[] };
  readonly clicks: ClicksSeen;
  readonly decided: Decided;
}

export const decidedIn = (records: readonly BotRecord[], rotation: string): Decided => {
  const count = (type: string): number => records.filter((one) => one.id === rotation && one.type === type).length;
  return { votes: count('voted'), decisions: count('gate-closed') };
};

/** (g) the slash command, (h) Action.Execute, (i) a thousand clicks. */
export function chatFigures({
  workers,
  quorum,
  command,
  execute,
  busy,
  clicks,
  decided,
}: ChatsSeen): readonly Figure[] {
  const [commands, executes] = [spread(busy.command), spread(busy.execute)];
  const acknowledged = spread(clicks.acknowledged);
  const [idle, bare] = [spread(command.product), spread(command.bare)];
  const [idleExecute, bareExecute] = [spread(execute.product), spread(execute.bare)];
  const during = `while ${workers} workers rotate`;
  return [
    ratio(
      'g',
      'slash command to acknowledgement, p50, in bare Bolt',
      median(command.product),
      median(command.bare),
      1.5,
    ),
    told('g', 'the same, p99', idle.p99, 'ms', `bare ${bare.p99} ms, ${idle.samples} each`),
    bounded('g', `${during}, p99`, commands.p99, 'ms', 500, `p50 ${commands.p50} ms, ${commands.samples} sent`),
    bounded('g', `${during}, the slowest`, commands.max, 'ms', 3000),
    ratio(
      'h',
      'Action.Execute to its answer, p50, in bare CloudAdapter',
      median(execute.product),
      median(execute.bare),
      3,
    ),
    told('h', 'the same, p99', idleExecute.p99, 'ms', `bare ${bareExecute.p99} ms, ${idleExecute.samples} each`),
    bounded(
      'h',
      `${during}, p99`,
      executes.p99,
      'ms',
      250,
      `p50 ${executes.p50}, at most ${executes.max} ms, ${executes.samples} sent`,
    ),
    counted(
      'i',
      `of ${clicks.clicks} clicks on one card, answered`,
      clicks.answered,
      '',
      clicks.clicks,
      saidBriefly(clicks),
    ),
    bounded(
      'i',
      'from the first click to the last answer',
      Math.round(clicks.seconds * 100) / 100,
      's',
      30,
      `acknowledged p50 ${acknowledged.p50}, p99 ${acknowledged.p99} ms`,
    ),
    counted('i', 'votes that counted', decided.votes, '', quorum),
    counted('i', 'decisions', decided.decisions, '', 1),
  ];
}

const saidBriefly = ({ said }: ClicksSeen): string => `${said.size} different answers`;
