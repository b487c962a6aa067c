import type { Farm } from '../../../../domain/farm/farm.ts';
import type { HostLook } from '../../../../domain/machine/host-facts.ts';
import { isLetAsk, ownerOf, packageTeller } from '../../../../domain/machine/package-teller.ts';
import { packageName, type Unseen } from '../../../../domain/machine/ssisdb.ts';
import { drainLimitMs, waitsOf } from '../../../../domain/next/drain.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import type { HostName, Message } from '../../../../domain/values.ts';
import type { PlanView } from '../../../../domain/views/view.ts';
import { quietHours } from '../../../../domain/when/quiet-hours.ts';
import { beganInSameHours } from '../../../../domain/when/same-hours.ts';
import { windowAt } from '../../../../domain/when/windows.ts';

const mastersOf = ({ plan }: RotationState): readonly HostName[] =>
  (plan?.slices ?? []).filter(({ roles }) => roles.includes('master')).map(({ host }) => host);

/** The plan's master that tells what runs; if none does, the one for which the reason is told. */
export function tellerOf(rotation: RotationState): HostName | null {
  const masters = mastersOf(rotation);
  return packageTeller(rotation.looks, masters) ?? ownerOf(rotation.looks, masters);
}

/** Packages that ran when the machines were looked at for the plan: none, some, or why nobody can tell. */
export function packagesOf(rotation: RotationState, master: HostName): PlanView['packages'] {
  const look = rotation.looks[master];
  const running = look?.ssisdb?.running;
  const isNode = mastersOf(rotation).length > 1;
  if (look === undefined || running?.seen == null || (isNode && !isLetAsk(look, master))) {
    return {
      figure: { id: 'plan.packages-unseen', data: {} },
      below: { id: 'plan.packages-unseen-below', data: {} },
      why: running?.seen == null ? whyUnseen(running?.unseen ?? null, master) : notLet(look, master),
    };
  }
  const { seen } = running;
  const each = rotation.plan !== null && waitsOf(rotation.plan).some(({ worker }) => worker !== null);
  const data = { waitMs: drainLimitMs(rotation), each };
  const { length: count } = seen;
  const told = {
    figure: { id: 'plan.packages', data: { count } },
    below: { id: count === 1 ? 'plan.package-below' : 'plan.packages-below', data: { at: look.at } },
  };
  if (seen.length === 0) return { ...told, why: data.waitMs === null ? null : { id: 'plan.packages-none-why', data } };
  return {
    ...told,
    why: {
      id: 'plan.packages-run-why',
      data: { ...data, unplaced: seen.some(({ worker }) => worker === null), packages: seen.map(packageName) },
    },
  };
}

/** Why SSISDB cannot be seen, with its remedy. null: an older runner did not ask. */
const whyUnseen = (unseen: Unseen | null, host: HostName): Message =>
  unseen === null
    ? { id: 'unseen.not-asked', data: { host } }
    : { id: `unseen.${unseen.code}`, data: { ...unseen.data, host } };

/** The machine's runner, as the last gate, would refuse the wait. */
const notLet = (look: HostLook | undefined, host: HostName): Message => ({
  id: 'unseen.other-master',
  data: { host, master: look?.pins?.master ?? '' },
});

/** How many spans are shown: the longest. */
const TOLD = 3;

/** When hardly any package begins, by the last week's executions; null if they cannot be seen. */
export function quietOf({ looks }: RotationState, master: HostName, zone: string): Message | null {
  const counted = looks[master]?.ssisdb?.hours.seen;
  if (counted == null) return null;
  const spans = quietHours(counted, zone).slice(0, TOLD);
  const executions = spans.reduce((sum, span) => sum + span.executions, 0);
  return { id: 'plan.quiet-hours', data: { spans: spans.map(({ from, to }) => ({ from, to })), zone, executions } };
}

/**
 * How many packages began last week in the hours in which the work of this plan is to begin; null if they cannot be
 * seen, or there is no such time.
 */
export function executionsThen(
  { windows, timeZone }: Farm,
  { looks, proofs }: RotationState,
  { master, when, now }: { readonly master: HostName; readonly when: PlanView['when']; readonly now: number },
): number | null {
  // A newer look counts, if it could see SSISDB.
  const counted = proofs[master]?.ssisdb?.hours.seen ?? looks[master]?.ssisdb?.hours.seen;
  if (counted == null || when.until === null) return null;
  // Without a time to begin at, it begins as soon as it may: within the window that is open.
  const from = when.from === null ? (windowAt(windows, now)?.from ?? now) : Date.parse(when.from);
  const to = Date.parse(when.until);
  return from < to ? beganInSameHours(counted, { from, to }, timeZone) : null;
}
