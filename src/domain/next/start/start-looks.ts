import type { Farm } from '../../farm/farm.ts';
import type { RecheckMark } from '../../journal/entries.ts';
import { hostsIn } from '../../plan/scope.ts';
import type { OrderState, RotationState, Scheduled } from '../../rotation/rotation.ts';
import type { Data, HostName } from '../../values.ts';
import { lookAt } from '../look-at.ts';
import type { Action, Moment } from '../moment.ts';
import { codeOfLook, isUnderWay, ordersOf } from '../stages.ts';
import { isToCome } from '../to-come.ts';

/**
 * How long after a failed look at the start to look again, while it may still begin: at hosts nobody could look at, or
 * whose looks found an obstacle.
 */
const LOOK_AGAIN_AFTER_MS = 120_000;
/** After a look that found an obstacle, the pauses grow to this, since a window may be open for days. */
export const LONGEST_AGAIN_MS = 900_000;

/** How long after a look that found an obstacle, `sinceStart` after the start, to look again. Milliseconds. */
export const againAfter = (sinceStart: number): number =>
  Math.min(LONGEST_AGAIN_MS, Math.max(LOOK_AGAIN_AFTER_MS, sinceStart / 4));

/** Looks at the machines not looked at since `dueAt`; once all are in, has them judged. Milliseconds since 1970. */
export function startLooks(
  rotation: RotationState,
  mark: RecheckMark,
  dueAt: number,
  { farm, now }: Moment,
): readonly Action[] {
  const actions: Action[] = [];
  let isOut = false;
  for (const { name: host } of hostsIn(farm, rotation.wish)) {
    const order = ordersOf(rotation, host).findLast(({ kind }) => kind === 'look');
    const issued = Date.parse(order?.issued ?? '');
    // A look ordered in the future dates from before the clock was set back: its machine refuses it as too early.
    const isFresh = order !== undefined && issued >= dueAt && !isToCome(issued, { now });
    if (isFresh && isUnderWay(order)) isOut = true;
    else if (!isFresh || (mark === 'start' && !hasLooked(order) && now - issued >= LOOK_AGAIN_AFTER_MS))
      actions.push(lookAt(host));
  }
  if (actions.length > 0 || isOut) return actions;
  // At the start every host must have been seen; before it, those that were not are named.
  return mark === 'start' && unseenHosts(rotation, farm).length > 0 ? [] : [{ do: 'recheck', mark }];
}

const hasLooked = (order: OrderState): boolean => order.status === 'finished' && order.outcome === 'looked';

/** Machines whose last look brought nothing. */
export const unseenHosts = (rotation: RotationState, farm: Farm): readonly HostName[] =>
  hostsIn(farm, rotation.wish).flatMap(({ name }) => {
    const order = ordersOf(rotation, name).findLast(({ kind }) => kind === 'look');
    return order === undefined || !hasLooked(order) ? [name] : [];
  });

/** The looks at the start at machines that no such look has shown yet: these keep it from beginning. */
function looksInVain({ orders }: RotationState, { from }: Scheduled): readonly OrderState[] {
  const looks = orders.filter(({ kind, issued }) => kind === 'look' && issued >= from);
  const seen = looks.filter(hasLooked).map(({ host }) => host);
  return looks.filter(({ host }) => !seen.includes(host));
}

const hostsOf = (orders: readonly OrderState[]): readonly HostName[] => [...new Set(orders.map(({ host }) => host))];

/** Machines that no look at the start has shown yet. */
export const hostsInVain = (rotation: RotationState, start: Scheduled): readonly HostName[] =>
  hostsOf(looksInVain(rotation, start));

/** Why the last look at a machine that ended brought nothing, though its runner answers; null: it does not. */
export function failedLook(rotation: RotationState, host: HostName): { code: string; data: Data } | null {
  const order = ordersOf(rotation, host).findLast((one) => one.kind === 'look' && !isUnderWay(one));
  if (order === undefined || hasLooked(order)) return null;
  const code = codeOfLook(order);
  return code === 'RunnerSilent' ? null : { code, data: order.data };
}

/** Those of which at least one has ended: the machine was not seen so far, and it begins once that one answers. */
export const unseenAtStart = (rotation: RotationState, start: Scheduled): readonly HostName[] =>
  hostsOf(looksInVain(rotation, start).filter((one) => !isUnderWay(one)));
