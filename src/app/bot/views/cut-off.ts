import type { Farm } from '../../../domain/farm/farm.ts';
import { cutOffs } from '../../../domain/inventory/cut-off.ts';
import { type Alignment, alignments } from '../../../domain/inventory/out-of-line.ts';
import { cutOffHosts } from '../../../domain/next/stages.ts';
import { unseenSince } from '../../../domain/next/unseen-since.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import type { HostName, Instant, Message } from '../../../domain/values.ts';
import { say } from './notices.ts';

/** More than this many at once are one word: a master that was changed by hand has left all of its workers behind. */
export const MOST_WORDS = 3;

export type Worker = Pick<Alignment, 'host' | 'master' | 'presented' | 'since'> & {
  readonly pinned?: string;
  readonly isContained?: boolean;
};

/**
 * How workers stand to their masters by the newest looks: in line; out of line; in line but without a connection; and
 * the same because their master does not trust their contained key. For all but the first, since when all of them may
 * be so. Workers of which nobody can tell are left out.
 */
export function standingNow(farm: Farm, state: FarmState) {
  // What was seen before a rotation left its silent master says nothing about now.
  const old: readonly string[] = unseenSince(state);
  const seen = alignments(farm, state).filter(
    ({ isSeen, host, master }) => isSeen && !old.includes(host) && !old.includes(master),
  );
  const out = seen.filter((one) => one.inLine === false);
  const contained = containedNow(farm, state).flatMap(({ hosts }) => hosts);
  const away = cutOffs(farm, state).map((one) => ({ ...one, isContained: contained.includes(one.host) }));
  const apart = away.filter(({ isContained }) => !isContained);
  const shutOut = away.filter(({ isContained }) => isContained);
  return {
    inLine: seen.filter((one) => one.inLine === true),
    out,
    outSince: out[0]?.presentedSince,
    apart,
    apartSince: firstOf(apart),
    shutOut,
    shutOutSince: firstOf(shutOut),
  };
}

const firstOf = (workers: readonly Worker[]): Instant | undefined => workers.map(({ since }) => since).sort()[0];

/**
 * Workers whose compromised key was contained and that have had no new certificate since, so that their master does not
 * let them in; by the rotations that contained them.
 */
export function containedNow(farm: Farm, { order, rotations }: FarmState) {
  return order.flatMap((id, at) => {
    const rotation = rotations[id];
    if (rotation === undefined || rotation.closed === null) return [];
    const cutOff = cutOffHosts(rotation);
    // Most rotations contain nothing, and there may be years of them after each.
    if (cutOff.length === 0) return [];
    const mended = order.slice(at + 1).flatMap((one) => rotations[one]?.closed?.data.kept ?? []);
    const isIt = (host: HostName) => farm.hosts.some(({ name }) => name === host) && !mended.includes(host);
    return [{ id, since: rotation.closed.at, hosts: cutOff.filter(isIt) }];
  });
}

/** About one worker that does not follow what its master presents. */
export function saidOfOne(id: string, farm: Farm, worker: Worker): Message {
  const { host, master, presented, since, pinned, isContained = false } = worker;
  const more = { ...(pinned === undefined ? {} : { pinned }), ...(isContained ? { contained: true } : {}) };
  return say(id, { farm: farm.name, host, master, presented, since, ...more });
}

/** The same about several workers of one master. */
export function saidOfMany(id: string, farm: Farm, workers: readonly [Worker, ...Worker[]], since: Instant): Message {
  const [{ master, presented }] = workers;
  return say(id, { farm: farm.name, hosts: workers.map(({ host }) => host), master, presented, since });
}
