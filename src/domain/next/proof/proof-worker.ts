import type { HostLook, MasterLook, WorkerLook } from '../../machine/host-facts.ts';
import { compare, judgeKept, judgeWorker, type Proof, speaking, type Want } from '../../machine/proof-roles.ts';
import type { PlanSlice } from '../../plan/plan.ts';
import { CONTAIN } from '../../plan/plan-phases.ts';
import { WORKER_PUBLISH, workerRef } from '../../plan/scope.ts';
import { stepParams } from '../../plan/step-params.ts';
import { seenBack } from '../../rotation/as-before.ts';
import type { RotationState } from '../../rotation/rotation.ts';
import { parseThumbprint, type Thumbprint } from '../../values.ts';
import { containedHosts, withdrawn } from '../stages.ts';

/**
 * Judges a fresh look in a rotation of workers' own certificates: each has the new one or, on the way back and where it
 * did not switch, the previous one. The master stays what it was, and so does what workers pin.
 */
export function judgeOwn(
  rotation: RotationState,
  look: HostLook,
  slice: PlanSlice,
  direction: 'forth' | 'back',
): Proof {
  const before = rotation.looks[slice.host];
  const { against, want } = compare();
  const presented = presentedBefore(rotation);
  const master = before?.master ?? null;
  if (master !== null && slice.roles.includes('master') && presented !== null) {
    judgeKept(look.master, master, presented, want);
    judgeContained(rotation, look, slice, { master, want });
  }
  const was = before?.worker ?? null;
  const isOurs = Object.values(slice.stages).some(({ steps }) => steps.some(({ kind }) => kind === 'write-setting'));
  if (was === null || !isOurs || presented === null)
    return { host: slice.host, proved: against.length === 0, against, witnesses: [] };
  const isWithdrawn = withdrawn(rotation).includes(slice.host);
  const forth = direction === 'forth' && !isWithdrawn && seenBack(rotation, look).length === 0;
  want('WorkerHttpsCertThumbprint', ownOf(look.worker), forth ? madeFor(rotation, slice) : ownOf(was));
  // What was prepared goes back only once it is settled that its worker did.
  if (slice.stages[WORKER_PUBLISH] !== undefined && (forth || isWithdrawn || direction === 'back')) {
    const published = forth ? madeFor(rotation, slice) : (was.published ?? null);
    want('SSISScaleOutWorker.cer', look.worker?.published ?? null, published);
  }
  const isContained = containedHosts(rotation).includes(slice.host);
  const connected = forth || (!isContained && speaking(was.connection).length > 0);
  const witnesses = judgeWorker(look.worker, presented, was, connected, want);
  return { host: slice.host, proved: against.length === 0, against, witnesses };
}

/** A master that was told to stop trusting a key does not hold it, and has been restarted since. */
function judgeContained(
  rotation: RotationState,
  look: HostLook,
  slice: PlanSlice,
  { master, want }: { readonly master: MasterLook; readonly want: Want },
): void {
  const contained = containedBy(rotation, slice);
  if (contained.length === 0) return;
  for (const one of contained) want(`${TRUST}${one}`, holdsInRoot(look, one), false);
  const { name, pid } = look.master?.service ?? master.service;
  if (!hasRestarted(rotation, slice) && pid !== 0 && pid === master.service.pid)
    want(`${name} process`, `${pid}, as before it was told to trust the key no more`, 'another one: restart it');
}

const TRUST = 'Root ';

/** Whether a mismatch is about a certificate the machine was told to stop trusting. */
export const isTrustFact = (fact: string): boolean => fact.startsWith(TRUST);

/** What this machine was told to stop trusting, and did. */
const containedBy = ({ steps }: RotationState, { host, stages }: PlanSlice): readonly Thumbprint[] =>
  (stages[CONTAIN]?.steps ?? []).flatMap((step) =>
    step.kind === 'distrust-certificate' && steps[host]?.[step.id]?.state === 'done'
      ? [stepParams('distrust-certificate', step).thumbprint]
      : [],
  );

/** Whether its own runner has shown that the service reloaded whom to trust; a person may restart it as well. */
const hasRestarted = ({ steps }: RotationState, { host, stages }: PlanSlice): boolean =>
  (stages[CONTAIN]?.steps ?? []).some(
    ({ id, kind }) => kind === 'restart-service' && ['done', 'undone'].includes(steps[host]?.[id]?.state ?? ''),
  );

/** Something else on the machine may bring it back, such as a policy. */
const holdsInRoot = ({ leftovers }: HostLook, thumbprint: Thumbprint): boolean =>
  leftovers?.some((one) => one.thumbprint === thumbprint && one.stores.includes('Root')) === true;

const ownOf = (worker: WorkerLook | null): Thumbprint | null =>
  worker === null ? null : parseThumbprint(worker.workerThumbprint);

const madeFor = ({ made, plan }: RotationState, { host }: PlanSlice): Thumbprint | null =>
  made[workerRef(host)]?.certificate.thumbprint ?? plan?.header.existing?.[workerRef(host)]?.thumbprint ?? null;

/**
 * What the masters presented when the plan was made, as the masters themselves report. Workers' reports do not count,
 * since their keys may be compromised.
 */
function presentedBefore({ looks, plan }: RotationState): Thumbprint | null {
  const masters = plan?.slices.filter(({ roles }) => roles.includes('master')) ?? [];
  const shown = masters.flatMap(({ host }) => looks[host]?.master?.presented ?? []);
  return shown.find(({ thumbprint }) => thumbprint !== null)?.thumbprint ?? null;
}
