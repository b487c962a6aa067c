import type { HostLook } from '../../machine/host-facts.ts';
import { compare, judgeKept, judgeWorker, type Proof } from '../../machine/proof-roles.ts';
import { AUTHORITY, type PlanSlice, PRESENT } from '../../plan/plan.ts';
import { seenBack } from '../../rotation/as-before.ts';
import type { RotationState } from '../../rotation/rotation.ts';
import { parseThumbprint } from '../../values.ts';
import { withdrawn } from '../stages.ts';

/**
 * Judges a fresh look in a rotation that brings workers in line with their master: the master presents what it did, and
 * they trust and pin that and are connected. If put back or never begun, they pin what they did and need not be
 * connected.
 */
export function judgeReconnected(
  rotation: RotationState,
  look: HostLook,
  slice: PlanSlice,
  direction: 'forth' | 'back',
): Proof | null {
  const present = rotation.plan?.header.existing?.[PRESENT]?.thumbprint;
  if (present === undefined) return null;
  const before = rotation.looks[slice.host];
  const { against, want } = compare();
  const master = before?.master ?? null;
  if (master !== null && slice.roles.includes('master')) judgeKept(look.master, master, present, want);
  const was = before?.worker ?? null;
  if (was === null || slice.stages.reconnect === undefined)
    return { host: slice.host, proved: against.length === 0, against, witnesses: [] };
  const isBack = withdrawn(rotation).includes(slice.host) || seenBack(rotation, look).length > 0;
  const forth = direction === 'forth' && !isBack;
  // A setting that is no thumbprint was refused earlier; it cannot be judged, and nothing was written over it.
  const target = forth ? present : (parseThumbprint(was.masterThumbprint) ?? present);
  const trusts = look.worker?.trustsPinned ?? null;
  // The root is there, as the step has proved; whether a look can follow the chain up to it is another matter.
  const isFollowed = trusts !== null || rotation.plan?.header.existing?.[AUTHORITY] === undefined;
  if (forth && isFollowed) want('Root', trusts, true);
  const isAsked = slice.stages.reconnect.checks.some(({ kind }) => kind === 'worker-connected');
  const witnesses = judgeWorker(look.worker, target, was, forth && isAsked, want);
  return { host: slice.host, proved: against.length === 0, against, witnesses };
}
