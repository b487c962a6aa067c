import type { HostName } from '../values.ts';
import type { Rejoined, RotationState } from './rotation.ts';

/** Machines listed when a rotation closed: those that keep their new certificate, or were left as they are. */
export function hostsClosedWith(
  { closed }: Pick<RotationState, 'closed'>,
  field: 'kept' | 'left',
): readonly HostName[] {
  const hosts = closed?.data[field];
  return Array.isArray(hosts) ? hosts.filter((host): host is HostName => typeof host === 'string') : [];
}

/** Machines that were left as they are when the rotation closed. */
export const leftIn = (rotation: Pick<RotationState, 'closed'>): readonly HostName[] =>
  hostsClosedWith(rotation, 'left');

/**
 * Of those left behind, the ones a later look has shown connected, unless a person at the machine undid the order after
 * that look.
 */
export function rejoinedIn(rotation: RotationState): readonly (Rejoined & { readonly host: HostName })[] {
  const isUndone = (host: HostName, { at }: Rejoined): boolean =>
    rotation.orders.some(({ host: one, undoneAt }) => one === host && undoneAt !== undefined && undoneAt >= at);
  return leftIn(rotation).flatMap((host) => {
    const one = rotation.rejoined[host];
    return one === undefined || isUndone(host, one) ? [] : [{ ...one, host }];
  });
}

/** Those left behind, except the ones a look has shown connected since. */
export function stillLeft(rotation: RotationState): readonly HostName[] {
  const back = rejoinedIn(rotation).map(({ host }) => host);
  return leftIn(rotation).filter((host) => !back.includes(host));
}
