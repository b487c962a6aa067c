import type { Farm } from '../domain/farm/farm.ts';
import { boundElsewhere } from '../domain/machine/bound-store.ts';
import type { CertificateFacts, MasterLook } from '../domain/machine/host-facts.ts';
import { silentAt } from '../domain/machine/presented.ts';
import { AUTHORITY, type CertificateProfile, NEW as NEW_REF } from '../domain/plan/plan.ts';
import { REHEARSAL_ADDRESS } from '../domain/plan/step-params.ts';
import type { StoreName } from '../domain/values.ts';
import { provingFirst } from './canary.ts';
import { type CheckDraft, type StageWork, work } from './draft.ts';
import type { Existing } from './existing.ts';
import { isPublished, isUnbound, type Surveyed } from './rotate-master-refusals.ts';
import { wasConnected } from './was-connected.ts';

/** The certificate that is made or taken during the rotation, by the name that steps use for it. */
const NEW = { ref: NEW_REF } as const;

/** What the master will present: a certificate to be made, or an existing one. */
export type Next = { readonly profile: CertificateProfile } | { readonly existing: Existing };

/** Every stage of a master rotation, in order: trust first, then switch, and nothing removed. */
export function stagesOf(
  farm: Farm,
  surveyed: Surveyed,
  next: Next,
  old: Pick<CertificateFacts, 'thumbprint'>,
): readonly StageWork[] {
  return [...prepareStages(farm, surveyed, next, old), ...cutoverStages(farm, surveyed, next, old)];
}

function prepareStages(farm: Farm, surveyed: Surveyed, next: Next, old: Pick<CertificateFacts, 'thumbprint'>) {
  const { masterHost, master, workers } = surveyed;
  const { port } = master;
  const stages: StageWork[] = 'profile' in next ? [createWork(surveyed, next.profile, old)] : grantWork(surveyed, next);
  const trusted = 'existing' in next && next.existing.authority !== null ? { ref: AUTHORITY } : NEW;
  for (const { host } of workers) {
    // On a onebox the worker's Root is the master's: what was created there is already trusted.
    const isThere =
      ('existing' in next && next.existing.isTrusted) ||
      (host === masterHost && (storeOf(next) === 'Root' || trusted !== NEW));
    if (!isThere) stages.push(work(host, 'trust', [['trust-certificate', { thumbprint: trusted }]]));
  }
  if (canRehearse(surveyed)) {
    const like = likeOf(surveyed);
    const target = { port, servername: farm.endpoint.host, rehearsal: true };
    stages.push(
      work(
        masterHost,
        'rehearse',
        [['rehearse-binding', { port, ...(like === null ? {} : { like }), thumbprint: NEW, ...inStore(next) }]],
        [['presents', target, NEW, null]],
      ),
      work(masterHost, 'rehearse-end', [['end-rehearsal', { port, thumbprint: NEW }]]),
    );
  }
  if (master.published !== null && !('existing' in next && isPublished(next.existing.thumbprint, master))) {
    stages.push(work(masterHost, 'publish', [['publish-cer', { role: 'master', thumbprint: NEW }]]));
  }
  return stages;
}

const createWork = (
  { masterHost, master }: Surveyed,
  profile: CertificateProfile,
  { thumbprint: oldThumbprint }: Pick<CertificateFacts, 'thumbprint'>,
): StageWork =>
  work(masterHost, 'create', [
    [
      'create-certificate',
      {
        profile,
        store: 'Root',
        oldStore: oldStoreOf(master),
        oldThumbprint,
        role: 'master',
        serviceSid: master.service.accountSid,
        ref: NEW.ref,
      },
    ],
  ]);

/** The store of the key in use: the one in the binding, or the one in which the look found it. */
function oldStoreOf({ bindings, store = 'Root' }: MasterLook): StoreName {
  const [bound] = bindings;
  if (bound === undefined || boundElsewhere({ bindings }, bound.thumbprint) !== null) return store;
  return bound.store.toLowerCase() === 'root' ? 'Root' : 'My';
}

function grantWork({ masterHost }: Surveyed, { existing }: Extract<Next, { existing: Existing }>): StageWork[] {
  const { store, thumbprint, grant } = existing;
  if (grant === null) return [];
  return [work(masterHost, 'grant', [['grant-key', { store, thumbprint, role: 'master', serviceSid: grant }]])];
}

const storeOf = (next: Next): StoreName => ('existing' in next ? next.existing.store : 'Root');

/** Left out for Root, where new certificates are made. */
const inStore = (next: Next): { readonly store?: StoreName } => (storeOf(next) === 'Root' ? {} : { store: 'My' });

function cutoverStages(
  farm: Farm,
  { masterHost, master, workers }: Surveyed,
  next: Next,
  old: Pick<CertificateFacts, 'thumbprint'>,
) {
  const { port } = master;
  // If no client is served today, none is after an undo.
  const unbound = isUnbound(master);
  const target = { port, servername: farm.endpoint.host, rehearsal: false };
  const stages: StageWork[] = [
    work(
      masterHost,
      'master',
      [
        ['bind-port', { port, thumbprint: NEW, ...inStore(next), ...(unbound ? { make: true } : {}) }],
        ['write-setting', { role: 'master', key: 'SSLCertThumbprint', thumbprint: NEW }],
        ['restart-service', { role: 'master' }],
      ],
      [['presents', { ...target, ...passing(master) }, NEW, unbound ? null : old.thumbprint]],
    ),
  ];
  for (const { host, worker } of provingFirst(workers)) {
    const { state } = worker.service;
    const checks: CheckDraft[] = [['service-runs', { role: 'worker' }, state, state]];
    if (state === 'running') {
      // A worker that was not connected before need not be connected after an undo.
      checks.push(['worker-connected', {}, NEW, !unbound && wasConnected(worker.connection) ? old.thumbprint : null]);
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

/** Addresses that answer nobody today, and so prove nothing later; left out if all answer. */
export function passing(master: MasterLook): { readonly silent?: readonly string[] } {
  const silent = silentAt(master);
  return silent.length === 0 ? {} : { silent };
}

/**
 * Whether the new binding can be rehearsed. If HTTP.SYS listens only on a list of other addresses, the rehearsal's
 * address would not answer. A runner that does not tell the list: no rehearsal if 0.0.0.0 is bound but no loopback
 * address was asked.
 */
export function canRehearse({ master }: Surveyed): boolean {
  const { listens = null } = master;
  if (listens !== null && listens.length > 0 && !listens.some((one) => [REHEARSAL_ADDRESS, '0.0.0.0'].includes(one)))
    return false;
  if (isUnbound(master)) return true;
  if (master.bindings.some(({ key }) => key === `${REHEARSAL_ADDRESS}:${master.port}`)) return false;
  const isAny = master.bindings.some(({ key }) => key === `0.0.0.0:${master.port}`);
  const asked = master.presented.map(({ target }) => target);
  if (isAny && asked.length > 0 && !asked.some((target) => target.startsWith('127.'))) return false;
  return likeOf({ master }) !== null;
}

/** The binding whose flags are rehearsed; null: no binding is by IP address. */
const likeOf = ({ master }: Pick<Surveyed, 'master'>): string | null =>
  master.bindings.find(({ kind }) => kind === 'ipport')?.key ?? null;
