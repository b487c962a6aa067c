import { asKnownSince } from '../../../../domain/next/cause/cutover-cause.ts';
import type { Cause } from '../../../../domain/next/index.ts';
import { latestOrder, ordersOf } from '../../../../domain/next/stages.ts';
import { followStages } from '../../../../domain/plan/plan-phases.ts';
import type { OrderState, RotationState } from '../../../../domain/rotation/rotation.ts';
import type { Data, HostName } from '../../../../domain/values.ts';

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
  const [failed] = late.flatMap(({ host, order }) => (lineOf(order?.data) === null ? ownFailure(host, order) : []));
  return { ...lines[0], ...lateBy(failed) };
}

function decidedAbout(rotation: RotationState): Cause['data'] {
  const hosts = Object.keys(rotation.resolved).filter((host) => rotation.resolved[host]?.choice === 'put-all-back');
  const [failed] = hosts.flatMap((host) => ownFailure(host, latestApply(rotation, host)));
  return lateBy(failed);
}

const lateBy = (failed: OwnFailure | undefined): Cause['data'] => (failed === undefined ? {} : { late: failed });

/** What an order for one machine has met. */
type OwnFailure = { readonly host: string; readonly code: string; readonly data: Data };

const latestApply = (rotation: RotationState, host: string): OrderState | undefined =>
  ordersOf(rotation, host).findLast(({ kind }) => kind === 'apply');

/**
 * What failed on each of these machines by itself, but for the one whose failure the card's cause tells already. That
 * nobody confirmed a master in time follows from what failed elsewhere, unless it went back before its time.
 */
export function failedBeside(rotation: RotationState, hosts: readonly HostName[]): readonly OwnFailure[] {
  const { turned } = rotation;
  const told = turned === null ? null : withLate(rotation, asKnownSince(rotation, turned));
  const { late = null, logOf } = told?.data ?? {};
  const named = [told?.host, logOf, (late as { readonly host?: unknown } | null)?.host];
  return hosts
    .filter((host) => !named.includes(host))
    .flatMap((host) => ownFailure(host, latestApply(rotation, host)))
    .filter(({ code, data }) => code !== 'NotConfirmed' || data.early !== undefined);
}

/** Codes of machines that went back because something else did, or were asked to, and of waits for packages. */
const NO_FAILURE: readonly string[] = ['MasterWentBack', 'MasterIsDue', 'StopAsked', 'PackagesRun', 'PackagesUnseen'];

const ownFailure = (host: string, order: OrderState | undefined): readonly OwnFailure[] =>
  order?.code == null || NO_FAILURE.includes(order.code) ? [] : [{ host, code: order.code, data: order.data ?? {} }];

/** The line is beside what a check found if the worker gave up by itself. */
function lineOf(data: Cause['data'] | null | undefined): string | null {
  const { found, line = null } = data ?? {};
  const said = line ?? (found as { readonly line?: unknown } | null | undefined)?.line;
  return typeof said === 'string' ? said : null;
}
