import type { Farm } from '../../../../domain/farm/farm.ts';
import { compromisedIn } from '../../../../domain/follow-up/compromised.ts';
import { askedToGo, leavingsOf } from '../../../../domain/follow-up/retire.ts';
import type { Plan } from '../../../../domain/plan/plan.ts';
import { retires } from '../../../../domain/plan/plan-phases.ts';
import { stepParams } from '../../../../domain/plan/step-params.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import type { HostName, Thumbprint } from '../../../../domain/values.ts';
import type { RetireView } from '../../../../domain/views/retire-view.ts';
import { type AskingParts, askingView, type FarmNow } from './asking-view.ts';

/** The card that asks whether old certificates may go; null for a plan of another kind. */
export function retireView(here: FarmNow, rotation: RotationState, parts: AskingParts): RetireView | null {
  const { farm, state } = here;
  const { plan } = rotation;
  if (plan === null || !retires(plan)) return null;
  return {
    kind: 'retire',
    ...askingView(here, rotation, plan, parts),
    ...certificatesOf(farm, rotation, plan, { compromised: compromisedIn(state), goes: askedToGo(state) }),
  };
}

/** What the plan removes; the looks that it was made from describe that, and what stays. */
function certificatesOf(
  farm: Farm,
  rotation: RotationState,
  plan: Plan,
  { compromised, goes }: { readonly compromised: readonly Thumbprint[]; readonly goes: readonly Thumbprint[] },
): Pick<RetireView, 'certificates' | 'stay'> {
  const now = Date.parse(plan.header.at);
  const { ready, waiting, inUse, unclaimed, allowed } = leavingsOf(Object.values(rotation.looks), {
    graceMs: farm.retire.graceMs,
    now,
    goes,
    compromised: rotation.wish.compromised ? 'all' : compromised,
  });
  const gone = removedBy(plan);
  const old = [...ready, ...waiting, ...inUse];
  return {
    certificates: [...gone].flatMap(([thumbprint, { hosts, keyOn }]) => {
      const known = old.find((one) => one.thumbprint === thumbprint);
      if (known === undefined) return [];
      const { notAfter, madeBy, lastUsed } = known;
      return [{ thumbprint, notAfter, madeBy, lastUsed, hosts, keyOn, compromised: compromised.includes(thumbprint) }];
    }),
    stay: [
      ...waiting
        .filter(({ thumbprint }) => !gone.has(thumbprint))
        .map(({ thumbprint, until }) => ({ thumbprint, until, where: '', subject: null })),
      ...inUse.map(({ thumbprint, users }) => {
        const where = users.map(({ host, where }) => `${host} ${where}`).join(', ');
        return { thumbprint, until: null, where, subject: null };
      }),
      ...unclaimed.map(({ thumbprint, subject, places }) => {
        return { thumbprint, until: null, where: places.map(({ host }) => host).join(', '), subject };
      }),
      ...allowed.map(({ thumbprint, hosts }) => {
        return { thumbprint, until: null, where: hosts.join(', '), subject: null, allowed: true as const };
      }),
    ],
  };
}

interface Removed {
  readonly hosts: HostName[];
  readonly keyOn: HostName[];
}

/** What a plan removes, and where, by certificate. */
export function removedBy(plan: Plan): ReadonlyMap<Thumbprint, Removed> {
  const removed = new Map<Thumbprint, Removed>();
  for (const { host, stages } of plan.slices)
    for (const step of Object.values(stages).flatMap(({ steps }) => steps)) {
      const { kind } = step;
      if (kind !== 'remove-key' && kind !== 'remove-certificate') continue;
      const { thumbprint } = stepParams(kind, step);
      const one = removed.get(thumbprint) ?? { hosts: [], keyOn: [] };
      removed.set(thumbprint, one);
      (kind === 'remove-key' ? one.keyOn : one.hosts).push(host);
    }
  return removed;
}
