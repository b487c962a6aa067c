import { latestOrder, ordersOf } from '../../../../domain/next/stages.ts';
import type { OrderState, RotationState } from '../../../../domain/rotation/rotation.ts';
import type { HostName } from '../../../../domain/values.ts';

/** Its service is neither running nor stopped, which the end of its process ends. */
const STUCK: readonly string[] = ['ServiceStuckStopping', 'ServicePending'];
/** Its service does not start, and only Windows knows why. */
const DOWN: readonly string[] = ['ServiceStartTimedOut', 'ServiceStartRefused', 'ServiceNotRunning'];

/** The machines whose own way forth, or back, has failed for one of these reasons. */
const failedFor = (
  rotation: RotationState,
  hosts: readonly HostName[],
  codes: readonly string[],
): readonly HostName[] => hosts.filter((host) => codes.includes(lastFailure(rotation, host)?.code ?? ''));

function lastFailure(rotation: RotationState, host: HostName): OrderState | undefined {
  const newest = ordersOf(rotation, host).findLast(({ kind }) => kind === 'apply' || kind === 'undo');
  // An undo tells nothing before it ends; it tries what failed in the order that it undoes.
  return newest?.kind === 'undo' && newest.code === null ? latestOrder(rotation, host, newest.stage, 'apply') : newest;
}

/** What can be done on machines that are still being put back; left out: nothing is known. */
export function meanwhileOn(
  rotation: RotationState,
  hosts: readonly HostName[],
): { readonly stuck?: readonly HostName[]; readonly down?: readonly HostName[] } {
  const stuck = failedFor(rotation, hosts, STUCK);
  const down = failedFor(rotation, hosts, DOWN);
  return { ...(stuck.length === 0 ? {} : { stuck }), ...(down.length === 0 ? {} : { down }) };
}
