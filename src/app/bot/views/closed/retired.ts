import type { Farm } from '../../../../domain/farm/farm.ts';
import { leavingsOf } from '../../../../domain/follow-up/retire.ts';
import { failure } from '../../../../domain/next/cause/failure.ts';
import { BAD } from '../../../../domain/next/fallen.ts';
import { forthWork } from '../../../../domain/next/stages.ts';
import { stepParams } from '../../../../domain/plan/step-params.ts';
import { leftIn } from '../../../../domain/rotation/left-behind.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import type { HostName, Message, Thumbprint } from '../../../../domain/values.ts';
import type { ClosedView } from '../../../../domain/views/view.ts';
import { removedBy } from '../plan/retire-view.ts';
import { whyMessage } from '../why.ts';

const STAGE = 'retire';

/** What was removed, by each machine's own fresh look, and what was not, with the reason. */
export function goneFrom(rotation: RotationState): ClosedView['evidence'] {
  const { plan } = rotation;
  if (plan === null) return [];
  const left: readonly string[] = leftIn(rotation);
  const isGood = (host: string): boolean => forthWork(rotation, host, STAGE) === 'good' && !left.includes(host);
  const certificates = [...removedBy(plan)].map(([thumbprint, { hosts, keyOn }]) => {
    const gone = hosts.filter(isGood);
    const keyGone = keyOn.filter((host) => !isGood(host) && isKeyGone(rotation, host, thumbprint));
    return {
      state: gone.length === hosts.length ? ('good' as const) : ('bad' as const),
      what: {
        id: 'proof.retired',
        data: { thumbprint, hosts: gone, count: hosts.length, keyOn: keyOn.filter(isGood), keyGone },
      },
    };
  });
  return [
    ...certificates,
    ...failedIn(rotation).map(({ data }) => ({ state: 'bad' as const, what: { id: 'why.host.in-full', data } })),
  ];
}

const failedIn = (rotation: RotationState): readonly Message[] =>
  (rotation.plan?.slices ?? [])
    .filter(({ host, stages }) => stages[STAGE] !== undefined && BAD.includes(forthWork(rotation, host, STAGE)))
    .map(({ host }) => whyMessage(failure(rotation, host, STAGE)));

/** As many as a sentence names: the rest are rows of their own, with what was found there. */
const MOST_REMEDIES = 4;

/** The key goes first: a failure or a stop after that leaves a certificate that nobody can go back to. */
const isKeyGone = ({ plan, steps }: RotationState, host: HostName, thumbprint: Thumbprint): boolean =>
  (plan?.slices.find((slice) => slice.host === host)?.stages[STAGE]?.steps ?? []).some(
    (step) =>
      step.kind === 'remove-key' &&
      stepParams('remove-key', step).thumbprint === thumbprint &&
      steps[host]?.[step.id]?.state === 'done',
  );

/** What is next: the machines that still hold some of it, and old certificates that were not asked about. */
export function nextAfter(farm: Farm, rotation: RotationState): readonly Message[] {
  const hosts = leftIn(rotation);
  const failed = failedIn(rotation);
  const stay = stayingAfter(farm, rotation);
  return [
    ...(hosts.length === 0 ? [] : [{ id: 'next.retire-again', data: { hosts, failed: failed.length > 0 } }]),
    ...failed.slice(0, MOST_REMEDIES).map(({ data }) => ({ id: 'why.host.todo', data })),
    ...(stay.length === 0 ? [] : [{ id: 'next.retire-stays', data: { farm: farm.name, thumbprints: stay } }]),
  ];
}

/** Old certificates that the plan let stay: anybody who has a key of theirs is still trusted. */
function stayingAfter({ retire }: Farm, { plan, looks, closed }: RotationState): readonly Thumbprint[] {
  if (plan === null || !['proved', 'left-behind'].includes(closed?.outcome ?? '')) return [];
  const { graceMs } = retire;
  const all = leavingsOf(Object.values(looks), { graceMs, now: Date.parse(plan.header.at), compromised: [] });
  const goes = removedBy(plan);
  return [...all.ready, ...all.waiting, ...all.inUse, ...all.unclaimed]
    .map(({ thumbprint }) => thumbprint)
    .filter((thumbprint) => !goes.has(thumbprint));
}
