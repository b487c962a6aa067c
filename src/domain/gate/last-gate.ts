import { sameJson } from '../equal.ts';
import { inTable } from '../in-table.ts';
import type { CertificateRef } from '../letters/protocol.ts';
import { LONGEST_GAP_MS } from '../orders/armed.ts';
import type { CertificateProfile, PlannedCheck, PlannedStep } from '../plan/plan.ts';
import { workerRef } from '../plan/scope.ts';
import { checkParams, type StepKind, type StepParams, stepParams } from '../plan/step-params.ts';
import type { RotationKind } from '../plan/wish.ts';
import { type HostName, type Refusal, type Role, refuse, type Thumbprint } from '../values.ts';
import { type Gate, judgeReplaced, judgeSid, type OwnConfig, type OwnFacts } from './gate.ts';
import { isTrustInWorker } from './last-gate-contain.ts';
import { judgePresent, judgeReconnectCheck, judgeReconnectStep } from './last-gate-reconnect.ts';
import { judgeOwnProfile, judgeWorkerStep } from './last-gate-worker.ts';
import { judgeExisting, judgeMade } from './made-certificate.ts';

/** Kinds of rotation whose steps this gate can judge. */
const SERVED: readonly RotationKind[] = ['rotate-master', 'rotate-worker', 'reconnect', 'retire'];

/**
 * The last gate: whoever controls the bot can at worst rotate Scale Out certificates. Every parameter of an apply order
 * is checked against what this runner knows by itself; the first one out of bounds is refused with a code of its own.
 * Undo orders are bound elsewhere, to this runner's own journal: they move only what the journal shows, to values
 * recorded there, under a plan whose rotation is not over.
 */
export function lastGate(gate: Gate): Refusal | null {
  const { kind, wish } = gate.work.header;
  if (kind !== wish.kind || !SERVED.includes(kind)) return refuse('RotationNotServed', { kind });
  const { limitMs } = gate.work.header.gap;
  if (limitMs > LONGEST_GAP_MS) return refuse('GapTooLong', { found: limitMs, limit: LONGEST_GAP_MS });
  // Every certificate in the order, whether this stage uses it or not: an undo may use it later.
  const refs = Object.entries(gate.refs).map(([name, ref]) => judgeRef(name, ref, gate));
  const steps = gate.work.steps.map((step) => judgeOf(kind)(step, gate));
  const checks = gate.work.checks.map((check) => judgeCheck(check, gate));
  return [...refs, ...steps, ...checks].find((refusal) => refusal !== null) ?? null;
}

function judgeOf(kind: RotationKind): (step: PlannedStep, gate: Gate) => Refusal | null {
  switch (kind) {
    case 'rotate-worker':
      return judgeWorkerStep;
    case 'reconnect':
      return judgeReconnectStep;
    case 'retire':
      return judgeRetireStep;
    default:
      return judgeStep;
  }
}

/** A removal request does nothing else: it never makes, binds or writes anything. */
function judgeRetireStep(step: PlannedStep, gate: Gate): Refusal | null {
  const isRemoval = step.kind === 'remove-key' || step.kind === 'remove-certificate';
  return isRemoval ? judgeStep(step, gate) : refuse('StepNotAllowed', { step: step.id, kind: step.kind });
}

function judgeStep(step: PlannedStep, gate: Gate): Refusal | null {
  const kind = step.kind as StepKind;
  switch (kind) {
    case 'create-certificate':
      return judgeCreate(step, stepParams(kind, step), gate);
    case 'grant-key':
      return judgeGrant(step, stepParams(kind, step), gate) ?? judgeNamed(step, stepParams(kind, step), gate);
    case 'write-setting':
      return judgeSetting(step, stepParams(kind, step)) ?? judgeNamed(step, stepParams(kind, step), gate);
    case 'bind-port':
    case 'rehearse-binding':
      return judgePort(step, stepParams(kind, step), gate) ?? judgeNamed(step, stepParams(kind, step), gate);
    case 'end-rehearsal':
      return judgePort(step, stepParams(kind, step), gate);
    case 'publish-cer':
      return judgeRole(step, stepParams(kind, step)) ?? judgeNamed(step, stepParams(kind, step), gate);
    case 'trust-certificate':
      return judgeNamed(step, stepParams(kind, step), gate);
    case 'restart-service':
      return null;
    case 'distrust-certificate':
      return refuse('StepNotAllowed', { step: step.id, kind });
    case 'remove-key':
    case 'remove-certificate':
      return judgeRemoval(step, stepParams(kind, step), gate);
  }
}

/** Made here, for this farm's master, exactly as approved; the key is granted to the service's own account. */
function judgeCreate(step: PlannedStep, params: StepParams<'create-certificate'>, gate: Gate): Refusal | null {
  const { header } = gate.work;
  const data = { step: step.id };
  const profile = inTable(header.profiles, params.ref);
  if (profile === undefined || !sameJson(params.profile, profile)) return refuse('ProfileDiffers', data);
  if (profile.host !== gate.config.host || gate.config.masterHost !== gate.config.host || params.role !== 'master') {
    return refuse('MakerNotPinned', { ...data, host: profile.host, pinned: gate.config.masterHost });
  }
  if (params.store !== 'Root' || profile.store !== 'Root')
    return refuse('StoreNotAllowed', { ...data, found: params.store });
  if (profile.usages.join() !== 'serverAuth') return refuse('UsageNotAllowed', { ...data, found: profile.usages });
  if (profile.friendlyName !== `certops ${header.id}`) {
    return refuse('FriendlyNameDiffers', { ...data, found: profile.friendlyName });
  }
  return judgeReplaced(step, params, gate) ?? judgeSid(step, params, gate);
}

/** For an existing certificate: only on the master, and only to its own account. */
function judgeGrant(step: PlannedStep, params: StepParams<'grant-key'>, gate: Gate): Refusal | null {
  const { config } = gate;
  if (config.masterHost !== config.host) return refuse('RoleNotAllowed', { step: step.id, role: params.role });
  return judgeRole(step, params) ?? judgeSid(step, params, gate);
}

/** A rotation of the master writes what the master binds and what its workers pin, never a worker's own certificate. */
function judgeSetting(step: PlannedStep, { key }: StepParams<'write-setting'>): Refusal | null {
  return key === 'WorkerHttpsCertThumbprint' ? refuse('SettingNotAllowed', { step: step.id, key }) : null;
}

/**
 * Only under a removal request, and only what this machine's own records show Scale Out used here, or on a master a
 * worker's certificate, recognised by its own bytes. Whether anything still uses it is no parameter: the step looks. An
 * allowed certificate must first be taken off the list by the administrator.
 */
function judgeRemoval(step: PlannedStep, { thumbprint }: StepParams<'remove-key'>, gate: Gate): Refusal | null {
  const { work, config, own } = gate;
  const data = { step: step.id, thumbprint };
  if (work.header.kind !== 'retire' || work.phase.name !== 'retire') return refuse('RemovalNotAllowed', data);
  if (config.allowedCertificates.includes(thumbprint)) return refuse('CertificateAllowedHere', data);
  if (own.scaleOuts.includes(thumbprint)) return null;
  // Set-up made a master trust its workers' first certificates, which no journal of the master shows.
  const isTrust = step.kind === 'remove-certificate' && isTrustInWorker(thumbprint, gate);
  return isTrust ? null : refuse('CertificateNotScaleOuts', data);
}

const judgeRole = ({ id }: PlannedStep, { role }: { readonly role: Role }): Refusal | null =>
  role === 'master' ? null : refuse('RoleNotAllowed', { step: id, role });

const judgePort = (
  { id }: PlannedStep | PlannedCheck,
  { port }: { readonly port: number },
  { own }: Gate,
): Refusal | null => (port === own.port ? null : refuse('PortNotAllowed', { step: id, found: port, own: own.port }));

/**
 * Certificates no runner had to make: allowed by an administrator here or, to go back to, from this machine's own past.
 */
const acceptedBy = ({ allowedCertificates }: OwnConfig, { used }: OwnFacts): readonly Thumbprint[] => [
  ...allowedCertificates,
  ...used,
];

/**
 * The certificate a step names: one that came with the order and was judged, or one that this runner accepts by itself.
 */
function judgeNamed(
  step: PlannedStep,
  { thumbprint: named }: { readonly thumbprint: Thumbprint | { readonly ref: string } },
  gate: Gate,
): Refusal | null {
  const { config, own, refs } = gate;
  if (typeof named === 'string') {
    return acceptedBy(config, own).includes(named)
      ? null
      : refuse('CertificateNotAllowed', { step: step.id, thumbprint: named });
  }
  return Object.hasOwn(refs, named.ref) ? null : refuse('RefMissing', { step: step.id, ref: named.ref });
}

function judgeRef(name: string, ref: CertificateRef, gate: Gate): Refusal | null {
  const { config, own, work } = gate;
  const { digest, header } = work;
  const { thumbprint } = ref;
  if (own.distrusted.includes(thumbprint) && !config.allowedCertificates.includes(thumbprint))
    return refuse('CertificateDoneAwayWith', { thumbprint });
  if (header.kind === 'reconnect') return judgePresent(name, ref, gate);
  const existing = header.existing !== undefined && Object.hasOwn(header.existing, name) ? header.existing[name] : null;
  if (existing != null) {
    const { kind } = header;
    // A worker takes none but its own earlier one.
    const isOwn = kind === 'rotate-worker' && header.wish.of !== null && name === workerRef(existing.host);
    if (kind !== 'rotate-master' && !isOwn) return refuse('ExistingNotServed', { kind, ref: name });
    // A name is either made or existing, never both.
    if (Object.hasOwn(header.profiles, name)) return refuse('ProfileDiffers', { ref: name });
    return judgeExisting(ref, existing, { allowed: config.allowedCertificates, used: own.used });
  }
  const profile = inTable(header.profiles, name);
  if (profile === undefined) return refuse('ProfileDiffers', { ref: name });
  // A worker's own certificate is judged by the worker's name, not by the address of the master.
  const isWorkers = header.kind === 'rotate-worker';
  const maker = isWorkers ? ref.host : config.masterHost;
  const refused = isWorkers ? judgeWorkerRef(name, ref, profile, config.host) : null;
  if (refused !== null) return refused;
  if (!('report' in ref)) return refuse('MakerReportNotUnderstood', { host: ref.host });
  const endpoint = isWorkers ? null : own.endpoint;
  const refusal = judgeMade(ref, config, { digest, header, profile, maker, now: own.now, endpoint });
  if (refusal !== null) return refusal;
  // What this machine made must be in its own journal: nobody else's report counts for it.
  return ref.host !== config.host || own.made.includes(ref.thumbprint)
    ? null
    : refuse('NotMadeHere', { thumbprint: ref.thumbprint });
}

/** Each worker's certificate belongs to that worker: named after it, made by it, for it. */
function judgeWorkerRef(name: string, ref: CertificateRef, profile: CertificateProfile, own: HostName): Refusal | null {
  if (name !== workerRef(ref.host)) return refuse('MakerNotPinned', { host: ref.host, pinned: name });
  const refusal = judgeOwnProfile(profile, ref.host);
  return refusal === null ? null : refuse(refusal.code, { ...refusal.data, host: ref.host, own });
}

function judgeCheck(check: PlannedCheck, gate: Gate): Refusal | null {
  if (gate.work.header.kind === 'reconnect') return judgeReconnectCheck(check);
  // Only the master's machine can ask SSISDB; elsewhere this check would only hold up the work.
  if (check.kind === 'packages-end' && gate.config.masterHost !== gate.config.host)
    return refuse('RoleNotAllowed', { step: check.id, role: 'master' });
  if (check.kind !== 'presents') return null;
  const params = checkParams('presents', check);
  const { header } = gate.work;
  if (params.servername !== header.endpoint.host)
    return refuse('NameNotAllowed', { step: check.id, found: params.servername });
  return judgePort(check, params, gate);
}
