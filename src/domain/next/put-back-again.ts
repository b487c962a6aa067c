import type { OrderState, RotationState } from '../rotation/rotation.ts';
import type { HostName, Instant } from '../values.ts';
import type { Cause, Moment, Work } from './moment.ts';
import { backWork, isUnderWay, ordersOf } from './stages.ts';

/**
 * A runner that could not read its machine has tried a few times already: what lasts longer than that, as a virus
 * scanner's round or a service of Windows that starts anew, is given two minutes. Milliseconds.
 */
const AGAIN_AFTER_MS = 15_000;
const AGAIN_WITHIN_MS = 120_000;
const MOST_TIMES = 4;

export interface Again {
  readonly at: number;
  /** Nothing is begun again by itself from then on. */
  readonly until: number;
}

/** Nothing is known to have gone wrong there but a reading: to put it back once more begins with a fresh look. */
const isUnread = ({ status, outcome, seen, data }: OrderState): boolean =>
  status === 'finished' && outcome === 'unknown' && !seen && data.unread === true;

const undosOf = (rotation: RotationState, host: string, stage: string): readonly OrderState[] => {
  const settled = rotation.resolved[host];
  // What people decided since then is another beginning.
  const from = settled?.choice === 'put-all-back' ? settled.orders : 0;
  const undos = ordersOf(rotation, host).filter((order) => order.kind === 'undo' && order.stage === stage);
  return from === 0 ? undos : undos.filter((order) => rotation.orders.indexOf(order) >= from);
};

/** When a put-back that could not be read is begun again by itself; null: it is not, or no more. */
function again(unread: readonly OrderState[], now: number): Again | null {
  const [first] = unread;
  const last = unread.at(-1);
  if (first === undefined || last === undefined || unread.length > MOST_TIMES) return null;
  const began = endOf(first);
  const ended = endOf(last);
  const until = began + AGAIN_WITHIN_MS;
  if (now >= until) return null;
  // The clock was set back since: nobody waits for it to catch up.
  return { at: ended > now ? now : ended + AGAIN_AFTER_MS, until };
}

const endOf = ({ endHeardAt, finishedAt, issued }: OrderState): number =>
  Date.parse(endHeardAt ?? finishedAt ?? issued);

/** Its last tries, one behind the other, that could not be read; of one that is under way those before it. */
function unreadOf(rotation: RotationState, host: string, stage: string): readonly OrderState[] {
  const undos = undosOf(rotation, host, stage);
  const last = undos.at(-1);
  const ended = last !== undefined && isUnderWay(last) ? undos.slice(0, -1) : undos;
  return ended.slice(ended.findLastIndex((order) => !isUnread(order)) + 1);
}

/** As `backWork`, and what could not be read is under way until it is begun again. */
export function backWorkAt(rotation: RotationState, { now }: Pick<Moment, 'now'>, host: string, stage: string): Work {
  const work = backWork(rotation, host, stage);
  if (work !== 'unknown') return work;
  const next = again(unreadOf(rotation, host, stage), now);
  if (next === null) return work;
  return next.at <= now ? 'none' : 'under-way';
}

/** Until when the put-back of a stage that could not be read is begun again by itself; null: nobody tries. */
export function triedAgainUntil(rotation: RotationState, host: string, stage: string, now: number): Instant | null {
  const work = backWork(rotation, host, stage);
  const next = work === 'unknown' || work === 'under-way' ? again(unreadOf(rotation, host, stage), now) : null;
  return next === null ? null : new Date(next.until).toISOString();
}

/** A put-back as it was ordered before; `only`: these steps of the stage alone. */
interface PutBack {
  readonly host: HostName;
  readonly stage: string;
  readonly only?: readonly string[];
}

/** What is asked about and could only not be read, and was not put back since `from`: by its place among all orders. */
export function toPutBackOnce(
  rotation: RotationState,
  attention: readonly Cause[],
  from = rotation.orders.length,
): readonly PutBack[] {
  return attention.flatMap(({ host, stage }) => {
    const last = host === null || stage === null ? undefined : unreadOf(rotation, host, stage).at(-1);
    if (host === null || stage === null || last === undefined || rotation.orders.indexOf(last) >= from) return [];
    const part = last.only === null ? {} : { only: last.only };
    return backWork(rotation, host, stage) === 'unknown' ? [{ host, stage, ...part }] : [];
  });
}
