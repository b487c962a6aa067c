import type { Farm } from '../domain/farm/farm.ts';
import type { Looks } from '../domain/machine/host-facts.ts';
import { NEW, type PlanHeader } from '../domain/plan/plan.ts';
import { workerRef } from '../domain/plan/scope.ts';
import { isRefusal } from '../domain/values.ts';
import type { ExistingLine, NextCertificate } from '../domain/views/next-certificate.ts';
import { surveyExisting } from './existing.ts';
import { linesBefore, surveyBefore } from './rollback-worker.ts';
import { surveyFarm } from './rotate-master-refusals.ts';
import { surveyWorkers } from './rotate-worker-refusals.ts';

/** The existing certificate that a plan uses (of several, the one that expires first), and what was checked of all. */
export interface Taken {
  readonly next: NextCertificate;
  readonly lines: readonly ExistingLine[];
}

/** The existing certificate that a plan uses, with what was checked when the plan was made; null: it uses none. */
export function existingOf(farm: Farm, header: PlanHeader, looks: Looks): Taken | null {
  if (header.existing === undefined) return null;
  if (header.existing[NEW] === undefined) return takenByWorkers(farm, header, looks);
  const surveyed = surveyFarm(farm, looks, header.wish);
  if (isRefusal(surveyed)) return null;
  const found = surveyExisting({ ...header, farm, looks }, surveyed);
  if (isRefusal(found)) return null;
  const { host, keyBits, hash, names, store, notAfter, thumbprint, lines } = found;
  return { next: { host, keyBits, hash, exportable: false, names, store, notAfter, thumbprint }, lines };
}

function takenByWorkers(farm: Farm, header: PlanHeader, looks: Looks): Taken | null {
  const surveyed = surveyWorkers(farm, header.wish, looks);
  if (isRefusal(surveyed)) return null;
  const before = Object.fromEntries(
    surveyed.workers.flatMap(({ host }) => {
      const thumbprint = header.existing?.[workerRef(host)]?.thumbprint;
      return thumbprint === undefined ? [] : [[host, thumbprint] as const];
    }),
  );
  const found = surveyBefore({ ...header, farm, looks, before }, surveyed);
  if (isRefusal(found)) return null;
  const [first] = [...found].sort((a, b) => (a.notAfter < b.notAfter ? -1 : 1));
  return first === undefined ? null : { next: first, lines: linesBefore(found, header.at) };
}
