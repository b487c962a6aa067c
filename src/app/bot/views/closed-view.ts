import { compromisedBy, leftIn, stillThere } from '../../../domain/compromised.ts';
import type { Farm } from '../../../domain/farm.ts';
import type { HostLook } from '../../../domain/machine/host-facts.ts';
import { enteredThumbprint, onlineWitness } from '../../../domain/next/online-witness.ts';
import { proofsOf } from '../../../domain/next/proof.ts';
import type { Proof } from '../../../domain/next/proof-roles.ts';
import { containedHosts } from '../../../domain/next/stages.ts';
import { keepsCertificate } from '../../../domain/plan.ts';
import { makesBinding, masterOf, retires } from '../../../domain/plan-phases.ts';
import { askedAgain, askFields } from '../../../domain/request/ask-fields.ts';
import { requestWords } from '../../../domain/request/request-line.ts';
import { leavingsOf } from '../../../domain/retire.ts';
import { isReviewed } from '../../../domain/review.ts';
import { canGoBack } from '../../../domain/rollback.ts';
import { asksAnew, newMaster, type RotationState, startedAt } from '../../../domain/rotation.ts';
import { daysLeft } from '../../../domain/time.ts';
import { isUntold } from '../../../domain/untold.ts';
import { type Message, parseThumbprint, type Thumbprint } from '../../../domain/values.ts';
import type { ClosedView } from '../../../domain/views/view.ts';
import { plainWish } from '../../../domain/wish.ts';
import { againstIn, type Evidence, keptOf, line, witnessesOf } from './evidence.ts';
import { gapOf, workersOf } from './gaps.ts';
import { goneAgain } from './gone-again.ts';
import { leftOutside } from './left-outside.ts';
import { isOfWorkers } from './own-certificates.ts';
import { ownEnd, ownEvidence } from './own-evidence.ts';
import { afterReconnect, isReconnect, presentEnd, presentOf, reconnectEvidence } from './reconnected.ts';
import { goneFrom, nextAfter } from './retired.ts';
import { approvers } from './running-view.ts';
import { whyMessage } from './why.ts';

/** What a button can carry of a request; who named more machines types it again. */
const LONGEST_REQUEST = 600;

/** The card of a rotation that has ended; null while it is open, and for a dry run. */
export function closedView(farm: Farm, rotation: RotationState, now: number): ClosedView | null {
  const closed = rotation.closed;
  if (closed === null || closed.outcome === 'planned') return null;
  const forth = ['proved', 'left-behind', 'partly', 'contained'].includes(closed.outcome);
  const begunAt = startedAt(rotation);
  const ran = begunAt !== null && closed.outcome !== 'refused';
  const untold = isUntold(rotation);
  const retire = rotation.plan !== null && retires(rotation.plan);
  const old = rotation.plan?.header.old ?? null;
  const certificate = forth ? (presentOf(rotation) ?? newMaster(rotation)) : (old?.thumbprint ?? null);
  const ends = isReconnect(rotation)
    ? forth
      ? presentEnd(rotation)
      : null
    : isOfWorkers(rotation)
      ? ownEnd(rotation, forth)
      : forth
        ? goodUntil(rotation)
        : (old?.notAfter ?? null);
  const proofs = ran ? proofsOf(rotation, forth ? 'forth' : 'back') : [];
  const bars = workersOf(rotation)
    .map((host) => ({ host, gap: gapOf(rotation, host, now) }))
    .filter(({ gap }) => gap.cutAt !== null)
    .map(({ host, gap }) => ({ host, ms: gap.ms, failed: hasFailed(rotation, host) }));
  return {
    kind: 'closed',
    // What is asked again from here is asked for another time.
    wish: askedAgain(rotation.wish),
    id: rotation.id,
    farm: farm.name,
    outcome: closed.outcome,
    ...(untold ? { untold } : {}),
    tookMs: ran ? Date.parse(closed.at) - Date.parse(begunAt) : null,
    by: rotation.by,
    reason: rotation.reason,
    approvedBy: approvers(rotation),
    endedBy: endedBy(rotation),
    // Why a removal did not succeed stands with the machines.
    why: retire && ran ? null : why(rotation),
    hosts: workersOf(rotation),
    presented:
      ran && certificate !== null && !staysUnbound(rotation, forth)
        ? {
            target: `${rotation.plan === null ? '' : masterOf(rotation.plan)}:${farm.endpoint.port}`,
            thumbprint: certificate,
          }
        : null,
    ...(ran && staysUnbound(rotation, forth)
      ? { unbound: { port: farm.endpoint.port, seen: isSeenUnbound(rotation, proofs) } }
      : {}),
    goodUntil: untold ? null : ends,
    // As it was when it ended: nothing refreshes a closed card.
    daysLeft: ends === null || untold ? null : daysLeft(ends, Date.parse(closed.at)),
    gaps: ran ? bars : [],
    gapLimitMs: rotation.plan?.header.gap.limitMs ?? farm.gap.limitMs,
    evidence: !ran ? [] : retire ? goneFrom(rotation) : evidence(rotation, proofs, forth),
    next: [...(retire ? nextAfter(rotation) : nextSteps(farm, rotation, forth)), ...reviewStep(rotation)],
    ...(rotation.wish.compromised && ran
      ? { stillThere: stillThere(farm.name, compromisedBy(rotation), looksOf(farm, rotation), () => leftIn(rotation)) }
      : {}),
    ...asking(farm, rotation, forth && closed.outcome !== 'contained'),
  };
}

/** What can be asked for from its card. */
function asking(
  farm: Farm,
  rotation: RotationState,
  isDone: boolean,
): Pick<ClosedView, 'askAgain' | 'rollBack' | 'asks'> {
  const back = canGoBack(rotation) ? { ...plainWish('rollback'), of: rotation.id } : null;
  const again = askedAgain(rotation.wish);
  const askAgain = !isDone && requestWords(again).length <= LONGEST_REQUEST;
  return {
    askAgain,
    ...(back === null ? {} : { rollBack: requestWords(back) }),
    ...(askAgain || back !== null ? { asks: askFields([farm], askAgain ? again : plainWish('rollback')) } : {}),
  };
}

/** Whether somebody is to look at it once more, or has. */
function reviewStep(rotation: RotationState): readonly Message[] {
  if (!isReviewed(rotation)) return [];
  const { reviewed } = rotation;
  if (reviewed === null) return [{ id: 'next.review', data: { id: rotation.id } }];
  return [{ id: 'next.reviewed', data: { by: reviewed.by.name, at: reviewed.at, reason: reviewed.note } }];
}

/** What the machines showed last, in the order of the farm file. */
const looksOf = ({ hosts }: Farm, { proofs }: RotationState): readonly HostLook[] =>
  hosts.flatMap(({ name }) => proofs[name] ?? []);

/** Whether all was put back for it; that people decided so about it is no failure. */
const hasFailed = ({ turned }: RotationState, host: string): boolean =>
  turned !== null && turned.code !== 'PutBackDecided' && [turned.host ?? turned.data.hosts].flat().includes(host);

function endedBy(rotation: RotationState): ClosedView['endedBy'] {
  if (rotation.stop !== null) return rotation.stop.by;
  return rotation.votes.find((vote) => vote.vote === 'deny')?.by ?? null;
}

function why(rotation: RotationState): Message | null {
  if (rotation.turned !== null) return whyMessage(rotation.turned);
  const { stop } = rotation;
  if (rotation.closed?.outcome === 'withdrawn' && stop !== null && stop.reason !== '')
    return whyMessage({
      host: null,
      stage: null,
      step: null,
      code: 'StopAsked',
      data: { by: stop.by.name, reason: stop.reason },
    });
  const denial = rotation.votes.find((vote) => vote.vote === 'deny');
  if (rotation.closed?.outcome === 'denied' && denial !== undefined)
    return { id: 'why.denied', data: { by: denial.by.name, reason: denial.reason } };
  if (rotation.closed?.outcome === 'refused') {
    const { code, host, ...data } = rotation.closed.data;
    // Sentences of their own, for they hold times, which are told on each reader's clock.
    // What a freeze has to do with it is not in older journals.
    if (code === 'StartAfterEnd') return { id: 'why.start-after-end', data: { farm: '', frozen: null, ...data } };
    if (code === 'StartMissed') return { id: 'why.start-missed', data };
    return { id: 'why.refused', data: { code: code ?? '', host: host ?? null, data } };
  }
  const left = rotation.closed?.data.left;
  // Of one that has a certificate of its own, or keeps its master's, nobody knows that it is cut off.
  const isCutOff = !isOfWorkers(rotation) && !isReconnect(rotation);
  if (rotation.closed?.outcome === 'left-behind' && isCutOff) return { id: 'why.left', data: { hosts: left ?? [] } };
  return null;
}

/** How we know: fresh looks from every machine, and what could not be seen or removed. */
function evidence(rotation: RotationState, proofs: readonly Proof[], forth: boolean): readonly Evidence[] {
  if (isReconnect(rotation)) return reconnectEvidence(rotation, proofs, forth);
  if (isOfWorkers(rotation)) return ownEvidence(rotation, proofs, forth);
  const target = forth ? newMaster(rotation) : rotation.plan?.header.old?.thumbprint;
  const unbound = staysUnbound(rotation, forth);
  const workers = workersOf(rotation);
  const proved = proofs.filter((proof) => proof.proved);
  const connected = workers.filter((host) => proved.some((proof) => proof.host === host));
  return [
    ...(proved.length === 0 || unbound
      ? []
      : [
          line('good', 'proof.presents', {
            count: proved.length,
            thumbprint: target ?? '',
            target: `${rotation.plan === null ? '' : masterOf(rotation.plan)}:${rotation.plan?.header.endpoint.port ?? ''}`,
          }),
        ]),
    ...(unbound
      ? backToNone(rotation, proved, connected)
      : [
          line(connected.length === workers.length ? 'good' : 'bad', 'proof.workers', {
            connected: connected.length,
            count: workers.length,
            witnesses: witnessesOf(proofs),
          }),
        ]),
    ...catalogSays(rotation, target ?? null),
    ...againstIn(proofs),
    ...(forth ? [] : goneAgain(rotation)),
  ];
}

/** Whether the port had no binding before, and is to have none after. */
const staysUnbound = ({ plan }: RotationState, forth: boolean): boolean =>
  !forth && plan !== null && makesBinding(plan);

/** Somebody may have bound it by hand meanwhile: only a proof after the end shows that nothing is bound there. */
const isSeenUnbound = ({ plan }: RotationState, proofs: readonly Proof[]): boolean =>
  plan !== null && proofs.some(({ host, proved }) => proved && host === masterOf(plan));

/** The port is without a binding again, and nobody is connected, as nobody was. */
function backToNone(
  rotation: RotationState,
  proved: readonly Proof[],
  workers: readonly string[],
): readonly Evidence[] {
  const { plan } = rotation;
  const master = plan === null ? null : masterOf(plan);
  return [
    ...(master === null || !isSeenUnbound(rotation, proved)
      ? []
      : [line('good', 'proof.unbound', { host: master, port: plan?.header.endpoint.port ?? 0 })]),
    ...(workers.length === 0 ? [] : [line('good', 'proof.cut-off-as-before', { hosts: workers })]),
  ];
}

/** What SSISDB adds where it could be seen. It strengthens the proof, and is no proof by itself. */
function catalogSays(rotation: RotationState, target: string | null): readonly Evidence[] {
  const left = leftIn(rotation);
  const late = onlineWitness(rotation).filter(({ host, online }) => !online && !left.includes(host));
  const entered = enteredThumbprint(rotation);
  return [
    ...(late.length === 0 ? [] : [line('unknown', 'proof.ssisdb-late', { hosts: late.map(({ host }) => host) })]),
    ...(entered === null || target === null
      ? []
      : [
          entered === target
            ? line('good', 'proof.ssisdb-thumbprint', { thumbprint: entered })
            : line('unknown', 'proof.ssisdb-other', { found: entered }),
        ]),
  ];
}

/** When the new certificate ends: as a fresh look on the master saw it, else as the profile says. */
function goodUntil(rotation: RotationState): string | null {
  const masters = (rotation.plan?.slices ?? []).filter(({ roles }) => roles.includes('master'));
  const looks = masters.flatMap(({ host }) => rotation.proofs[host] ?? []);
  const seen = looks.find(({ master }) => master !== null)?.master?.certificate;
  return seen?.thumbprint === newMaster(rotation) ? (seen?.notAfter ?? null) : null;
}

/** Something was replaced: where the old certificate was bound again there is none that stays beside. */
const hadOld = (rotation: RotationState): boolean =>
  isOfWorkers(rotation) || (rotation.plan?.header.old != null && !keepsCertificate(rotation.plan.header));

/**
 * From when on the channel is asked whether the old certificates may go; null: it is not, for a machine that was left
 * behind, or was not looked at, may use them still, a runner's own configuration keeps one, or something uses one.
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

/** What was in use before: the master's, or the own ones of workers. */
function oldOf(rotation: RotationState): readonly Thumbprint[] {
  if (!isOfWorkers(rotation)) return [rotation.plan?.header.old?.thumbprint ?? []].flat();
  return workersOf(rotation).flatMap(
    (host) => parseThumbprint(rotation.looks[host]?.worker?.workerThumbprint ?? '') ?? [],
  );
}

function nextSteps(farm: Farm, rotation: RotationState, forth: boolean): readonly Message[] {
  if (isReconnect(rotation)) return afterReconnect(rotation, forth);
  const { outcome } = rotation.closed ?? {};
  if (outcome === 'partly' || outcome === 'contained') {
    const others = workersOf(rotation).filter((host) => !keptOf(rotation).includes(host));
    if (containedHosts(rotation).length > 0) return [{ id: 'next.contained', data: { hosts: others } }];
    return [{ id: 'next.ask-rest', data: { hosts: others, of: rotation.wish.of } }];
  }
  const left = rotation.closed?.data.left ?? [];
  if (outcome === 'left-behind' && isOfWorkers(rotation))
    return [{ id: 'next.left-unproved', data: { hosts: left, farm: farm.name } }];
  if (asksAnew(rotation)) return [{ id: 'next.asked-anew', data: {} }];
  if (!forth) return rotation.turned?.host == null ? [] : [{ id: 'next.ask-again', data: {} }];
  return [
    ...(rotation.wish.compromised || !hadOld(rotation)
      ? []
      : [{ id: 'next.old-stays', data: { at: askedFrom(farm, rotation) } }]),
    ...(rotation.closed?.outcome === 'left-behind' ? [{ id: 'next.left-behind', data: { hosts: left } }] : []),
    ...leftOutside(rotation),
  ];
}
