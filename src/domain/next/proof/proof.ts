import { removedBySteps } from '../../follow-up/retire.ts';
import type { HostLook } from '../../machine/host-facts.ts';
import { compare, judgeMaster, judgeWorker, type Proof, speaking } from '../../machine/proof-roles.ts';
import type { PlanSlice } from '../../plan/plan.ts';
import { keeps, makesBinding, retires } from '../../plan/plan-phases.ts';
import { stepParams } from '../../plan/step-params.ts';
import { newMaster, type RotationState } from '../../rotation/rotation.ts';
import type { Thumbprint } from '../../values.ts';
import { latestOrder } from '../stages.ts';
import { onlineWitness } from './online-witness.ts';
import { judgeReconnected } from './proof-reconnect.ts';
import { judgeOwn } from './proof-worker.ts';

/** The certificate everybody should be on. */
export const targetOf = (rotation: RotationState, direction: 'forth' | 'back'): Thumbprint | null =>
  direction === 'back' ? (rotation.plan?.header.old?.thumbprint ?? null) : newMaster(rotation);

interface Wished {
  readonly before: HostLook | undefined;
  readonly direction: 'forth' | 'back';
  /** False: the way back leads to a port without a binding, where nobody is served. */
  readonly served: boolean;
  /** The .cer file should be as before by now; it is put back only after the master. */
  readonly isFileDue: boolean;
}

/**
 * Judges a fresh look at one machine by the certificate it should be on; only roles in its slice count. A service that
 * did not run before need not run, and on the way back a worker that was not connected before need not be.
 */
function judgeLook(
  look: HostLook,
  slice: PlanSlice,
  target: Thumbprint,
  { before, direction, served, isFileDue }: Wished,
): Proof {
  const { against, want } = compare();
  const witnesses: string[] = [];
  if (slice.roles.includes('master'))
    judgeMaster(look.master, target, before?.master ?? null, want, served ? 'bound' : 'unbound');
  // The file may have held another certificate than the one in use: an undo restores that one.
  if (slice.stages.publish !== undefined && (direction === 'forth' || isFileDue)) {
    const published = direction === 'forth' ? target : (before?.master?.published ?? null);
    want('SSISScaleOutMaster.cer', look.master?.published ?? null, published);
  }
  if (slice.roles.includes('worker')) {
    const was = before?.worker ?? null;
    const connected = direction === 'forth' || (served && was !== null && speaking(was.connection).length > 0);
    witnesses.push(...judgeWorker(look.worker, target, was, connected, want));
  }
  return { host: slice.host, proved: against.length === 0, against, witnesses };
}

/** Judges only whether a master is bound and presents as before, whatever else of the rotation is still there. */
export function judgeMasterBack(rotation: RotationState, { host, master }: HostLook, old: Thumbprint): Proof {
  const { against, want } = compare();
  const port = rotation.plan !== null && makesBinding(rotation.plan) ? 'unbound' : 'bound';
  judgeMaster(master, old, rotation.looks[host]?.master ?? null, want, port);
  return { host, proved: against.length === 0, against, witnesses: [] };
}

/** Judges a fresh look at a machine from which old certificates were removed: it must hold none of them. */
function judgeRetired(look: HostLook, slice: PlanSlice): Proof {
  const gone: readonly string[] = removedBySteps(slice.stages.retire?.steps ?? []);
  const held = look.leftovers ?? null;
  const against =
    held === null
      ? [{ fact: 'stores', found: null, wanted: 'read' }]
      : held
          .filter(({ thumbprint }) => gone.includes(thumbprint))
          .map(({ thumbprint, stores }) => ({ fact: thumbprint, found: [...stores], wanted: [] }));
  return { host: slice.host, proved: against.length === 0, against, witnesses: [] };
}

/**
 * Services that run as another process than the one this rotation started, and than in the previous look: they died
 * meanwhile, and a crash loop looks fine half of the time.
 */
export function unsteady(rotation: RotationState, slice: PlanSlice, look: HostLook): Proof['against'] {
  const earlier = rotation.earlier[slice.host];
  return Object.values(slice.stages)
    .flatMap(({ steps }) => steps)
    .filter(({ kind }) => kind === 'restart-service')
    .flatMap((step) => {
      const { role } = stepParams('restart-service', step);
      const started = rotation.steps[slice.host]?.[step.id]?.facts.pid;
      const service = look[role]?.service;
      if (service === undefined || started === undefined) return [];
      const { name, pid } = service;
      const isSteady = pid === started || pid === earlier?.[role]?.service.pid;
      return isSteady ? [] : [{ fact: `${name} process`, found: pid, wanted: started }];
    });
}

/** Proofs of all machines that were looked at since the last change. */
export function proofsOf(rotation: RotationState, direction: 'forth' | 'back'): readonly Proof[] {
  const online = onlineWitness(rotation);
  return (rotation.plan?.slices ?? []).flatMap((slice) => {
    const look = rotation.proofs[slice.host];
    const proof = look === undefined ? null : judgeSlice(rotation, look, slice, direction);
    if (proof === null) return [];
    const isOnline = online.some((one) => one.host === slice.host && one.online);
    return [isOnline ? { ...proof, witnesses: [...proof.witnesses, 'ssisdb'] } : proof];
  });
}

/** What was done there in this stage stays until the machine is told to put it back. */
function isYetToGoBack(rotation: RotationState, host: string, stage: string): boolean {
  const done = latestOrder(rotation, host, stage, 'apply');
  const isUndone = done?.outcome === 'put-back' || latestOrder(rotation, host, stage, 'undo') !== undefined;
  return done?.status === 'finished' && !isUndone;
}

/** Judges a fresh look by what this kind of rotation wants of the machine; null: nothing to judge by yet. */
export function judgeSlice(
  rotation: RotationState,
  look: HostLook,
  slice: PlanSlice,
  direction: 'forth' | 'back',
): Proof | null {
  if (rotation.plan?.header.kind === 'reconnect') return judgeReconnected(rotation, look, slice, direction);
  if (rotation.plan !== null && keeps(rotation.plan)) return judgeOwn(rotation, look, slice, direction);
  if (rotation.plan !== null && retires(rotation.plan))
    return slice.stages.retire === undefined ? null : judgeRetired(look, slice);
  const target = targetOf(rotation, direction);
  if (target === null) return null;
  const served = direction === 'forth' || rotation.plan === null || !makesBinding(rotation.plan);
  const isFileDue = !isYetToGoBack(rotation, slice.host, 'publish');
  return judgeLook(look, slice, target, { before: rotation.looks[slice.host], direction, served, isFileDue });
}
