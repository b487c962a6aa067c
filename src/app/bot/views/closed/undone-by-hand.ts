import { masterOf } from '../../../../domain/plan/plan-phases.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import type { HostName, Instant } from '../../../../domain/values.ts';

interface UndoneByHand {
  readonly hosts: readonly HostName[];
  /** Whether all of it was proved by a look there. */
  readonly sure: boolean;
  /** When the last of it was heard. */
  readonly at: Instant;
}

/** What people at machines have put back since it ended, as their runners reported; null if nothing. */
export function undoneByHand({ orders }: RotationState): UndoneByHand | null {
  const undone = orders.filter(({ undoneAt }) => undoneAt !== undefined);
  const at = undone
    .flatMap(({ undoneAt }) => undoneAt ?? [])
    .sort()
    .at(-1);
  if (at === undefined) return null;
  const hosts = [...new Set(undone.map(({ host }) => host))];
  return { hosts, sure: undone.every(({ outcome }) => outcome === 'put-back'), at };
}

/** Whether its master is among them: then what it presented at the end says nothing about now. */
export function isMasterUndone(rotation: RotationState): boolean {
  const master = rotation.plan === null ? null : masterOf(rotation.plan);
  return master !== null && undoneByHand(rotation)?.hosts.includes(master) === true;
}
