import type { Farm } from '../farm/farm.ts';
import { followStages, switchStage } from '../plan/plan-phases.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import { stillLeft } from '../rotation/left-behind.ts';
import { isLookedSince } from '../rotation/looked-since.ts';
import { isPlanned } from '../rotation/rotation.ts';
import { HOUR_MS, instantOf } from '../time.ts';
import type { HostName } from '../values.ts';
import { isLeftAsItIs, isWayBackLost } from './lost-way-back.ts';
import { lastSwitched } from './signals.ts';
import { ordersOf } from './stages.ts';

/**
 * For the last rotation of a master, if the master was left because it was silent: machines nobody has looked at since
 * it mattered. For the master that is since it was told to switch, and for each since it reported the end of an order.
 * Earlier looks are no news.
 */
export function unseenSince(state: FarmState): readonly HostName[] {
  const [id] = lastSwitched(state);
  const rotation = id === undefined ? undefined : state.rotations[id];
  if (rotation === undefined || !isPlanned(rotation) || rotation.closed === null || !isLeftAsItIs(rotation)) return [];
  const lead = switchStage(rotation.plan);
  if (lead === undefined || lead.hosts.some((host) => isWayBackLost(rotation, host))) return [];
  const stages: readonly (string | null)[] = [lead, ...followStages(rotation.plan)].map(({ name }) => name);
  return rotation.plan.slices.flatMap(({ host }) => {
    const times = ordersOf(rotation, host)
      .filter(({ stage }) => stages.includes(stage))
      .flatMap(({ issued, finishedAt }) => finishedAt ?? (lead.hosts.includes(host) ? issued : []));
    const newest = times.sort().at(-1);
    return newest === undefined || isLookedSince(state, host, newest) ? [] : [host];
  });
}

/**
 * Machines that were left behind and not looked at since the rotation ended, since they or their master reported the
 * end of an order, and since the master's journal was lost: a look while they followed saw them halfway, and one while
 * their master was away says nothing about what it came back on.
 */
export function unseenFollowers(state: FarmState): readonly HostName[] {
  const behind = state.behind.flatMap((id) => state.rotations[id] ?? []);
  const hosts = behind.flatMap((rotation) => {
    const { plan, closed } = rotation;
    if (plan === null || closed === null) return [];
    const leads = switchStage(plan)?.hosts ?? [];
    const lost = state.strange.filter(({ code, host }) => code === 'RunnerJournalLost' && leads.includes(host));
    return stillLeft(rotation).filter((host) => {
      const ends = [host, ...leads]
        .flatMap((one) => ordersOf(rotation, one))
        .flatMap(({ kind, endHeardAt }) => (kind === 'look' ? [] : (endHeardAt ?? [])));
      return [closed.at, ...ends, ...lost.map(({ at }) => at)].some((since) => !isLookedSince(state, host, since));
    });
  });
  return [...new Set(hosts)];
}

/** An undo by hand reports stage by stage: an earlier look may see the machine halfway. */
const UNDO_SETTLES_MS = 30_000;

/** Machines that a person has put back by hand after a rotation had ended, and that were not looked at since. */
export function unseenUndone(state: FarmState, now: number): readonly HostName[] {
  const undone = Object.values(state.rotations).flatMap(({ orders }) =>
    orders.flatMap(({ host, undoneAt }) =>
      undoneAt === undefined || isLookedSince(state, host, undoneAt) ? [] : [{ host, at: Date.parse(undoneAt) }],
    ),
  );
  const settling = undone.filter(({ at }) => now - at < UNDO_SETTLES_MS).map(({ host }) => host);
  return [...new Set(undone.map(({ host }) => host))].filter((host) => !settling.includes(host));
}

/** A cutover that nobody steers is over within twice the gap limit; what its machines put back takes its time too. */
const CUT_SHORT_SETTLES_MS = 60_000;

/**
 * Machines that were not looked at since what was under way must have ended, where this journal was restored from a
 * copy: it shows neither what was begun on them since then, nor how that ended. After an hour none: where looks fail,
 * each is a line in the journal, and there is a look a day.
 */
export function unseenCutShort({ hosts, gap }: Farm, state: FarmState, now: number): readonly HostName[] {
  if (state.cutShortAt === null) return [];
  const settled = Date.parse(state.cutShortAt) + 2 * gap.limitMs + CUT_SHORT_SETTLES_MS;
  const since = instantOf(settled);
  const isTime = now >= settled && now < settled + HOUR_MS;
  return !isTime ? [] : hosts.map(({ name }) => name).filter((host) => !isLookedSince(state, host, since));
}
