import type { WorkerLook } from '../domain/machine/host-facts.ts';
import { wasConnected } from './was-connected.ts';

interface Looked {
  readonly worker: Pick<WorkerLook, 'service' | 'connection'>;
}

/**
 * How much a worker proves by going first: 2 everything, 1 that it can connect, 0 nothing, because its service is off.
 */
const proves = ({ worker: { service, connection } }: Looked): 2 | 1 | 0 =>
  service.state !== 'running' ? 0 : wasConnected(connection) ? 2 : 1;

/** Sorts the workers that prove most to the front; equals keep their order. */
export const provingFirst = <T extends Looked>(workers: readonly T[]): readonly T[] =>
  [...workers].sort((one, other) => proves(other) - proves(one));

/**
 * How many of the workers go first: as many as wished, but none that was not connected if others were, and none whose
 * service is off, for that proves nothing.
 */
export function canaryOf(workers: readonly Looked[], wished: number): number {
  const most = Math.max(0, ...workers.map(proves));
  return most === 0 ? 0 : Math.min(wished, workers.filter((one) => proves(one) === most).length);
}
