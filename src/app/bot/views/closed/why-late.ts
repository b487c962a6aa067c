import type { Cause } from '../../../../domain/next/index.ts';
import { latestOrder } from '../../../../domain/next/stages.ts';
import { followStages } from '../../../../domain/plan/plan-phases.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';

/**
 * For workers that were late, adds the first line of a log and the first failure that one of them reported. They were
 * still waited for when everything was put back, so it came later, with their own report that they had ended.
 */
export function withLate(rotation: RotationState, cause: Cause): Cause {
  const { hosts } = cause.data;
  if (cause.code !== 'GapLimitPassed' || !Array.isArray(hosts) || rotation.plan === null) return cause;
  const late = followStages(rotation.plan).flatMap(({ name, hosts: all }) =>
    all
      .filter((one) => hosts.includes(one))
      .map((host) => ({ host, order: latestOrder(rotation, host, name, 'apply') })),
  );
  const lines = late.flatMap(({ host, order }) => {
    const line = lineOf(order?.data);
    return line === null ? [] : [{ logOf: host, line }];
  });
  const failed = late.flatMap(({ host, order }) => {
    const code = order?.code ?? null;
    const isOwn = code !== null && !WENT_ALONG.includes(code) && lineOf(order?.data) === null;
    return isOwn ? [{ late: { host, code, data: order?.data ?? {} } }] : [];
  });
  return { ...cause, data: { ...cause.data, ...lines[0], ...failed[0] } };
}

/** Codes of workers that went back because something else did, or that were asked to. */
const WENT_ALONG: readonly string[] = ['MasterWentBack', 'MasterIsDue', 'StopAsked'];

/** The line is beside what a check found if the worker gave up by itself. */
function lineOf(data: Cause['data'] | null | undefined): string | null {
  const { found, line = null } = data ?? {};
  const said = line ?? (found as { readonly line?: unknown } | null | undefined)?.line;
  return typeof said === 'string' ? said : null;
}
