import { type Farm, hostsWith } from '../farm/farm.ts';
import type { HostLook } from '../machine/host-facts.ts';
import { CONTAIN, contains } from '../plan/plan-phases.ts';
import type { Apart } from '../rotation/apart.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import { isLookedSince } from '../rotation/looked-since.ts';
import { instantOf } from '../time.ts';
import type { HostName, Instant, Thumbprint } from '../values.ts';
import { alignments } from './out-of-line.ts';

/**
 * A service that has just started needs time to connect; if it is still cut off after that, it will not recover by
 * itself. Milliseconds.
 */
const SETTLES_WITHIN_MS = 5 * 60_000;
const LOOKED_AT_EVERY_MS = 3_600_000;

/** A worker that is in line with its master but stays without a connection: its service needs a restart. */
interface CutOff extends Apart {
  readonly host: HostName;
  readonly master: HostName;
  readonly presented: Thumbprint;
}

/** The cut-off workers of a farm, each seen so by at least two looks, further apart than a start may take. */
export function cutOffs(farm: Farm, state: FarmState): readonly CutOff[] {
  return alignments(farm, state).flatMap(({ host, master, presented, inLine }) => {
    const apart = state.standings[host]?.apart ?? null;
    const shown = state.latest[host]?.worker?.connection.handshake.thumbprint;
    return inLine !== true || shown !== presented || apart === null || !isSettled(apart, state.latest[host])
      ? []
      : [{ ...apart, host, master, presented }];
  });
}

/** Whether its service runs and is not known to be without a connection. */
export const isBack = ({ latest, standings }: Pick<FarmState, 'latest' | 'standings'>, host: HostName): boolean =>
  latest[host]?.worker?.service.state === 'running' && (standings[host]?.apart ?? null) === null;

/** The same process in both looks, and the second at least the settling time after the first. */
const isSettled = ({ since, pid }: Apart, look: HostLook | undefined): boolean =>
  look?.worker?.service.pid === pid && Date.parse(look.at) - Date.parse(since) >= SETTLES_WITHIN_MS;

/**
 * Workers to look at again, along with every master: those seen cut off too recently to tell, or so long ago that they
 * may be back, and those whose master restarted in a rotation they were not part of. Workers need not come back by
 * themselves.
 */
export function doubtful(farm: Farm, state: FarmState, now: number): readonly HostName[] {
  const restart = lastRestart(state);
  return hostsWith(farm, 'worker').flatMap(({ name }) => {
    const look = state.latest[name];
    const apart = state.standings[name]?.apart ?? null;
    const isOpen = apart !== null && !isSettled(apart, look) && now - Date.parse(apart.since) >= SETTLES_WITHIN_MS;
    // The channels were told about it and should hear in time that it is back.
    const isOld = apart !== null && isSettled(apart, look) && now - Date.parse(look?.at ?? '') >= LOOKED_AT_EVERY_MS;
    return isOpen || isOld || (restart !== null && isUnseen(restart, state, name, now)) ? [name] : [];
  });
}

interface Restart {
  readonly at: Instant;
  readonly hosts: readonly HostName[];
}

/** Whether it has not been looked at since its master's restart plus the settling time. */
const isUnseen = ({ at, hosts }: Restart, state: FarmState, name: HostName, now: number): boolean => {
  const settled = Date.parse(at) + SETTLES_WITHIN_MS;
  return !hosts.includes(name) && now >= settled && !isLookedSince(state, name, instantOf(settled));
};

/** The last master restart by a rotation that left other workers as they were, and the machines it was about. */
function lastRestart({ order, rotations }: FarmState): Restart | null {
  for (const id of order.toReversed()) {
    const { plan = null, steps = {} } = rotations[id] ?? {};
    if (plan === null || !contains(plan)) continue;
    const times = plan.slices
      .flatMap(({ stages }) => stages[CONTAIN]?.steps ?? [])
      .filter(({ kind }) => kind === 'restart-service')
      .flatMap(({ host, id: step }) => steps[host]?.[step] ?? [])
      .filter(({ changed }) => changed)
      .map(({ at }) => at);
    const at = times.sort().at(-1);
    if (at !== undefined) return { at, hosts: plan.slices.map(({ host }) => host) };
  }
  return null;
}
