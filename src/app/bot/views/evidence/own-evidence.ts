import type { Proof } from '../../../../domain/machine/proof-roles.ts';
import { isTrustFact } from '../../../../domain/next/proof/proof-worker.ts';
import { containedHosts } from '../../../../domain/next/stages.ts';
import { masterOf } from '../../../../domain/plan/plan-phases.ts';
import { leftIn } from '../../../../domain/rotation/left-behind.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import { type Data, type Instant, parseThumbprint } from '../../../../domain/values.ts';
import {
  againstIn,
  apartAsBefore,
  connectedLine,
  courseOf,
  type Evidence,
  keptOf,
  line,
  notConnecting,
  witnessesOf,
} from './evidence.ts';
import { isOff, workersOf } from './gaps.ts';
import { goneAgain } from './gone-again.ts';

/** How we know, worker by worker: which are on the new one, were put back, or never began. */
export function ownEvidence(rotation: RotationState, proofs: readonly Proof[], forth: boolean): readonly Evidence[] {
  const master = (rotation.plan === null ? null : masterOf(rotation.plan)) ?? '';
  const about = { rotation, proofs, master };
  return containedHosts(rotation).length > 0 ? containedEvidence(about, forth) : rotatedEvidence(about, forth);
}

interface About {
  readonly rotation: RotationState;
  readonly proofs: readonly Proof[];
  readonly master: string;
}

/** The master was told to stop trusting them first: nobody goes back to the certificate before. */
function containedEvidence({ rotation, proofs, master }: About, forth: boolean): readonly Evidence[] {
  const workers = workersOf(rotation);
  const { kept } = courseOf(rotation, workers, forth);
  // A worker that was left as it is may well have its new certificate.
  const isLeft = rotation.closed?.outcome === 'left-behind';
  const cut = isLeft ? [] : workers.filter((host) => !kept.includes(host));
  // A certificate that the master was told not to trust may be back in its store, or nobody has looked.
  const isBack = proofs.some(({ against }) => against.some(({ fact }) => isTrustFact(fact)));
  const left: readonly string[] = leftIn(rotation);
  const isSeen = !isBack && !left.includes(master);
  const connected = { connected: kept.length, count: workers.length, witnesses: witnessesOf(proofs) };
  return [
    ...(isSeen ? [line('good', 'proof.contained', { hosts: containedHosts(rotation), master })] : []),
    ...lineOf('good', 'proof.kept', kept, { master, of: rotation.wish.of }),
    ...lineOf('bad', 'proof.cut-off', cut, {}),
    ...(kept.length === 0 ? [] : [line('good', 'proof.workers', connected)]),
    ...againstIn(proofs),
    ...leftAsItIs(rotation),
    ...(cut.length === 0 ? [] : goneAgain(rotation, proofs, kept)),
  ];
}

function rotatedEvidence({ rotation, proofs, master }: About, forth: boolean): readonly Evidence[] {
  const workers = workersOf(rotation);
  const asked = workers.filter((host) => !isOff(rotation, host));
  const { kept, back, never, isBegun } = courseOf(rotation, workers, forth);
  const notKept = forth ? 'bad' : 'good';
  const { of } = rotation.wish;
  return [
    ...lineOf('good', 'proof.kept', kept, { master, of }),
    ...lineOf(notKept, 'proof.back-on-old', back, { of }),
    ...lineOf(notKept, 'proof.never-began', isBegun ? never : [], { of }),
    ...(asked.length === 0 && workers.length > 0 ? [] : [connectedLine(asked, proofs)]),
    ...apartAsBefore(asked, proofs, forth),
    ...notConnecting(workers.filter((host) => !asked.includes(host))),
    ...againstIn(proofs),
    ...leftAsItIs(rotation),
    // A worker that was left as it is may use its new certificate.
    ...(kept.length === workers.length ? [] : goneAgain(rotation, proofs, [...kept, ...leftIn(rotation)])),
  ];
}

/** A line about these machines, if there are any. */
const lineOf = (state: Evidence['state'], id: string, hosts: readonly string[], data: Data): readonly Evidence[] =>
  hosts.length === 0 ? [] : [line(state, id, { hosts, ...data })];

const leftAsItIs = (rotation: RotationState): readonly Evidence[] =>
  unproved(rotation).map((host) => line('bad', 'proof.left-as-it-is', { host }));

/**
 * Machines that people left behind, so that nobody has proved their state. What became of a worker that failed is told
 * elsewhere.
 */
export function unproved(rotation: RotationState): readonly string[] {
  const { outcome } = rotation.closed ?? {};
  const isTold = outcome === 'partly' || outcome === 'contained';
  const workers: readonly string[] = isTold ? workersOf(rotation) : [];
  return leftIn(rotation).filter((host) => !workers.includes(host));
}

/**
 * The first end among the certificates that it was about, as fresh looks saw them; going forth, only of workers that
 * keep theirs.
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
