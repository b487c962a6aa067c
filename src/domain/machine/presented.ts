import { NEW, type Plan, PRESENT } from '../plan.ts';
import type { FarmState, Made } from '../rotation.ts';
import type { RotationId, Thumbprint } from '../values.ts';
import type { HostLook } from './host-facts.ts';

/**
 * What the master of these looks presents: of a cluster's nodes the one that runs. null: nobody answered, or no master
 * among them.
 */
export const presentedIn = (looks: readonly HostLook[]): Thumbprint | null =>
  looks
    .filter(({ master }) => master?.service.state === 'running')
    .flatMap(({ master }) => master?.presented ?? [])
    .find(({ thumbprint }) => thumbprint !== null)?.thumbprint ?? null;

/** The rotation whose master made this certificate, by the runner's own signed word; null: nobody here knows of one. */
export const makerOf = ({ order, rotations }: FarmState, thumbprint: Thumbprint | null): RotationId | null =>
  thumbprint === null
    ? null
    : (order.findLast((id) => rotations[id]?.made[NEW]?.certificate.thumbprint === thumbprint) ?? null);

/** The certificate that a plan takes as it is, with the word of whoever made it: an earlier rotation of this farm. */
export function carriedBy({ rotations }: FarmState, { header }: Plan): { readonly [ref: string]: Made } {
  const made = header.wish.of === null ? undefined : rotations[header.wish.of]?.made[NEW];
  const isIt = made !== undefined && made.certificate.thumbprint === header.existing?.[PRESENT]?.thumbprint;
  return isIt ? { [PRESENT]: made } : {};
}
