import type { HostLook } from '../machine/host-facts.ts';
import type { PlannedStep } from '../plan/plan.ts';
import { stepParams } from '../plan/step-params.ts';
import { parseThumbprint, type ThumbprintSetting } from '../values.ts';
import type { OrderState, RotationState } from './rotation.ts';

type Known = Pick<RotationState, 'plan' | 'looks' | 'made' | 'orders'>;

/**
 * Whether a look shows that its machine stands as before this order, which ended unknown: its runner had put everything
 * back, but for a service that did not start. What was told to go back since is judged by that later order.
 */
export function isSeenBack(rotation: Known, order: OrderState, look: HostLook): boolean {
  const { host, kind, stage, status, outcome, only } = order;
  if (kind !== 'apply' || status !== 'finished' || outcome !== 'unknown') return false;
  if (rotation.orders.some((one) => one.host === host && one.stage === stage && one.kind === 'undo')) return false;
  const { steps = [] } = rotation.plan?.slices.find((one) => one.host === host)?.stages[stage ?? ''] ?? {};
  const told = steps.filter(({ id }) => only === null || only.includes(id));
  const settings = told.flatMap((step) => isSettingAsBefore(rotation, step, look) ?? []);
  // What a worker pinned already can only have come to be trusted; a pin that changes tells more than trust does.
  const shown = settings.length > 0 ? settings : told.flatMap((step) => isTrustAsBefore(rotation, step, look) ?? []);
  return shown.length > 0 && !shown.includes(false);
}

/** The orders of a look's machine that it shows to be back. */
export const seenBack = (rotation: Known, look: HostLook): readonly OrderState[] =>
  rotation.orders.filter((order) => order.host === look.host && isSeenBack(rotation, order, look));

/** null: it writes no setting, or the setting named that already. */
function isSettingAsBefore({ looks, ...known }: Known, step: PlannedStep, look: HostLook): boolean | null {
  const before = looks[step.host];
  if (before === undefined || step.kind !== 'write-setting') return null;
  const { key, thumbprint } = stepParams('write-setting', step);
  const was = settingIn(before, key);
  return was === null || was === namedBy(known, thumbprint) ? null : settingIn(look, key) === was;
}

/** null: it is about no trust, or what the worker pins was trusted before. */
function isTrustAsBefore({ looks }: Known, { kind, host }: PlannedStep, { worker: is }: HostLook): boolean | null {
  const was = looks[host]?.worker ?? null;
  if (kind !== 'trust-certificate' || was?.trustsPinned !== false) return null;
  return is?.trustsPinned === false && parsed(was.masterThumbprint) === parsed(is.masterThumbprint);
}

function settingIn({ master, worker }: HostLook, key: ThumbprintSetting): string | null {
  if (key === 'SSLCertThumbprint') return master === null ? null : parsed(master.sslCertThumbprint);
  if (worker === null) return null;
  return parsed(key === 'WorkerHttpsCertThumbprint' ? worker.workerThumbprint : worker.masterThumbprint);
}

/** As the runner compares them; a value that is no thumbprint stays as it is. */
const parsed = (value: string): string => parseThumbprint(value) ?? value;

const namedBy = (
  { made, plan }: Pick<Known, 'made' | 'plan'>,
  named: string | { readonly ref: string },
): string | null =>
  typeof named === 'string'
    ? named
    : (made[named.ref]?.certificate.thumbprint ?? plan?.header.existing?.[named.ref]?.thumbprint ?? null);
