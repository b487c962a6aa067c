import type { BotRecord } from '../recording.ts';
import { spread } from '../statistics.ts';
import { bounded, counted, type Figure, ratio, told } from '../table.ts';
import type { Compared } from './compare.ts';
import type { ClicksSeen } from './thousand.ts';

/** Votes and decisions that the bot recorded for one rotation. */
interface Decided {
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
export function chatFigures(seen: ChatsSeen): readonly Figure[] {
  return [...commandFigures(seen), ...executeFigures(seen), ...clickFigures(seen)];
}

function commandFigures({ workers, command, busy }: ChatsSeen): readonly Figure[] {
  const [product, bare, during] = [spread(command.product), spread(command.bare), spread(busy.command)];
  const meanwhile = `p50 ${during.p50} ms, ${during.samples} sent`;
  return [
    ratio('g', 'slash command to acknowledgement, p50, in bare Bolt', product.p50, bare.p50, 1.5),
    told('g', 'the same, p99', product.p99, 'ms', `bare ${bare.p99} ms, ${bare.samples} each`),
    bounded('g', `while ${workers} workers rotate, p99`, during.p99, 'ms', 500, meanwhile),
    bounded('g', `while ${workers} workers rotate, the slowest`, during.max, 'ms', 3000),
  ];
}

function executeFigures({ workers, execute, busy }: ChatsSeen): readonly Figure[] {
  const [product, bare, during] = [spread(execute.product), spread(execute.bare), spread(busy.execute)];
  const meanwhile = `p50 ${during.p50}, at most ${during.max} ms, ${during.samples} sent`;
  return [
    ratio('h', 'Action.Execute to its answer, p50, in bare CloudAdapter', product.p50, bare.p50, 3),
    told('h', 'the same, p99', product.p99, 'ms', `bare ${bare.p99} ms, ${bare.samples} each`),
    bounded('h', `while ${workers} workers rotate, p99`, during.p99, 'ms', 250, meanwhile),
  ];
}

function clickFigures({ clicks, decided, quorum }: ChatsSeen): readonly Figure[] {
  const taken = spread(clicks.acknowledged);
  const all = clicks.clicks;
  const took = Math.round(clicks.seconds * 100) / 100;
  return [
    counted('i', `of ${all} clicks on one card, answered`, clicks.answered, '', all, saidBriefly(clicks)),
    bounded('i', 'to the last answer', took, 's', 30),
    told('i', 'the slowest acknowledgement', taken.max, 'ms', `p50 ${taken.p50}, p99 ${taken.p99} ms; Slack waits 3 s`),
    counted('i', 'votes that counted', decided.votes, '', quorum),
    counted('i', 'decisions', decided.decisions, '', 1),
  ];
}

/** People get different answers: the vote counts, it was counted already, the gate is already decided. */
const saidBriefly = ({ said }: ClicksSeen): string =>
  `${said.size} different answers, given ${[...said.values()].sort((one, other) => other - one).join(', ')} times`;
