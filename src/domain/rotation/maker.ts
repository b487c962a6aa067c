import { NEW, type Plan, PRESENT } from '../plan/plan.ts';
import type { RotationId, Thumbprint } from '../values.ts';
import type { FarmState } from './farm-state.ts';
import type { Made } from './rotation.ts';

/** The rotation whose master made this certificate, by the runner's signed report; null: none known here. */
export const makerOf = ({ order, rotations }: FarmState, thumbprint: Thumbprint | null): RotationId | null =>
  thumbprint === null
    ? null
    : (order.findLast((id) => rotations[id]?.made[NEW]?.certificate.thumbprint === thumbprint) ?? null);

/** The existing certificate a plan uses, with its maker's report, if an earlier rotation of this farm made it. */
export function carriedBy({ rotations }: FarmState, { header }: Plan): { readonly [ref: string]: Made } {
  const made = header.wish.of === null ? undefined : rotations[header.wish.of]?.made[NEW];
  const isIt = made !== undefined && made.certificate.thumbprint === header.existing?.[PRESENT]?.thumbprint;
  return isIt ? { [PRESENT]: made } : {};
}
