import { contains } from '../../../../domain/plan/plan-phases.ts';
import { leftIn, stillLeft } from '../../../../domain/rotation/left-behind.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import type { HostName } from '../../../../domain/values.ts';
import type { ClosedView } from '../../../../domain/views/view.ts';
import { type Gap, gapOf, isSeenLater, wasRefused, workersOf } from '../evidence/gaps.ts';
import { isOfWorkers } from '../evidence/own-certificates.ts';
import { isReconnect } from '../evidence/reconnected.ts';
import { whyAsItIs } from './left-as-it-is.ts';
import { isMasterUndone } from './undone-by-hand.ts';

/** How long each worker was cut off. */
export function gapBars(rotation: RotationState, forth: boolean, now: number): ClosedView['gaps'] {
  const stopped = stillLeft(rotation).filter((host) => isSeenStopped(rotation, host));
  const stillLeftCutOff = [...leftCutOff(rotation), ...stopped];
  const isStill = (host: HostName, gap: Gap): boolean =>
    stillLeftCutOff.includes(host) || (isContained(rotation) && gap.forthAt === null);
  const left = leftIn(rotation);
  return workersOf(rotation)
    .map((host) => ({ host, gap: gapOf(rotation, host, now) }))
    .filter(({ host, gap }) => gap.cutAt !== null && (isStill(host, gap) || !wasRefused(rotation, host)))
    .map(({ host, gap }) => ({
      host,
      ...(isStill(host, gap)
        ? { ms: [], failed: true, still: true }
        : left.includes(host)
          ? { ms: isMeasured(gap, forth) ? gap.ms : [], failed: true }
          : { ms: gap.ms, failed: hasFailed(rotation, host), ...whyUnmeasured(rotation, gap) }),
    }));
}

/** Whether the last that was heard of its machine is that the worker's service is stopped: nothing connects it then. */
export function isSeenStopped({ orders, proofs }: RotationState, host: HostName): boolean {
  const all = orders.filter((order) => order.host === host);
  const last = all.findLast(({ status }) => status === 'finished');
  if (last === undefined || all.some(({ undoneAt }) => undoneAt !== undefined)) return false;
  if (last.kind === 'look') return proofs[host]?.worker?.service.state === 'stopped';
  const { found } = last.data;
  const state = typeof found === 'object' && found !== null && 'state' in found ? found.state : found;
  return last.code === 'ServiceNotRunning' && state === 'stopped';
}

/** Whether a worker that has no new certificate stays cut off, because its old one is never trusted again. */
const isContained = ({ plan, closed }: RotationState): boolean =>
  plan !== null && contains(plan) && ['contained', 'partly'].includes(closed?.outcome ?? '');

function whyUnmeasured(
  rotation: RotationState,
  { host, ms, unwatchedAt, isClocked }: Gap,
): Pick<ClosedView['gaps'][number], 'unmeasured'> {
  if (ms.length > 0) return {};
  if (isSeenLater(rotation, host)) return { unmeasured: 'seen-later' };
  return unwatchedAt !== null ? { unmeasured: 'unwatched' } : isClocked ? {} : { unmeasured: 'unclocked' };
}

/** Nobody knows how long a worker that was left behind was cut off, unless its own runner has reported the end. */
const isMeasured = ({ forthAt, backAt }: Gap, forth: boolean): boolean => (forth ? forthAt : backAt) !== null;

/** Whether everything was put back because of this host; a decision of people is not its failure. */
const hasFailed = ({ turned }: RotationState, host: string): boolean =>
  turned !== null &&
  turned.code !== 'PutBackDecided' &&
  turned.code !== 'LeftForPackages' &&
  [turned.host ?? turned.data.hosts, turned.data.failedToo].flat().includes(host);

/**
 * Nobody knows that workers are cut off if the rotation was of their own certificates or a reconnect, or if a person
 * has put their master back since.
 */
export function leftCutOff(rotation: RotationState): readonly string[] {
  const isLeft = rotation.closed?.outcome === 'left-behind' && !isOfWorkers(rotation) && !isReconnect(rotation);
  return isLeft && !whyAsItIs(rotation) && !isMasterUndone(rotation) ? stillLeft(rotation) : [];
}
