import { sameJson } from '../equal.ts';
import { inTable } from '../in-table.ts';
import { namesCover } from '../machine/endpoint.ts';
import { isNameOf } from '../machine/worker-names.ts';
import type { CertificateProfile, PlannedStep } from '../plan/plan.ts';
import { CONTAIN } from '../plan/plan-phases.ts';
import { workerRef } from '../plan/scope.ts';
import { type StepKind, type StepParams, stepParams } from '../plan/step-params.ts';
import { type HostName, type Refusal, refuse, type Thumbprint } from '../values.ts';
import { type Gate, judgeReplaced, judgeSid } from './gate.ts';
import { isContaining, judgeDistrust } from './last-gate-contain.ts';

/**
 * Steps of a rotation of workers' own certificates: a worker makes one only for itself, in My, with the key granted to
 * its own service's account; it writes only its own certificate, and restarts only its worker. A master only trusts;
 * for a compromised key it first stops trusting the worker.
 */
export function judgeWorkerStep(step: PlannedStep, gate: Gate): Refusal | null {
  const kind = step.kind as StepKind;
  switch (kind) {
    case 'create-certificate':
      return judgeCreate(step, stepParams('create-certificate', step), gate);
    case 'trust-certificate':
      return judgeTrust(step, stepParams('trust-certificate', step), gate);
    case 'write-setting':
      return judgeSetting(step, stepParams('write-setting', step), gate);
    case 'distrust-certificate':
      return judgeDistrust(step, stepParams('distrust-certificate', step), gate);
    case 'publish-cer':
      return judgePublish(step, stepParams('publish-cer', step), gate);
    case 'restart-service': {
      const { role } = stepParams('restart-service', step);
      // The master restarts for one reason only: to forget whom it trusted.
      const isAllowed = role === 'worker' ? gate.work.phase.name !== CONTAIN : isContaining(gate);
      return isAllowed ? null : refuse('RoleNotAllowed', { step: step.id, role });
    }
    default:
      return refuse('StepNotAllowed', { step: step.id, kind });
  }
}

function judgeCreate(step: PlannedStep, params: StepParams<'create-certificate'>, gate: Gate): Refusal | null {
  const { config, work } = gate;
  const { header } = work;
  const data = { step: step.id };
  const name = workerRef(config.host);
  const profile = inTable(header.profiles, name);
  if (params.ref !== name || profile === undefined) return refuse('MakerNotPinned', { ...data, host: params.ref });
  if (!sameJson(params.profile, profile)) return refuse('ProfileDiffers', data);
  if (params.role !== 'worker') return refuse('RoleNotAllowed', { ...data, role: params.role });
  const refusal = judgeOwnProfile(profile, config.host);
  if (refusal !== null) return refuse(refusal.code, { ...data, ...refusal.data });
  if (params.store !== 'My') return refuse('StoreNotAllowed', { ...data, found: params.store });
  if (profile.friendlyName !== `certops ${header.id}`) {
    return refuse('FriendlyNameDiffers', { ...data, found: profile.friendlyName });
  }
  return judgeReplaced(step, params, gate) ?? judgeSid(step, params, gate);
}

/** What a worker's certificate may be: for that worker alone, and only for talking to its master. */
export function judgeOwnProfile(profile: CertificateProfile, host: HostName): Refusal | null {
  if (profile.host !== host) return refuse('MakerNotPinned', { host: profile.host, pinned: host });
  if (profile.store !== 'My') return refuse('StoreNotAllowed', { found: profile.store });
  if ([...profile.usages].sort().join() !== 'clientAuth,serverAuth') {
    return refuse('UsageNotAllowed', { found: profile.usages });
  }
  const strange = [profile.cn, ...profile.names].filter((name) => !isNameOf(name, host));
  if (strange.length > 0) return refuse('NameNotAllowed', { found: strange[0] ?? '' });
  return namesCover(profile.names, host) ? null : refuse('NameNotAllowed', { found: profile.names[0] ?? '' });
}

/** A worker trusts its own; a master those of the farm's workers, each made by the worker it is for. */
function judgeTrust(step: PlannedStep, params: StepParams<'trust-certificate'>, gate: Gate): Refusal | null {
  const { thumbprint: named } = params;
  if (typeof named === 'string') return refuse('CertificateNotAllowed', { step: step.id, thumbprint: named });
  const isOwn = named.ref === workerRef(gate.config.host);
  if (!isOwn && gate.own.isMaster !== true) return refuse('TrustNotAllowed', { step: step.id, ref: named.ref });
  return Object.hasOwn(gate.refs, named.ref) ? null : refuse('RefMissing', { step: step.id, ref: named.ref });
}

/**
 * The file beside the worker's own image, with its own certificate; a rotation of workers never touches the master's
 * file.
 */
function judgePublish(step: PlannedStep, params: StepParams<'publish-cer'>, gate: Gate): Refusal | null {
  const { role, thumbprint: named } = params;
  return role === 'worker' ? judgeOwn(step, named, gate) : refuse('RoleNotAllowed', { step: step.id, role });
}

function judgeSetting(step: PlannedStep, params: StepParams<'write-setting'>, gate: Gate): Refusal | null {
  const { key, thumbprint: named } = params;
  if (key !== 'WorkerHttpsCertThumbprint') return refuse('SettingNotAllowed', { step: step.id, key });
  return judgeOwn(step, named, gate);
}

/** The certificate made for this worker, or the one it had before, and no other. */
function judgeOwn(step: PlannedStep, named: Thumbprint | { readonly ref: string }, gate: Gate): Refusal | null {
  if (typeof named === 'string') return refuse('CertificateNotAllowed', { step: step.id, thumbprint: named });
  const isOwn = named.ref === workerRef(gate.config.host) && Object.hasOwn(gate.refs, named.ref);
  return isOwn ? null : refuse('RefMissing', { step: step.id, ref: named.ref });
}
