import { NEW, type Plan, PRESENT } from '../plan/plan.ts';
import type { RotationId, Thumbprint } from '../values.ts';
import type { FarmState } from './farm-state.ts';
import type { Made } from './rotation.ts';

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
