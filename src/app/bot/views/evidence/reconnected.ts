import type { Proof } from '../../../../domain/machine/proof-roles.ts';
import { PRESENT } from '../../../../domain/plan/plan.ts';
import { masterOf } from '../../../../domain/plan/plan-phases.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import type { Data, Instant, Message, Thumbprint } from '../../../../domain/values.ts';
import { againstIn, courseOf, type Evidence, keptOf, line, notConnecting, witnessesOf } from './evidence.ts';
import { isOff, workersOf } from './gaps.ts';
import { unproved } from './own-evidence.ts';
import { trustStays } from './trust-stays.ts';

/** Whether the rotation brings workers in line with their master, which stays as it is. */
export const isReconnect = ({ plan }: RotationState): boolean => plan?.header.kind === 'reconnect';

/** What the master presents, before and after; null for another kind of rotation. */
export const presentOf = ({ plan }: RotationState): Thumbprint | null =>
  plan?.header.existing?.[PRESENT]?.thumbprint ?? null;

/** When that certificate ends, by the look at the master for the plan. */
export const presentEnd = (rotation: RotationState): Instant | null =>
  Object.values(rotation.looks)
    .flatMap(({ master }) => master?.certificate ?? [])
    .find(({ thumbprint }) => thumbprint === presentOf(rotation))?.notAfter ?? null;

/**
 * How we know, worker by worker: which are in line and connected, have their service off, were put back, never began,
 * or did not need it.
 */
export function reconnectEvidence(
  rotation: RotationState,
  proofs: readonly Proof[],
  forth: boolean,
): readonly Evidence[] {
  const workers = workersOf(rotation);
  const { kept, back, never, isBegun } = courseOf(rotation, workers, forth);
  const off = kept.filter((host) => isOff(rotation, host));
  const connected = kept.filter((host) => !off.includes(host));
  const own = proofs.filter(({ host }) => connected.includes(host));
  const witnesses = witnessesOf(own);
  const thumbprint = presentOf(rotation) ?? '';
  const already = rotation.wish.workers.filter((host) => !workers.includes(host));
  const master = (rotation.plan === null ? null : masterOf(rotation.plan)) ?? '';
  return [
    ...(kept.length === 0 ? [] : [line('good', 'proof.in-line', { hosts: kept, thumbprint, master })]),
    ...(connected.length === 0
      ? []
      : [line('good', 'proof.workers', { connected: connected.length, count: connected.length, witnesses })]),
    ...notConnecting(off),
    ...(back.length === 0 ? [] : [line(forth ? 'bad' : 'good', 'proof.cut-off-as-before', { hosts: back })]),
    ...(never.length === 0 || !isBegun ? [] : [line('bad', 'proof.not-begun', { hosts: never })]),
    ...(already.length === 0 ? [] : [line('good', 'proof.connected-already', { hosts: already })]),
    ...trustStays(rotation),
    ...againstIn(proofs),
    ...unproved(rotation).map((host) => line('bad', 'proof.left-as-it-is', { host })),
  ];
}

/** What is left to do: start what somebody has stopped, or ask for those that are not in line. */
export function afterReconnect(rotation: RotationState, forth: boolean, ticket: Data): readonly Message[] {
  const kept = keptOf(rotation);
  const off = kept.filter((host) => !wasRunning(rotation, host));
  const strange = kept.filter((host) => wasRunning(rotation, host) && isOff(rotation, host));
  const rest = workersOf(rotation).filter((host) => !kept.includes(host));
  if (!forth) return rotation.turned?.host == null ? [] : [{ id: 'next.ask-again', data: {} }];
  return [
    ...(off.length === 0 ? [] : [{ id: 'next.start-service', data: { hosts: off } }]),
    ...(strange.length === 0 ? [] : [{ id: 'next.rotate-own', data: { hosts: strange } }]),
    ...(rest.length === 0 ? [] : [{ id: 'next.reconnect-rest', data: { hosts: rest, ...ticket } }]),
  ];
}

const wasRunning = ({ looks }: RotationState, host: string): boolean =>
  looks[host]?.worker?.service.state === 'running';
