import type { Farm } from '../../../../domain/farm/farm.ts';
import { refusedTicket } from '../../../../domain/farm/ticket.ts';
import { leavingsOf } from '../../../../domain/follow-up/retire.ts';
import { wasPastItsEnd } from '../../../../domain/follow-up/rollback.ts';
import { containedHosts } from '../../../../domain/next/stages.ts';
import { keepsCertificate } from '../../../../domain/plan/plan.ts';
import { retires } from '../../../../domain/plan/plan-phases.ts';
import type { Wish } from '../../../../domain/plan/wish.ts';
import { isEndUnknown } from '../../../../domain/rotation/end-unknown.ts';
import { stillLeft } from '../../../../domain/rotation/left-behind.ts';
import { asksAnew, type RotationState } from '../../../../domain/rotation/rotation.ts';
import { daysLeft } from '../../../../domain/time.ts';
import { type Data, type HostName, type Message, parseThumbprint, type Thumbprint } from '../../../../domain/values.ts';
import { keptOf } from '../evidence/evidence.ts';
import { isOff, workersOf } from '../evidence/gaps.ts';
import { isOfWorkers } from '../evidence/own-certificates.ts';
import { afterReconnect, isReconnect } from '../evidence/reconnected.ts';
import { failedBeside } from '../evidence/why-late.ts';
import { afterLeft, whyAsItIs } from './left-as-it-is.ts';
import { leftOutside } from './left-outside.ts';
import { nextAfter } from './retired.ts';
import { sinceUndone } from './since-undone.ts';
import { undoneByHand } from './undone-by-hand.ts';

/** More than this many hide what else is next. */
const MOST_FAILED = 4;

/** What is next, for readers of its card. */
export function nextSteps(farm: Farm, rotation: RotationState, forth: boolean): readonly Message[] {
  if (isEndUnknown(rotation)) return [];
  if (rotation.plan !== null && retires(rotation.plan)) return nextAfter(farm, rotation);
  return sinceUndone(rotation, asItEnded(farm, rotation, forth));
}

function asItEnded(farm: Farm, rotation: RotationState, forth: boolean): readonly Message[] {
  if (isReconnect(rotation)) return afterReconnect(rotation, forth, ticketAgain(farm, rotation.wish));
  const { outcome } = rotation.closed ?? {};
  if (outcome === 'partly' || outcome === 'contained') {
    const aside: readonly string[] = [...keptOf(rotation), ...(undoneByHand(rotation)?.hosts ?? [])];
    const others = workersOf(rotation).filter((host) => !aside.includes(host));
    if (containedHosts(rotation).length > 0) return [{ id: 'next.contained', data: { hosts: others } }];
    return [...failedAlso(rotation, others), ...restEnds(rotation, others), askRest(farm, rotation, others)];
  }
  if (outcome === 'left-behind' && isOfWorkers(rotation)) return leftUnproved(farm, rotation);
  if (asksAnew(rotation)) return [{ id: 'next.asked-anew', data: {} }];
  if (!forth)
    return [
      ...leftUnproved(farm, rotation),
      ...(rotation.turned?.host == null ? [] : [{ id: 'next.ask-again', data: {} }]),
      ...failedToo(rotation),
    ];
  return [
    ...(rotation.wish.compromised || !hadOld(rotation) || whyAsItIs(rotation) !== null
      ? []
      : [
          {
            id: 'next.old-stays',
            data: {
              at: askedFrom(farm, rotation),
              ended: wasPastItsEnd(rotation),
              of: rotation.wish.of,
              several: isOfWorkers(rotation) && workersOf(rotation).length > 1,
            },
          },
        ]),
    ...(outcome === 'left-behind' ? afterLeft(rotation) : []),
    ...toStart(rotation),
    ...leftOutside(farm, rotation),
  ];
}

const askRest = (farm: Farm, { wish }: RotationState, hosts: readonly HostName[]): Message => ({
  id: 'next.ask-rest',
  data: { hosts, of: wish.of, ...ticketAgain(farm, wish) },
});

/** The ticket that the rest is asked for under: this one's if it still fits, else a stand-in if the farm needs one. */
function ticketAgain({ ticket: policy }: Farm, { ticket }: Wish): Data {
  if (ticket !== null && refusedTicket(policy, ticket) === null) return { ticket };
  return policy?.required === true ? { ticket: 'TICKET' } : {};
}

/** Workers whose services were off, and stay so: they follow once somebody starts them. */
function toStart(rotation: RotationState): readonly Message[] {
  const left: readonly string[] = stillLeft(rotation);
  const hosts = workersOf(rotation).filter((host) => isOff(rotation, host) && !left.includes(host));
  return hosts.length === 0 ? [] : [{ id: 'next.start-service', data: { hosts } }];
}

/** Names the machines that were left as they were: nobody knows their state. */
function leftUnproved(farm: Farm, rotation: RotationState): readonly Message[] {
  const hosts = stillLeft(rotation);
  return hosts.length === 0 ? [] : [{ id: 'next.left-unproved', data: { hosts, farm: farm.name } }];
}

/** When the first of the old certificates that are still in use ends; a rollback does not wait for that. */
function restEnds({ closed, looks, wish }: RotationState, hosts: readonly HostName[]): readonly Message[] {
  const [at] = hosts.flatMap((host) => looks[host]?.worker?.certificate?.notAfter ?? []).sort();
  if (at === undefined || closed === null || wish.of !== null) return [];
  return [{ id: 'next.rest-ends', data: { hosts, at, days: daysLeft(at, Date.parse(closed.at)) } }];
}

/** Machines that failed besides the one that the card speaks of, each with its cause. */
const failedAlso = (rotation: RotationState, hosts: readonly HostName[]): readonly Message[] =>
  failedBeside(rotation, hosts)
    .slice(0, MOST_FAILED)
    .map((data) => ({ id: 'next.failed-also', data }));

/** Where all goes back; the others, as those that are silent, by name, and how many could have been left behind. */
function failedToo(rotation: RotationState): readonly Message[] {
  const { turned, plan } = rotation;
  const also = failedAlso(
    rotation,
    (plan?.slices ?? []).map(({ host }) => host),
  );
  const told = also.map(({ data }) => data.host);
  const all = [turned?.data.failedToo ?? []].flat();
  const hosts = all.filter((host) => !told.includes(host));
  const most = plan?.header.gap.leaveBehind ?? 0;
  return [...also, ...(all.length === 0 ? [] : [{ id: 'next.failed-too', data: { hosts, most } }])];
}

/** Whether something was replaced: where the old certificate was bound again, none stays beside it. */
const hadOld = (rotation: RotationState): boolean =>
  isOfWorkers(rotation) || (rotation.plan?.header.old?.notAfter != null && !keepsCertificate(rotation.plan.header));

/**
 * From when on the channel is asked whether the old certificates may go; null if it is not: a machine that was left
 * behind or not looked at may still use them, a runner's own configuration keeps one, or something uses one.
 */
function askedFrom({ hosts, retire }: Farm, rotation: RotationState): string | null {
  const { closed, looks, proofs } = rotation;
  if (closed === null || closed.outcome === 'left-behind') return null;
  const old = oldOf(rotation);
  const seen = hosts.flatMap(({ name }) => proofs[name] ?? looks[name] ?? []);
  if (seen.length < hosts.length) return null;
  if (seen.some(({ allowed = [] }) => allowed.some((one) => old.includes(one)))) return null;
  const grace = { graceMs: retire.graceMs, now: Date.parse(closed.at), compromised: [] };
  const { ready, waiting } = leavingsOf(seen, grace);
  const froms = old.map((one) => {
    if (ready.some(({ thumbprint }) => thumbprint === one)) return closed.at;
    return waiting.find(({ thumbprint }) => thumbprint === one)?.until ?? null;
  });
  return froms.includes(null) ? null : (froms.sort().at(-1) ?? null);
}

/** What was in use before: the master's certificate, or the workers' own. */
function oldOf(rotation: RotationState): readonly Thumbprint[] {
  if (!isOfWorkers(rotation)) return [rotation.plan?.header.old?.thumbprint ?? []].flat();
  return workersOf(rotation).flatMap(
    (host) => parseThumbprint(rotation.looks[host]?.worker?.workerThumbprint ?? '') ?? [],
  );
}
