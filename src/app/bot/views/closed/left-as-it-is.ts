import { isLeftAsItIs } from '../../../../domain/next/lost-way-back.ts';
import { masterOf, switchStage } from '../../../../domain/plan/plan-phases.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import type { HostName, Message } from '../../../../domain/values.ts';

/** Who was named as not proved when it ended. */
export const leftOf = ({ closed }: RotationState): readonly string[] => [closed?.data.left ?? []].flat().map(String);

/** The master that a rotation was to switch and that was left as it is; null: how it stands was proved. */
export function unprovedMaster(rotation: RotationState): HostName | null {
  const { plan } = rotation;
  const host = plan === null || switchStage(plan) === undefined ? null : masterOf(plan);
  return host !== null && leftOf(rotation).includes(host) ? host : null;
}

/** Nothing went back, for there was nothing to go back to; null: it was not so. */
export function whyAsItIs(rotation: RotationState): Message | null {
  const host = rotation.plan === null ? null : masterOf(rotation.plan);
  return host !== null && isLeftAsItIs(rotation) ? { id: 'why.as-it-is', data: { host } } : null;
}

/** What is to be done about whoever was not proved. */
export function afterLeft(rotation: RotationState): readonly Message[] {
  const master = unprovedMaster(rotation);
  const hosts = leftOf(rotation).filter((host) => host !== master);
  return [
    ...(master === null ? [] : [{ id: 'next.master-unproved', data: { host: master } }]),
    ...(hosts.length === 0 ? [] : [{ id: 'next.left-behind', data: { hosts } }]),
  ];
}
