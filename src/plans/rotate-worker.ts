import type { CertificateProfile, PhaseHead } from '../domain/plan/plan.ts';
import { CONTAIN, DRAIN } from '../domain/plan/plan-phases.ts';
import { MASTER_TRUST, WORKER_CREATE, WORKER_PUBLISH, WORKER_TRUST, workerRef } from '../domain/plan/scope.ts';
import { isCertificateName } from '../domain/plan/step-params.ts';
import { type HostName, isRefusal, type Refusal, refuse } from '../domain/values.ts';
import { canaryOf, provingFirst } from './canary.ts';
import { type Draft, headerOf, type PlanRequest, type StageWork, slicesOf, stageHead, work } from './draft.ts';
import { workerDrains } from './drain-stage.ts';
import { isOfKey } from './problems.ts';
import { type SurveyedWorker, type SurveyedWorkers, surveyWorkers } from './rotate-worker-refusals.ts';
import { wasConnected } from './was-connected.ts';

/**
 * Workers' own certificates: made and trusted everywhere first, while nobody is cut off; then the workers switch, and
 * each feels only its own restart. A worker that fails is put back and stops the wave; the others keep what they
 * proved. Pure.
 */
export function draftRotateWorker(request: PlanRequest): Draft | Refusal {
  const { farm, wish, looks } = request;
  const surveyed = surveyWorkers(farm, wish, looks);
  if (isRefusal(surveyed)) return surveyed;
  const { masters, workers } = surveyed;
  const unseen = refuseUnseenKey(request, workers);
  if (unseen !== null) return unseen;
  const bad = workers.find(({ host }) => !isCertificateName(host));
  if (bad !== undefined) return refuse('NameNotValid', { name: bad.host });
  const profiles = Object.fromEntries(workers.map(({ host }) => [workerRef(host), profileOf(request, host)]));
  const stages = [
    ...(wish.compromised ? masters.map((master) => containWork(master, surveyed, farm.endpoint.host)) : []),
    ...workers.map((one) => createWork(one, profileOf(request, one.host))),
    // On a onebox the master's Root is the worker's too: one trust serves both.
    ...workers.filter(({ host }) => !masters.includes(host)).map(({ host }) => trustWork(host, WORKER_TRUST, [host])),
    ...masters.map((master) =>
      trustWork(
        master,
        MASTER_TRUST,
        workers.map(({ host }) => host),
      ),
    ),
    ...publishWork(workers),
    ...provingFirst(workers).map((one) => switchWork(one, surveyed, wish.compromised)),
    ...workerDrains(
      request,
      workers.map(({ host }) => host),
    ),
  ];
  const head = (name: string, canary = 0) => stageHead(farm, stages, name, canary);
  // A canary is worth waiting for only if others wait for it.
  const canary =
    workers.length > 1 && !wish.compromised ? canaryOf(workers, Math.min(farm.gap.canary, workers.length - 1)) : 0;
  const phases: readonly PhaseHead[] = [
    ...(wish.compromised ? [containPhase(head(CONTAIN))] : []),
    {
      name: 'prepare',
      gate: 'request',
      onFailure: 'undo-phase',
      undoOrder: 'reverse',
      stages: [WORKER_CREATE, WORKER_TRUST, MASTER_TRUST, WORKER_PUBLISH].flatMap((name) => head(name)),
    },
    {
      name: 'cutover',
      gate: 'same',
      onFailure: 'stop-keep',
      undoOrder: 'same',
      stages: [...head(DRAIN), ...head('worker-switch', canary)],
    },
  ];
  return { header: headerOf(request, { old: null, profiles, phases }), slices: slicesOf(request, stages) };
}

/** Found now, or the machine would find it after the approval: a rollback makes no key, and needs none of this. */
function refuseUnseenKey({ looks }: PlanRequest, workers: readonly SurveyedWorker[]): Refusal | null {
  for (const { host } of workers) {
    const unseen = looks[host]?.problems.find((one) => isOfKey(one, 'worker'));
    if (unseen !== undefined) return refuse('HostNotReady', { ...unseen.data, host, problem: unseen.code });
  }
  return null;
}

/** Comes first, and stays in force whatever fails later. */
const containPhase = (stages: PhaseHead['stages']): PhaseHead => ({
  name: CONTAIN,
  gate: 'request',
  onFailure: 'stop-keep',
  undoOrder: 'same',
  stages,
});

/**
 * The master stops trusting these certificates. Nothing tells when a running one reads its store again, hence the
 * restart. What it presents does not change.
 */
const containWork = (
  master: HostName,
  { workers, presented, port, silent }: SurveyedWorkers,
  servername: string,
): StageWork =>
  work(
    master,
    CONTAIN,
    [
      ...workers.map(({ host, old }) => ['distrust-certificate', { thumbprint: old, worker: host }, host] as const),
      ['restart-service', { role: 'master' }],
    ],
    [['presents', { port, servername, rehearsal: false, ...silent }, presented, null]],
  );

const createWork = ({ host, worker, old }: SurveyedWorker, profile: CertificateProfile): StageWork =>
  work(host, WORKER_CREATE, [
    [
      'create-certificate',
      {
        profile,
        store: 'My',
        oldStore: worker.workerStore,
        oldThumbprint: old,
        role: 'worker',
        serviceSid: worker.service.accountSid,
        ref: workerRef(host),
      },
    ],
  ]);

/** Several certificates in one order: each step has its own id, by the worker it is about. */
const trustWork = (host: HostName, stage: string, workers: readonly HostName[]): StageWork =>
  work(
    host,
    stage,
    workers.map((worker) => ['trust-certificate', { thumbprint: { ref: workerRef(worker) } }, worker]),
  );

/**
 * Only where the file exists: the set-up of another master takes it from there. Done in prepare, because every tool run
 * lengthens a worker's gap.
 */
export const publishWork = (workers: readonly SurveyedWorker[]): readonly StageWork[] =>
  workers
    .filter(({ worker }) => worker.published != null)
    .map(({ host }) =>
      work(host, WORKER_PUBLISH, [['publish-cer', { role: 'worker', thumbprint: { ref: workerRef(host) } }]]),
    );

/**
 * The switch of one worker to its new certificate. Put back, it must be connected only if it was before, and never with
 * a stolen key, which its master is not to trust again.
 */
export function switchWork(
  { host, worker }: SurveyedWorker,
  { presented }: SurveyedWorkers,
  compromised: boolean,
): StageWork {
  const { state } = worker.service;
  const ref = { ref: workerRef(host) };
  return work(
    host,
    'worker-switch',
    [
      ['write-setting', { role: 'worker', key: 'WorkerHttpsCertThumbprint', thumbprint: ref }],
      ['restart-service', { role: 'worker' }],
    ],
    [
      ['service-runs', { role: 'worker' }, state, state],
      // The master's certificate stays the same: it refuses a worker that shows a certificate it does not trust.
      ['worker-connected', {}, presented, !compromised && wasConnected(worker.connection) ? presented : null],
    ],
  );
}

const profileOf = ({ farm, id }: PlanRequest, host: HostName): CertificateProfile => ({
  host,
  store: 'My',
  cn: host,
  names: [host],
  keyBits: farm.certificate.keyBits,
  hash: 'SHA-256',
  lifetimeDays: farm.certificate.lifetimeDays,
  exportable: farm.certificate.exportable,
  usages: ['serverAuth', 'clientAuth'],
  friendlyName: `certops ${id}`,
});
