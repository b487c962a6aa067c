import type { HostName } from '../values.ts';
import type { Rejoined, RotationState } from './rotation.ts';

/** Machines that the end of a rotation names: those that keep their new certificate, or were left as they are. */
export function hostsClosedWith(
  { closed }: Pick<RotationState, 'closed'>,
  field: 'kept' | 'left',
): readonly HostName[] {
  const hosts = closed?.data[field];
  return Array.isArray(hosts) ? hosts.filter((host): host is HostName => typeof host === 'string') : [];
}

/** Machines that the end of one of its rotations left as they are. */
export const leftIn = (rotation: Pick<RotationState, 'closed'>): readonly HostName[] =>
  hostsClosedWith(rotation, 'left');

/**
 * Of whom it left behind those that are connected since, as a look has shown. What a person at the machine has put back
 * after that look says more.
 */
export function rejoinedIn(rotation: RotationState): readonly (Rejoined & { readonly host: HostName })[] {
  const isUndone = (host: HostName, { at }: Rejoined): boolean =>
    rotation.orders.some(({ host: one, undoneAt }) => one === host && undoneAt !== undefined && undoneAt >= at);
  return leftIn(rotation).flatMap((host) => {
    const one = rotation.rejoined[host];
    return one === undefined || isUndone(host, one) ? [] : [{ ...one, host }];
  });
}

/** Whom it left behind, without those that a look has shown connected since. */
export function stillLeft(rotation: RotationState): readonly HostName[] {
  const back = rejoinedIn(rotation).map(({ host }) => host);
  return leftIn(rotation).filter((host) => !back.includes(host));
}
