import { isArmed, makesBinding, switchStage } from '../plan/plan-phases.ts';
import { isHeard, mayStillSpeak } from '../presence/presence.ts';
import { isPlanned, type Planned, type RotationState } from '../rotation/rotation.ts';
import type { HostName } from '../values.ts';
import { applyLimitMs } from './advance.ts';
import { followers } from './armed-hosts.ts';
import type { Moment } from './moment.ts';
import { isOverdue, latestOrder, mayHaveSwitched, ordersOf } from './stages.ts';

/** Beyond its order's time limit: nobody leaves in haste, and a master that is up has gone back by itself by then. */
const SILENT_FOR_MS = 600_000;

/** How long a master that may have switched must be silent before all can be left as it is. */
export const leaveAfterMs = (rotation: Planned): number => applyLimitMs(rotation) + SILENT_FOR_MS;

/**
 * Silent masters that may have switched, each with the time at which, if it says nothing until then, it may never speak
 * again. Milliseconds since 1970.
 */
export function silentMasters(
  rotation: RotationState,
  moment: Moment,
): readonly { readonly host: HostName; readonly lostAt: number }[] {
  const lead = isPlanned(rotation) ? switchStage(rotation.plan) : undefined;
  if (!isPlanned(rotation) || lead === undefined || !mayHaveSwitched(rotation)) return [];
  const after = leaveAfterMs(rotation);
  return lead.hosts.flatMap((host) => {
    const since = silentSince(rotation, moment, { host, after });
    return since === null ? [] : [{ host, lostAt: since + after }];
  });
}

/**
 * Since when a machine is silent, by what this bot has heard, by unanswered orders in the journal, and by a question
 * that could only be asked after a long silence: so a restarted bot, which has heard nobody, does not start over. null:
 * it speaks, or nobody can tell yet.
 */
function silentSince(
  rotation: RotationState,
  moment: Moment,
  { host, after }: { readonly host: HostName; readonly after: number },
): number | null {
  const { presence, now, since } = moment;
  const hello = presence[host];
  if (isHeard(hello, now) || mayStillSpeak(moment, host)) return null;
  const heardAt = hello?.at ?? Number.NEGATIVE_INFINITY;
  const marks = ordersOf(rotation, host).flatMap((order) =>
    order.silentSince === null || isOverdue(order) ? [] : [Date.parse(order.silentSince)],
  );
  const { resolve } = rotation;
  const isAbout = resolve?.hosts == null || resolve.hosts.includes(host);
  const isAsked = resolve?.digest != null && resolve.choice === 'leave-behind' && isAbout;
  const known = [...marks.sort((a, b) => a - b).slice(-1), ...(isAsked ? [Date.parse(resolve.at) - after] : [])];
  return Math.min(Math.max(heardAt, since), ...known.filter((at) => at >= heardAt));
}

/** What a silent master does by itself once it is back; unknown: it may have received messages nobody here knows of. */
type Return = 'goes-back' | 'stays' | 'unknown';

/**
 * A master that cannot have been confirmed goes back, unless there was no binding before; so does one that had accepted
 * the order to. A confirmation is first in its own journal, and may never have been reported.
 */
export function returnOf(rotation: Planned, host: HostName): Return {
  const { plan } = rotation;
  const lead = switchStage(plan)?.name ?? null;
  const apply = latestOrder(rotation, host, lead, 'apply');
  const undo = latestOrder(rotation, host, lead, 'undo');
  const isUndone = undo !== undefined && undo.acceptedAt !== null;
  const outcome = isUndone ? undo.outcome : (apply?.outcome ?? null);
  if (outcome === 'unknown' || !isArmed(plan)) return 'unknown';
  if (!isUndone && (outcome === 'applied' || outcome === 'unchanged')) return 'stays';
  if (makesBinding(plan)) return !isUndone && outcome === null && apply?.switchedAt != null ? 'stays' : 'unknown';
  return !isUndone && outcome === null && mayBeConfirmed(rotation) ? 'unknown' : 'goes-back';
}

/** Judging by the followers: a master is confirmed once no more are missing than may be left behind. */
function mayBeConfirmed(rotation: Planned): boolean {
  const missing = followers(rotation).filter(({ switchedAt }) => switchedAt === null);
  return missing.length <= rotation.plan.header.gap.leaveBehind;
}
