import { type Farm, hostsWith } from '../../../domain/farm/farm.ts';
import { lastSwitched } from '../../../domain/next/signals.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import { stillLeft } from '../../../domain/rotation/left-behind.ts';
import { isLookedSince } from '../../../domain/rotation/looked-since.ts';
import type { HostName, Instant, Message } from '../../../domain/values.ts';
import type { Desk } from '../desk.ts';
import { containedNow, MOST_WORDS, saidOfMany, saidOfOne, standingNow, type Worker } from '../views/cut-off.ts';
import { say } from '../views/notices.ts';

/**
 * Workers that the newest looks show as cut off, those in line without a connection, those that were contained, and
 * those that the last rotation of the master left behind and no look has shown to be back since. Empty while a rotation
 * is at work, as it may be what brings them back.
 */
export function linesOfBehind({ farm, state: now }: Desk): readonly Message[] {
  const state = now();
  const open = state.open === null ? undefined : state.rotations[state.open];
  if (open?.orders.some(({ kind }) => kind !== 'look') === true) return [];
  const { out, outSince, apart, apartSince, shutOut, shutOutSince } = standingNow(farm, state);
  return [
    ...linesOf(farm, { one: 'told.out-of-line', many: 'told.out-of-line-many' }, out, outSince),
    ...linesOf(farm, { one: 'told.apart', many: 'told.apart-many' }, apart, apartSince),
    ...linesOf(farm, { one: 'told.apart', many: 'told.contained-many' }, shutOut, shutOutSince),
    ...contained(farm, state, shutOut),
    ...leftBehind(
      farm,
      state,
      [...out, ...apart, ...shutOut].map(({ host }) => host),
    ),
  ];
}

/** A look shows only some minutes later that a master no longer trusts those whose key was contained. */
function contained(farm: Farm, state: FarmState, shutOut: readonly Worker[]): readonly Message[] {
  return containedNow(farm, state).flatMap(({ id, since, hosts }) => {
    const isNotShown = (host: HostName) =>
      !shutOut.some((one) => one.host === host) &&
      (!isLookedSince(state, host, since) || state.standings[host]?.apart != null);
    const named = hosts.filter(isNotShown);
    return named.length === 0 ? [] : [say('status.contained', { id, hosts: named })];
  });
}

function linesOf(
  farm: Farm,
  { one, many }: { readonly one: string; readonly many: string },
  workers: readonly Worker[],
  since: Instant = '',
): readonly Message[] {
  const [first, ...others] = workers;
  if (first === undefined || workers.length <= MOST_WORDS) return workers.map((worker) => saidOfOne(one, farm, worker));
  return [saidOfMany(many, farm, [first, ...others], since)];
}

/** Of the machines that were left behind, those `named` by what a look shows need no other line. */
function leftBehind(farm: Farm, state: FarmState, named: readonly HostName[]): readonly Message[] {
  return lastSwitched(state).flatMap((id) => {
    const rotation = state.rotations[id];
    const at = rotation?.closed?.at;
    if (rotation === undefined || at === undefined) return [];
    const left = stillLeft(rotation).filter((host) => farm.hosts.some(({ name }) => name === host));
    const unseen = left.filter((host) => !isLookedSince(state, host, at));
    // No look tells of a master alone that it is back: it is named until there is one.
    const seen = hostsWith(farm, 'worker')
      .map(({ name }) => name)
      .filter((host) => left.includes(host) && !unseen.includes(host) && !named.includes(host));
    return [
      ...(unseen.length === 0 ? [] : [say('status.left-behind', { id, hosts: unseen })]),
      ...(seen.length === 0 ? [] : [say('status.left-not-back', { id, hosts: seen })]),
    ];
  });
}
