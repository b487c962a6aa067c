import type { Cause } from '../../../../domain/next/index.ts';
import { latestOrder } from '../../../../domain/next/stages.ts';
import { followStages } from '../../../../domain/plan/plan-phases.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';

/**
 * For workers that were late, adds the first line of a log that one of them reported. They were still waited for when
 * everything was put back, so it came later, with their own report that they had ended.
 */
export function withLate(rotation: RotationState, cause: Cause): Cause {
  const { hosts } = cause.data;
  if (cause.code !== 'GapLimitPassed' || !Array.isArray(hosts) || rotation.plan === null) return cause;
  for (const stage of followStages(rotation.plan))
    for (const host of stage.hosts.filter((one) => hosts.includes(one))) {
      const line = lineOf(latestOrder(rotation, host, stage.name, 'apply')?.data);
      if (line !== null) return { ...cause, data: { ...cause.data, logOf: host, line } };
    }
  return cause;
}

/** The line is beside what a check found if the worker gave up by itself. */
function lineOf(data: Cause['data'] | null | undefined): string | null {
  const { found, line = null } = data ?? {};
  const said = line ?? (found as { readonly line?: unknown } | null | undefined)?.line;
  return typeof said === 'string' ? said : null;
}
