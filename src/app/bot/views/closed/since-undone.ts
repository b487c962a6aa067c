import type { StageHead } from '../../../../domain/plan/plan.ts';
import { followStages, switchStage } from '../../../../domain/plan/plan-phases.ts';
import { leftIn, rejoinedIn } from '../../../../domain/rotation/left-behind.ts';
import { newMaster, type RotationState } from '../../../../domain/rotation/rotation.ts';
import type { Message } from '../../../../domain/values.ts';
import { workersOf } from '../evidence/gaps.ts';
import { isMasterUndone, undoneByHand } from './undone-by-hand.ts';

/** Steps that rest on the master's state at the end: who is cut off, for example, changes once it has gone back. */
export const OF_MASTER: readonly string[] = [
  'next.contained',
  'next.left-behind',
  'next.left-outside',
  'next.left-unseen',
  'next.master-silent',
  'next.master-unproved',
];

/** What was next when it ended, without what people at machines have put back since; that comes first. */
export function sinceUndone(rotation: RotationState, next: readonly Message[]): readonly Message[] {
  const undone = undoneByHand(rotation);
  if (undone === null) return next;
  const gone = ['next.old-stays', ...(isMasterUndone(rotation) ? OF_MASTER : [])];
  const others = next
    .filter(({ id }) => !gone.includes(id))
    .flatMap(({ id, data }): readonly Message[] => {
      // A worker that did not follow, and was put back, still does not follow its master.
      if (!Array.isArray(data.hosts) || id === 'next.left-behind') return [{ id, data }];
      const hosts = data.hosts.map(String).filter((host) => !undone.hosts.some((one) => one === host));
      return hosts.length === 0 ? [] : [{ id, data: { ...data, hosts } }];
    });
  return [
    { id: 'next.undone-by-hand', data: { hosts: undone.hosts, sure: undone.sure } },
    ...pinsNew(rotation),
    ...others,
  ];
}

/** Workers that had followed a master which a person has put back since: they name what it no longer presents. */
function pinsNew(rotation: RotationState): readonly Message[] {
  const { plan, closed } = rotation;
  const isForth = closed?.outcome === 'proved' || closed?.outcome === 'left-behind';
  const lead = plan === null ? undefined : switchStage(plan);
  if (plan === null || lead === undefined || !isForth || wentBack(rotation, [lead]).length === 0) return [];
  const followed = rejoinedIn(rotation).filter(({ presented }) => presented === newMaster(rotation));
  const left = leftIn(rotation).filter((host) => !followed.some((one) => one.host === host));
  const aside = [...wentBack(rotation, followStages(plan)), ...left];
  const hosts = workersOf(rotation).filter((host) => !aside.includes(host));
  return hosts.length === 0 ? [] : [{ id: 'next.pins-new', data: { hosts } }];
}

/** Machines that went back in these stages by hand. One that ended without a proof may have been left as it was. */
const wentBack = ({ orders }: RotationState, stages: readonly StageHead[]): readonly string[] =>
  orders
    .filter(({ undoneAt, outcome }) => undoneAt !== undefined && outcome === 'put-back')
    .filter(({ host, stage }) => stages.some(({ name, hosts }) => name === stage && hosts.includes(host)))
    .map(({ host }) => host);
