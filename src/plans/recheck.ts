import { isCertopsError } from '../domain/errors.ts';
import type { Looks } from '../domain/machine/host-facts.ts';
import { readLook } from '../domain/machine/snapshot.ts';
import type { MovedFact } from '../domain/plan/moved-fact.ts';
import type { Plan, PlannedStep } from '../domain/plan/plan.ts';
import type { HostReader } from '../ports/windows-host.ts';
import { stepOf } from '../steps/index.ts';
import { movedFact } from '../steps/moved.ts';

/**
 * For each step that no longer matches fresh looks, the first fact the plan rests on that moved. A machine without a
 * look is not judged. Async only because `observe` is.
 */
export async function movedSince(plan: Plan, looks: Looks): Promise<readonly MovedFact[]> {
  const found = plan.slices.flatMap(({ host, stages }) => {
    const look = looks[host];
    if (look === undefined) return [];
    const reader: HostReader = readLook(look);
    return Object.values(stages).flatMap(({ steps }) => steps.map((step) => movedOf(step, reader)));
  });
  return (await Promise.all(found)).flatMap((one) => one ?? []);
}

async function movedOf(planned: PlannedStep, reader: HostReader): Promise<MovedFact | null> {
  const { host, id } = planned;
  const step = stepOf(planned);
  if (step.assumed !== undefined) return null;
  try {
    const moved = movedFact(step, planned, await step.observe(reader, step.parse(planned.params, {}), null));
    if (moved === null) return null;
    const { fact, found = null, wanted = null } = moved.data;
    return { host, step: id, fact: String(fact), found, wanted };
  } catch (error) {
    // What the plan read there can no longer be read: a certificate that was in use and is not any more.
    if (!isCertopsError(error)) throw error;
    const { what = error.code } = error.data;
    return { host, step: id, fact: String(what), found: null, wanted: 'there' };
  }
}
