import type { Farm } from '../domain/farm.ts';
import type { CertificateFacts, ConnectionWitness } from '../domain/host-facts.ts';
import { type CertificateProfile, NEW as NEW_REF } from '../domain/plan.ts';
import { REHEARSAL_ADDRESS } from '../domain/step-params.ts';
import type { Json } from '../domain/values.ts';
import { type CheckDraft, type StageWork, work } from './draft.ts';
import type { Surveyed } from './rotate-master-refusals.ts';

/** The certificate that is made during the rotation, by the name that steps call it. */
const NEW = { ref: NEW_REF } as const;

/** Every stage of a master rotation, in order: trust first, then switch, and nothing removed. */
export function stagesOf(
  farm: Farm,
  surveyed: Surveyed,
  profile: CertificateProfile,
  old: CertificateFacts,
): readonly StageWork[] {
  return [...prepareStages(farm, surveyed, profile, old), ...cutoverStages(farm, surveyed, old)];
}

function prepareStages(farm: Farm, surveyed: Surveyed, profile: CertificateProfile, old: CertificateFacts) {
  const { masterHost, master, workers } = surveyed;
  const { port } = master;
  const like = rehearsalLike(surveyed);
  const stages: StageWork[] = [
    work(masterHost, 'create', [
      [
        'create-certificate',
        {
          profile: profile as unknown as Json,
          store: 'Root',
          oldStore: master.bindings[0]?.store === 'Root' ? 'Root' : 'My',
          oldThumbprint: old.thumbprint,
          role: 'master',
          serviceSid: master.service.accountSid,
          ref: NEW.ref,
        },
      ],
    ]),
  ];
  for (const { host } of workers) {
    // On a onebox the worker's Root is the master's: what was created there is trusted already.
    if (host !== masterHost) stages.push(work(host, 'trust', [['trust-certificate', { thumbprint: NEW }]]));
  }
  if (like !== null) {
    const target = { port, servername: farm.endpoint.host, rehearsal: true };
    stages.push(
      work(
        masterHost,
        'rehearse',
        [['rehearse-binding', { port, like, thumbprint: NEW }]],
        [['presents', target, NEW, null]],
      ),
      work(masterHost, 'rehearse-end', [['end-rehearsal', { port, thumbprint: NEW }]]),
    );
  }
  if (master.published !== null) {
    stages.push(work(masterHost, 'publish', [['publish-cer', { role: 'master', thumbprint: NEW }]]));
  }
  return stages;
}

function cutoverStages(farm: Farm, { masterHost, master, workers }: Surveyed, old: CertificateFacts) {
  const { port } = master;
  const target = { port, servername: farm.endpoint.host, rehearsal: false };
  const stages: StageWork[] = [
    work(
      masterHost,
      'master',
      [
        ['bind-port', { port, thumbprint: NEW }],
        ['write-setting', { role: 'master', key: 'SSLCertThumbprint', thumbprint: NEW }],
        ['restart-service', { role: 'master' }],
      ],
      [['presents', target, NEW, old.thumbprint]],
    ),
  ];
  for (const { host, worker } of workers) {
    const { state } = worker.service;
    const checks: CheckDraft[] = [['service-runs', { role: 'worker' }, state, state]];
    if (state === 'running') {
      // Who was not connected before is not asked to be connected after an undo.
      checks.push(['worker-connected', {}, NEW, wasConnected(worker.connection) ? old.thumbprint : null]);
    }
    stages.push(
      work(
        host,
        'workers',
        [
          ['write-setting', { role: 'worker', key: 'MasterHttpsCertThumbprint', thumbprint: NEW }],
          ['restart-service', { role: 'worker' }],
        ],
        checks,
      ),
    );
  }
  return stages;
}

/** The binding whose flags are rehearsed; null: no rehearsal here. */
export function rehearsalLike({ master }: Surveyed): string | null {
  if (master.bindings.some(({ key }) => key === `${REHEARSAL_ADDRESS}:${master.port}`)) return null;
  return master.bindings.find(({ kind }) => kind === 'ipport')?.key ?? null;
}

/** Whether the worker was connected when it was looked at, by its own witnesses. */
export const wasConnected = ({ log, tcp }: Pick<ConnectionWitness, 'log' | 'tcp'>): boolean =>
  log?.state === 'connected' || (tcp === true && log?.state !== 'refused');
