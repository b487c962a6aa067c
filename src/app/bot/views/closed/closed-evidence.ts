import { groupsBy } from '../../../../domain/group-by.ts';
import type { Proof } from '../../../../domain/machine/proof-roles.ts';
import { enteredThumbprint, onlineWitness } from '../../../../domain/next/proof/online-witness.ts';
import { makesBinding, masterOf, retires } from '../../../../domain/plan/plan-phases.ts';
import { leftIn, rejoinedIn, stillLeft } from '../../../../domain/rotation/left-behind.ts';
import { newMaster, type RotationState } from '../../../../domain/rotation/rotation.ts';
import { againstIn, apartAsBefore, connectedLine, type Evidence, line, notConnecting } from '../evidence/evidence.ts';
import { isOff, workersOf } from '../evidence/gaps.ts';
import { goneAgain } from '../evidence/gone-again.ts';
import { isOfWorkers } from '../evidence/own-certificates.ts';
import { ownEvidence } from '../evidence/own-evidence.ts';
import { isReconnect, reconnectEvidence } from '../evidence/reconnected.ts';
import { goneFrom } from './retired.ts';

/** How we know: fresh looks from every machine, and what could not be seen or removed. */
export function closedEvidence(rotation: RotationState, proofs: readonly Proof[], forth: boolean): readonly Evidence[] {
  if (rotation.plan !== null && retires(rotation.plan)) return goneFrom(rotation);
  if (isReconnect(rotation)) return reconnectEvidence(rotation, proofs, forth);
  if (isOfWorkers(rotation)) return ownEvidence(rotation, proofs, forth);
  const target = forth ? newMaster(rotation) : rotation.plan?.header.old?.thumbprint;
  const unbound = staysUnbound(rotation, forth);
  const off = workersOf(rotation).filter((host) => isOff(rotation, host));
  const workers = workersOf(rotation).filter((host) => !off.includes(host));
  const proved = proofs.filter((proof) => proof.proved);
  const connected = workers.filter((host) => proved.some((proof) => proof.host === host));
  const since = rejoinedIn(rotation).map(({ host }) => host);
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
      : // In a farm without workers, only the master can tell.
        workers.length === 0 && proved.length === 0
        ? []
        : [
            ...(workers.length === 0 && off.length > 0 ? [] : [connectedLine(workers, proofs, since)]),
            ...apartAsBefore(workers, proofs, forth),
            ...notConnecting(off),
          ]),
    ...rejoined(rotation, forth),
    ...catalogSays(rotation, target ?? null),
    ...againstIn(proofs.filter(({ host }) => !since.includes(host))),
    ...(forth ? [] : [...leftAsTheyWere(rotation), ...goneAgain(rotation, proofs)]),
  ];
}

/**
 * Workers that were left behind and are connected since, by what their master presented then; the last of them sets the
 * time. Where everything went back, or the master is on the old certificate, nobody has followed: it is as it was.
 */
function rejoined(rotation: RotationState, forth: boolean): readonly Evidence[] {
  const old = rotation.plan?.header.old?.thumbprint;
  return groupsBy(rejoinedIn(rotation), ({ presented }) => presented).map((all) => {
    const hosts = all.map(({ host }) => host);
    const at =
      all
        .map((one) => one.at)
        .sort()
        .at(-1) ?? '';
    const thumbprint = all[0]?.presented ?? '';
    const asItWas = !forth || thumbprint === old;
    return line('good', 'proof.rejoined', { hosts, thumbprint, at, ...(asItWas ? { asItWas } : {}) });
  });
}

/** Where everything went back, nothing else names them. */
const leftAsTheyWere = (rotation: RotationState): readonly Evidence[] =>
  stillLeft(rotation).map((host) => line('bad', 'proof.left-as-it-is', { host }));

/** Whether the port had no binding before, and should have none afterwards. */
export const staysUnbound = ({ plan }: RotationState, forth: boolean): boolean =>
  !forth && plan !== null && makesBinding(plan);

/** Somebody may have bound it by hand meanwhile: only a proof after the end shows that nothing is bound there. */
export const isSeenUnbound = ({ plan }: RotationState, proofs: readonly Proof[]): boolean =>
  plan !== null && proofs.some(({ host, proved }) => proved && host === masterOf(plan));

/** The port has no binding again, and no worker is connected, as before. */
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

/** What SSISDB adds, where it could be seen. It strengthens the proof, and is none by itself. */
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
