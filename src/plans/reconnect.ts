import { isTrustedBy } from '../domain/inventory/named.ts';
import type { Looks } from '../domain/machine/host-facts.ts';
import { AUTHORITY, PRESENT } from '../domain/plan/plan.ts';
import { isRefusal, type Refusal } from '../domain/values.ts';
import {
  type CheckDraft,
  type Draft,
  headerOf,
  type PlanRequest,
  type StageWork,
  type StepDraft,
  slicesOf,
  stageHead,
  work,
} from './draft.ts';
import { type SurveyedReconnect, surveyReconnect } from './reconnect-refusals.ts';
import { type TakenByWorkers, takenByWorkers } from './reconnect-taken.ts';

/** The only stage: each worker on its own, because all of them are cut off already. */
export const RECONNECT_STAGE = 'reconnect';

/**
 * Step 5 of Microsoft's page on its own: a worker that was off during a rotation, or was re-imaged, is made to trust
 * what its master presents today (or the root above it), and to pin it. The master is only looked at. A worker that
 * fails is put back as it was; the others keep what they proved. Pure.
 */
export function draftReconnect(request: PlanRequest): Draft | Refusal {
  const { farm, wish, looks } = request;
  const surveyed = surveyReconnect(farm, wish, looks);
  if (isRefusal(surveyed)) return surveyed;
  const taken = takenByWorkers(request, surveyed);
  if (isRefusal(taken)) return taken;
  const stages = surveyed.workers.map((one) => reconnectWork(one, surveyed, taken, looks));
  return {
    header: {
      ...headerOf(request, {
        old: null,
        profiles: {},
        phases: [
          {
            name: 'cutover',
            gate: 'request',
            onFailure: 'stop-keep',
            undoOrder: 'same',
            stages: stageHead(farm, stages, RECONNECT_STAGE),
          },
        ],
      }),
      existing: taken.existing,
    },
    slices: slicesOf(request, stages),
  };
}

function reconnectWork(
  { host, worker }: SurveyedReconnect['workers'][number],
  { master, certificate: { thumbprint } }: SurveyedReconnect,
  { authority, onlyRestart }: TakenByWorkers,
  looks: Looks,
): StageWork {
  const { state } = worker.service;
  const ref = { ref: PRESENT };
  const checks: CheckDraft[] = [['service-runs', { role: 'worker' }, state, state]];
  // A stopped service stays stopped, and connects when somebody starts it; a worker without a certificate that the
  // master trusts is not let in. Neither is checked for a connection. Put back, a worker is cut off as it was.
  const own = worker.certificate;
  const isLetIn = own === null ? worker.storeLocation !== undefined : isTrustedBy(looks[master], own) !== false;
  if (state === 'running' && isLetIn) checks.push(['worker-connected', {}, thumbprint, null]);
  const taking: StepDraft[] = [
    ['trust-certificate', { thumbprint: authority === null ? ref : { ref: AUTHORITY } }],
    ['write-setting', { role: 'worker', key: 'MasterHttpsCertThumbprint', thumbprint: ref }],
  ];
  const steps: StepDraft[] = [...(onlyRestart.includes(host) ? [] : taking), ['restart-service', { role: 'worker' }]];
  return work(host, RECONNECT_STAGE, steps, checks);
}
