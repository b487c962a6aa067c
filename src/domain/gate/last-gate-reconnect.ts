import type { CertificateRef } from '../letters/protocol.ts';
import { OID, type ReadCertificate } from '../machine/certificate.ts';
import { namesCover } from '../machine/endpoint.ts';
import { AUTHORITY, type PlannedCheck, type PlannedStep, PRESENT } from '../plan/plan.ts';
import { type StepKind, stepParams } from '../plan/step-params.ts';
import { isRefusal, type Json, type Refusal, refuse, type Thumbprint } from '../values.ts';
import type { Gate } from './gate.ts';
import { makersWord, readBytes } from './made-certificate.ts';

/**
 * Steps of a reconnect: a worker trusts what its master presents, pins it, and restarts. Nothing else is allowed. On a
 * machine that is no worker the reading of its own MasterEndpoint has failed before.
 */
export function judgeReconnectStep(step: PlannedStep, { refs }: Gate): Refusal | null {
  const kind = step.kind as StepKind;
  const data = { step: step.id };
  if (kind === 'restart-service') {
    const { role } = stepParams('restart-service', step);
    return role === 'worker' ? null : refuse('RoleNotAllowed', { ...data, role });
  }
  if (kind !== 'trust-certificate' && kind !== 'write-setting') return refuse('StepNotAllowed', { ...data, kind });
  const { key, thumbprint: named } = step.params as {
    readonly key?: string;
    readonly thumbprint: Thumbprint | { readonly ref: string };
  };
  if (key !== undefined && key !== 'MasterHttpsCertThumbprint') return refuse('SettingNotAllowed', { ...data, key });
  if (typeof named === 'string') return refuse('CertificateNotAllowed', { ...data, thumbprint: named });
  // What is presented gets pinned; that, or the root above it, gets trusted.
  const isFit = named.ref === PRESENT || (kind === 'trust-certificate' && named.ref === AUTHORITY);
  return isFit && Object.hasOwn(refs, named.ref) ? null : refuse('RefMissing', { ...data, ref: named.ref });
}

/** Only the worker that restarts is checked. */
export function judgeReconnectCheck(check: PlannedCheck): Refusal | null {
  const { role = 'worker' } = check.params as { readonly role?: Json };
  const isOwn = (check.kind === 'service-runs' || check.kind === 'worker-connected') && role === 'worker';
  return isOwn ? null : refuse('RoleNotAllowed', { step: check.id, role });
}

/**
 * The certificate a worker is to trust and pin: the approved one, made by the pinned master's runner under the rotation
 * the plan names (or listed by thumbprint in this runner's own configuration), no CA, valid for the worker's own
 * MasterEndpoint, and presented by that endpoint right now.
 */
export function judgePresent(name: string, ref: CertificateRef, gate: Gate): Refusal | null {
  const { config, own, work } = gate;
  const { header } = work;
  const { thumbprint } = ref;
  if (name === AUTHORITY) return judgeAuthority(ref, gate);
  const wanted = header.existing?.[PRESENT]?.thumbprint ?? null;
  if (name !== PRESENT || thumbprint !== wanted) return refuse('CertificateDiffers', { found: thumbprint, wanted });
  const certificate = readBytes(ref, thumbprint);
  if (isRefusal(certificate)) return certificate;
  if (!config.allowedCertificates.includes(thumbprint)) {
    // If the administrator listed it, no maker is needed; otherwise only the maker's report counts.
    if (!('report' in ref)) return refuse('CertificateNotAllowed', { thumbprint });
    const word = makersWord(ref, config, config.masterHost);
    if (isRefusal(word)) return word;
    if (word.rotation !== header.wish.of) return refuse('MakerReportDiffers', { host: ref.host, seq: ref.seq });
    if (ref.host === config.host && !own.made.includes(thumbprint)) return refuse('NotMadeHere', { thumbprint });
    const refusal = judgeHarmless(certificate);
    if (refusal !== null) return refusal;
  }
  if (certificate.notAfter <= own.now) return refuse('CertificateLifetimeDiffers', { thumbprint, found: 0 });
  const { endpoint } = own;
  if (endpoint !== null && !namesCover(certificate.serverNames, endpoint))
    return refuse('EndpointNotCovered', { thumbprint, hosts: [endpoint], names: certificate.serverNames });
  return own.presented === thumbprint ? null : refuse('NotPresentedNow', { found: own.presented, wanted: thumbprint });
}

/** A root is trusted for every name: only this machine's administrator may ask for that, never a report. */
function judgeAuthority(ref: CertificateRef, { config, work }: Gate): Refusal | null {
  const { thumbprint } = ref;
  const wanted = work.header.existing?.[AUTHORITY]?.thumbprint ?? null;
  if (thumbprint !== wanted) return refuse('CertificateDiffers', { found: thumbprint, wanted });
  const certificate = readBytes(ref, thumbprint);
  if (isRefusal(certificate)) return certificate;
  if (!config.allowedCertificates.includes(thumbprint)) return refuse('CertificateNotAllowed', { thumbprint });
  return certificate.selfSigned ? null : refuse('CertificateNotSelfSigned', { thumbprint, found: false });
}

/** A key in Root that could sign would make its owner a CA for this machine. */
function judgeHarmless(read: ReadCertificate): Refusal | null {
  const { thumbprint, ca, keyUsage, version, selfSigned, extendedKeyUsage, otherFields } = read;
  if (ca !== false) return refuse('CertificateIsCa', { thumbprint, found: ca });
  if (keyUsage === null || keyUsage.certSign || keyUsage.crlSign)
    return refuse('CertificateCanSign', { thumbprint, found: true });
  if (version !== 3) return refuse('CertificateVersionDiffers', { thumbprint, found: version });
  if (!selfSigned) return refuse('CertificateNotSelfSigned', { thumbprint, found: false });
  // The only usage a master's certificate is ever made for.
  if (extendedKeyUsage.join() !== OID.serverAuth)
    return refuse('CertificateUsagesDiffer', { thumbprint, found: extendedKeyUsage });
  return otherFields.length === 0 ? null : refuse('CertificateFieldsDiffer', { thumbprint, found: otherFields });
}
