import type { Cause } from '../../../../domain/next/index.ts';
import { latestOrder, ordersOf } from '../../../../domain/next/stages.ts';
import { followStages } from '../../../../domain/plan/plan-phases.ts';
import type { OrderState, RotationState } from '../../../../domain/rotation/rotation.ts';

/**
 * Where a cause does not say what failed on a machine, adds what one has reported itself: of workers that were late,
 * the first line of a log and the first failure; of machines that people decided about, the first failure.
 */
export function withLate(rotation: RotationState, cause: Cause): Cause {
  if (cause.code === 'PutBackDecided') return { ...cause, data: { ...cause.data, ...decidedAbout(rotation) } };
  return cause.code === 'GapLimitPassed' ? { ...cause, data: { ...cause.data, ...ofLate(rotation, cause) } } : cause;
}

/** They were still waited for when everything was put back, so it came later, with their report that they had ended. */
function ofLate(rotation: RotationState, { data }: Cause): Cause['data'] {
  const { hosts } = data;
  if (!Array.isArray(hosts) || rotation.plan === null) return {};
  const late = followStages(rotation.plan).flatMap(({ name, hosts: all }) =>
    all
      .filter((one) => hosts.includes(one))
      .map((host) => ({ host, order: latestOrder(rotation, host, name, 'apply') })),
  );
  const lines = late.flatMap(({ host, order }) => {
    const line = lineOf(order?.data);
    return line === null ? [] : [{ logOf: host, line }];
  });
  const failed = late.flatMap(({ host, order }) => (lineOf(order?.data) === null ? ownFailure(host, order) : []));
  return { ...lines[0], ...failed[0] };
}

function decidedAbout(rotation: RotationState): Cause['data'] {
  const hosts = Object.keys(rotation.resolved).filter((host) => rotation.resolved[host]?.choice === 'put-all-back');
  const failed = hosts.flatMap((host) =>
    ownFailure(
      host,
      ordersOf(rotation, host).findLast(({ kind }) => kind === 'apply'),
    ),
  );
  return failed[0] ?? {};
}

/** Codes of machines that went back because something else did, or were asked to, and of waits for packages. */
const NO_FAILURE: readonly string[] = ['MasterWentBack', 'MasterIsDue', 'StopAsked', 'PackagesRun', 'PackagesUnseen'];

const ownFailure = (host: string, order: OrderState | undefined): readonly Cause['data'][] =>
  order?.code == null || NO_FAILURE.includes(order.code)
    ? []
    : [{ late: { host, code: order.code, data: order.data } }];

/** The line is beside what a check found if the worker gave up by itself. */
function lineOf(data: Cause['data'] | null | undefined): string | null {
  const { found, line = null } = data ?? {};
  const said = line ?? (found as { readonly line?: unknown } | null | undefined)?.line;
  return typeof said === 'string' ? said : null;
}
