import type { CertificateFacts } from '../domain/host-facts.ts';
import { derOf, isTrustedBy } from '../domain/named.ts';
import { PRESENT } from '../domain/plan.ts';
import { type HostName, isRefusal, type Refusal, refuse } from '../domain/values.ts';
import {
  type CheckDraft,
  type Draft,
  headerOf,
  type Looks,
  type PlanRequest,
  type StageWork,
  slicesOf,
  stageHead,
  work,
} from './draft.ts';
import { type SurveyedReconnect, surveyReconnect } from './reconnect-refusals.ts';

/** The only stage: each worker by itself, for all of them are cut off already. */
export const RECONNECT_STAGE = 'reconnect';

/**
 * Step 5 of Microsoft's page by itself: a worker that was off during a rotation, or that was re-imaged, trusts and pins
 * what its master presents today. The master is looked at and not touched. A worker that fails is put back as it was;
 * the others keep what they proved. Pure.
 */
export function draftReconnect(request: PlanRequest): Draft | Refusal {
  const { farm, wish, looks } = request;
  const surveyed = surveyReconnect(farm, wish, looks);
  if (isRefusal(surveyed)) return surveyed;
  const { master, certificate } = surveyed;
  const unknown =
    wish.of === null ? surveyed.workers.find(({ host }) => !isAllowed(looks, host, certificate)) : undefined;
  if (unknown !== undefined) return refuse('MakerNotKnown', { host: unknown.host, thumbprint: certificate.thumbprint });
  const stages = surveyed.workers.map((one) => reconnectWork(one, surveyed, looks));
  const { thumbprint } = certificate;
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
      existing: { [PRESENT]: { thumbprint, host: master, store: 'Root' } },
    },
    slices: slicesOf(request, stages),
  };
}

/**
 * A certificate that no rotation made is taken only by a runner whose own configuration names it; its bytes come from the
 * look at the master. One that an authority issued is not trusted by itself, and is for hands.
 */
const isAllowed = (looks: Looks, host: HostName, { thumbprint, selfSigned }: CertificateFacts): boolean =>
  selfSigned && derOf(looks, thumbprint) !== null && looks[host]?.allowed?.includes(thumbprint) === true;

function reconnectWork(
  { host, worker }: SurveyedReconnect['workers'][number],
  { master, certificate: { thumbprint } }: SurveyedReconnect,
  looks: Looks,
): StageWork {
  const { state } = worker.service;
  const ref = { ref: PRESENT };
  const checks: CheckDraft[] = [['service-runs', { role: 'worker' }, state, state]];
  // What somebody has stopped stays stopped, and connects when they start it; without a certificate of its own that the
  // master trusts it is not let in. Put back, it is cut off as it was.
  const own = worker.certificate;
  if (state === 'running' && own !== null && isTrustedBy(looks[master], own) !== false)
    checks.push(['worker-connected', {}, thumbprint, null]);
  return work(
    host,
    RECONNECT_STAGE,
    [
      ['trust-certificate', { thumbprint: ref }],
      ['write-setting', { role: 'worker', key: 'MasterHttpsCertThumbprint', thumbprint: ref }],
      ['restart-service', { role: 'worker' }],
    ],
    checks,
  );
}
