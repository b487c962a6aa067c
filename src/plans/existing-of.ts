import type { Farm } from '../domain/farm.ts';
import { NEW, type PlanHeader } from '../domain/plan.ts';
import { isRefusal } from '../domain/values.ts';
import type { Looks } from './draft.ts';
import { type Existing, surveyExisting } from './existing.ts';
import { surveyFarm } from './rotate-master-refusals.ts';

/** The certificate that a plan takes as it is, with what was looked at when it was made; null: it takes none. */
export function existingOf(farm: Farm, header: PlanHeader, looks: Looks): Existing | null {
  if (header.existing?.[NEW] === undefined) return null;
  const surveyed = surveyFarm(farm, looks);
  if (isRefusal(surveyed)) return null;
  const existing = surveyExisting({ ...header, farm, looks }, surveyed);
  return isRefusal(existing) ? null : existing;
}
