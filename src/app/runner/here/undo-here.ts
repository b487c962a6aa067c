import { CertopsError } from '../../../domain/errors.ts';
import { type AcceptedOrder, openOrders, orderOf, pastOf, type RunnerState } from '../../../domain/fold/runner-fold.ts';
import type { RunnerEntry } from '../../../domain/journal/entries.ts';
import { parseOrder } from '../../../domain/letters/letters.ts';
import type { Order } from '../../../domain/letters/protocol.ts';
import { type OrderWork, readWork } from '../../../domain/orders/order-work.ts';
import type { PlanHeader } from '../../../domain/plan/plan.ts';
import { type HostName, isRefusal, type RotationId } from '../../../domain/values.ts';
import type { Recorded } from '../../../ports/journal.ts';
import { stepOf } from '../../../steps/index.ts';

/** One stage of a rotation as this machine's own journal shows it. */
export interface OwnStage {
  readonly order: AcceptedOrder;
  readonly letter: Order;
  readonly work: OrderWork;
}

/**
 * What a rotation began on this machine, by the newest order of each stage, in the order of the way back: what a person
 * puts back by hand rests on nothing but this journal. Throws CertopsError `OrderOfOtherVersion` if another version has
 * begun what this one does not understand: left out, it would pass for put back.
 */
export function stagesToUndo(
  lines: readonly Recorded<RunnerEntry>[],
  state: RunnerState,
  rotation: RotationId,
  own: { readonly farm: string; readonly host: HostName },
): readonly OwnStage[] {
  const byStage = new Map<string, OwnStage>();
  const begun = new Set(lines.flatMap(({ line: { entry } }) => (entry.type === 'started' ? [entry.n] : [])));
  for (const { line } of lines) {
    const { entry } = line;
    if (entry.type !== 'accepted' || entry.kind !== 'apply' || entry.rotation !== rotation) continue;
    const letter = parseOrder(entry.order.body);
    const work = isRefusal(letter) ? letter : readWork(letter, own);
    if (isRefusal(letter) || isRefusal(work)) {
      if (begun.has(entry.n)) throw new CertopsError('OrderOfOtherVersion', { n: entry.n, rotation });
      continue;
    }
    // Older than what the fold keeps: it is over, and a day of looks is enough to push it out.
    const order = state.orders.find(({ n }) => n === entry.n) ?? { ...orderOf(entry, line), envelope: null };
    const steps = pastOf(state, work.digest)?.steps ?? {};
    if (work.steps.some(({ id }) => steps[id] !== undefined)) byStage.set(work.stage, { order, letter, work });
  }
  const header = [...byStage.values()].at(-1)?.work.header;
  return (header === undefined ? [] : wayBack(header)).flatMap((stage) => byStage.get(stage) ?? []);
}

/**
 * Another rotation that may go back to what this one has made, which would be taken away from it: one of its orders is
 * open here, or what it began here still stands, and this machine was not told that it is over. null if there is none.
 */
export function standsBehind(
  lines: readonly Recorded<RunnerEntry>[],
  state: RunnerState,
  rotation: RotationId,
  own: { readonly farm: string; readonly host: HostName },
): RotationId | null {
  const isOther = (one: { readonly rotation: RotationId }): boolean => one.rotation !== rotation;
  const open = openOrders(state).find((order) => order.kind !== 'look' && isOther(order));
  const begun = state.pasts.filter((past) => isOther(past) && !past.isOver);
  const standing = begun.find((past) =>
    stagesToUndo(lines, state, past.rotation, own).some(
      ({ work }) => work.steps.some((step) => stepOf(step).isFinal !== true) && !wentBack(lines, past.rotation, work),
    ),
  );
  return open?.rotation ?? standing?.rotation ?? null;
}

/** Whether the last order of this stage ended with all of it put back. */
function wentBack(lines: readonly Recorded<RunnerEntry>[], rotation: RotationId, { stage }: OrderWork): boolean {
  const orders = new Map<number, boolean>();
  let isBack = false;
  for (const { entry } of lines.map(({ line }) => line)) {
    if (entry.type === 'accepted' && entry.rotation === rotation && entry.stage === stage) {
      const letter = parseOrder(entry.order.body);
      orders.set(entry.n, entry.kind === 'undo' && (isRefusal(letter) || letter.only !== undefined));
    }
    if (entry.type !== 'finished') continue;
    const isOfPart = orders.get(entry.n);
    if (isOfPart !== undefined) isBack = !isOfPart && entry.outcome === 'put-back';
  }
  return isBack;
}

/**
 * Whether the journal has since shown all of these as put back, and the end of everything that was armed: that nobody
 * said otherwise proves nothing.
 */
export function isPutBack(
  stages: readonly OwnStage[],
  armed: readonly AcceptedOrder[],
  since: readonly RunnerEntry[],
): boolean {
  const ends = new Map(since.flatMap((entry) => (entry.type === 'finished' ? [[entry.n, entry.outcome]] : [])));
  return stages.every(({ order }) => ends.get(order.n) === 'put-back') && armed.every(({ n }) => ends.has(n));
}

/** The names of all stages in the order in which they are undone: the last phase first. */
const wayBack = ({ phases }: PlanHeader): readonly string[] =>
  [...phases].reverse().flatMap(({ stages, undoOrder }) => {
    const names = stages.map(({ name }) => name);
    return undoOrder === 'same' ? names : names.reverse();
  });
