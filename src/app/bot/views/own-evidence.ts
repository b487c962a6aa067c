import type { Proof } from '../../../domain/next/proof-roles.ts';
import { containedHosts, followStages, forthWork, masterOf } from '../../../domain/next/stages.ts';
import type { RotationState } from '../../../domain/rotation.ts';
import { type HostName, type Instant, type Message, parseThumbprint } from '../../../domain/values.ts';
import type { ClosedView } from '../../../domain/view.ts';
import { workersOf } from './gaps.ts';
import { goneAgain } from './gone-again.ts';

type Evidence = ClosedView['evidence'][number];

const line = (ok: boolean, id: string, data: Message['data']): Evidence => ({
  state: ok ? 'good' : 'bad',
  what: { id, data },
});

/** Workers that were proved on a certificate of their own and keep it. */
export function keptOf({ closed }: RotationState): readonly string[] {
  const kept = closed?.data.kept;
  return Array.isArray(kept) ? kept.filter((host) => typeof host === 'string') : [];
}

/** How we know, worker by worker: who is on the new one, who was put back, who never began. */
export function ownEvidence(rotation: RotationState, proofs: readonly Proof[], forth: boolean): readonly Evidence[] {
  const workers = workersOf(rotation);
  const kept = forth ? keptOf(rotation) : [];
  const begun = workers.filter((host) => workOf(rotation, host) !== 'none');
  const back = begun.filter((host) => !kept.includes(host) && workOf(rotation, host) !== 'left');
  const never = workers.filter((host) => !begun.includes(host));
  const master = (rotation.plan === null ? null : masterOf(rotation.plan)) ?? '';
  const proved = proofs.filter((proof) => proof.proved && workers.includes(proof.host));
  const witnesses = [...new Set(proofs.flatMap((proof) => proof.witnesses.filter((one) => one !== 'handshake')))];
  const against = proofs.flatMap(({ host, against: found }) => found.map((one) => ({ host, ...one })));
  const contained = containedHosts(rotation);
  if (contained.length > 0) {
    const cut = workers.filter((host) => !kept.includes(host));
    return [
      line(true, 'proof.contained', { hosts: contained, master }),
      ...(kept.length === 0 ? [] : [line(true, 'proof.kept', { hosts: kept, master })]),
      ...(cut.length === 0 ? [] : [line(false, 'proof.cut-off', { hosts: cut })]),
      ...(kept.length === 0
        ? []
        : [line(true, 'proof.workers', { connected: kept.length, count: workers.length, witnesses })]),
      ...against.map((one) => line(false, 'proof.against', one)),
      ...unproved(rotation).map((host) => line(false, 'proof.left-as-it-is', { host })),
      ...(cut.length === 0 ? [] : goneAgain(rotation, line, kept)),
    ];
  }
  return [
    ...(kept.length === 0 ? [] : [line(true, 'proof.kept', { hosts: kept, master })]),
    ...(back.length === 0 ? [] : [line(!forth, 'proof.back-on-old', { hosts: back })]),
    ...(never.length === 0 || begun.length === 0 ? [] : [line(!forth, 'proof.never-began', { hosts: never })]),
    line(proved.length === workers.length, 'proof.workers', {
      connected: proved.length,
      count: workers.length,
      witnesses,
    }),
    ...against.map((one) => line(false, 'proof.against', one)),
    ...unproved(rotation).map((host) => line(false, 'proof.left-as-it-is', { host })),
    ...(kept.length === workers.length ? [] : goneAgain(rotation, line, kept)),
  ];
}

/** Machines that are no workers of this, and that people left behind: nobody proved how they are. */
export function unproved(rotation: RotationState): readonly string[] {
  const left = rotation.closed?.data.left;
  const workers: readonly string[] = workersOf(rotation);
  return Array.isArray(left)
    ? left.filter((host): host is string => typeof host === 'string' && !workers.includes(host))
    : [];
}

function workOf(rotation: RotationState, host: HostName): string {
  const stages = rotation.plan === null ? [] : followStages(rotation.plan);
  const stage = stages.find((one) => one.hosts.includes(host));
  return stage === undefined ? 'none' : forthWork(rotation, host, stage.name);
}

/**
 * The first end among the certificates that it was about, as fresh looks saw them: of those that keep theirs, where
 * some do.
 */
export function ownEnd(rotation: RotationState, forth: boolean): Instant | null {
  const kept = keptOf(rotation);
  const hosts = workersOf(rotation).filter((host) => !forth || kept.includes(host));
  const seen = hosts.flatMap((host) => {
    const worker = rotation.proofs[host]?.worker ?? (forth ? null : (rotation.looks[host]?.worker ?? null));
    const certificate = worker?.certificate ?? null;
    const isInUse = certificate !== null && certificate.thumbprint === parseThumbprint(worker?.workerThumbprint ?? '');
    return isInUse ? [certificate.notAfter] : [];
  });
  return seen.sort()[0] ?? null;
}
