import type { WorkerLook } from '../domain/machine/host-facts.ts';
import { wasConnected } from './was-connected.ts';

interface Looked {
  readonly worker: Pick<WorkerLook, 'service' | 'connection'>;
}

/** How much a worker that goes first would prove: all, that it can connect, or nothing, for its service is off. */
const proves = ({ worker: { service, connection } }: Looked): 2 | 1 | 0 =>
  service.state !== 'running' ? 0 : wasConnected(connection) ? 2 : 1;

/** Those who prove most go first, else in the order in which they came. */
export const provingFirst = <T extends Looked>(workers: readonly T[]): readonly T[] =>
  [...workers].sort((one, other) => proves(other) - proves(one));

/**
 * How many of them are waited for before the others: as many as are wished, and nobody who was not connected where
 * others were. None whose service is off, for that proves nothing.
 */
export function canaryOf(workers: readonly Looked[], wished: number): number {
  const most = Math.max(0, ...workers.map(proves));
  return most === 0 ? 0 : Math.min(wished, workers.filter((one) => proves(one) === most).length);
}
