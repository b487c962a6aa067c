import type { HostLook, WorkerLook } from '../host-facts.ts';
import type { PlanSlice } from '../plan.ts';
import type { RotationState } from '../rotation.ts';
import { workerRef } from '../scope.ts';
import { parseThumbprint, type Thumbprint } from '../values.ts';
import { judgeMaster, judgeWorker, type Proof, speaking, type Want } from './proof.ts';
import { withdrawn } from './stages.ts';

/**
 * Judges a fresh look where each worker has a certificate of its own: the new one, or, on the way back and where it did
 * not switch, the one of before. What the master presents stays what it was, and so does what workers pin.
 */
export function judgeOwn(
  rotation: RotationState,
  look: HostLook,
  slice: PlanSlice,
  direction: 'forth' | 'back',
): Proof {
  const before = rotation.looks[slice.host];
  const against: Proof['against'][number][] = [];
  const want: Want = (fact, found, wanted) => {
    if (found !== wanted) against.push({ fact, found, wanted });
  };
  const presented = presentedBefore(rotation);
  const master = before?.master ?? null;
  if (master !== null && slice.roles.includes('master') && presented !== null) {
    judgeMaster(look.master, presented, master, want);
  }
  const was = before?.worker ?? null;
  const isOurs = Object.values(slice.stages).some(({ steps }) => steps.some(({ kind }) => kind === 'write-setting'));
  if (was === null || !isOurs || presented === null)
    return { host: slice.host, proved: against.length === 0, against, witnesses: [] };
  const forth = direction === 'forth' && !withdrawn(rotation).includes(slice.host);
  want('WorkerHttpsCertThumbprint', ownOf(look.worker), forth ? madeFor(rotation, slice) : ownOf(was));
  const connected = forth || speaking(was.connection).length > 0;
  const witnesses = judgeWorker(look.worker, presented, was, connected, want);
  return { host: slice.host, proved: against.length === 0, against, witnesses };
}

const ownOf = (worker: WorkerLook | null): Thumbprint | null =>
  worker === null ? null : parseThumbprint(worker.workerThumbprint);

const madeFor = ({ made }: RotationState, { host }: PlanSlice): Thumbprint | null =>
  made[workerRef(host)]?.certificate.thumbprint ?? null;

/** What the workers were shown when they were looked at for the plan. */
function presentedBefore({ looks }: RotationState): Thumbprint | null {
  const shown = Object.values(looks).flatMap(({ master }) => master?.presented ?? []);
  return shown.find(({ thumbprint }) => thumbprint !== null)?.thumbprint ?? null;
}
