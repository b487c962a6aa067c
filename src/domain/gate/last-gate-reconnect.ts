import type { CertificateRef } from '../letters/protocol.ts';
import { canonicalName, OID, type ReadCertificate } from '../machine/certificate.ts';
import { namesCover } from '../machine/endpoint.ts';
import { AUTHORITY, type PlannedCheck, type PlannedStep, PRESENT } from '../plan/plan.ts';
import { type StepKind, stepParams } from '../plan/step-params.ts';
import { isRefusal, type Json, type Refusal, refuse, type Thumbprint } from '../values.ts';
import type { Gate } from './gate.ts';
import { makersWord, readBytes } from './made-certificate.ts';

/**
 * Steps under a reconnect: a worker trusts what its master presents, pins it, and restarts. Nothing is made, bound or
 * written elsewhere under this name, and on a machine that is no worker nothing at all.
 */
export function judgeReconnectStep(step: PlannedStep, { own, refs }: Gate): Refusal | null {
  const kind = step.kind as StepKind;
  const data = { step: step.id };
  if (own.endpoint === null) return refuse('RoleNotAllowed', { ...data, role: 'master' });
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
  // Pinned is what is presented; trusted that, or the root above it.
  const isFit = named.ref === PRESENT || (kind === 'trust-certificate' && named.ref === AUTHORITY);
  return isFit && Object.hasOwn(refs, named.ref) ? null : refuse('RefMissing', { ...data, ref: named.ref });
}

/** Only the worker that restarts is asked whether it is well. */
export function judgeReconnectCheck(check: PlannedCheck): Refusal | null {
  const { role = 'worker' } = check.params as { readonly role?: Json };
  const isOwn = (check.kind === 'service-runs' || check.kind === 'worker-connected') && role === 'worker';
  return isOwn ? null : refuse('RoleNotAllowed', { step: check.id, role });
}

/**
 * The certificate that a worker is to trust and pin: the one that was approved, made by the pinned master's runner
 * under the rotation that the plan names (or put by thumbprint into this runner's own configuration), no CA, good for
 * the own MasterEndpoint, and presented by that endpoint right now.
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
    // An administrator's word needs no maker, and nobody else's will do.
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
  if (endpoint !== null && !namesCover(certificate.names, canonicalName(endpoint)))
    return refuse('EndpointNotCovered', { thumbprint, hosts: [endpoint], names: certificate.names });
  return own.presented === thumbprint ? null : refuse('NotPresentedNow', { found: own.presented, wanted: thumbprint });
}

/** A root that is trusted for every name: an administrator of this machine alone can want that, and nobody's report. */
function judgeAuthority(ref: CertificateRef, { config, work }: Gate): Refusal | null {
  const { thumbprint } = ref;
  const wanted = work.header.existing?.[AUTHORITY]?.thumbprint ?? null;
  if (thumbprint !== wanted) return refuse('CertificateDiffers', { found: thumbprint, wanted });
  const certificate = readBytes(ref, thumbprint);
  if (isRefusal(certificate)) return certificate;
  if (!config.allowedCertificates.includes(thumbprint)) return refuse('CertificateNotAllowed', { thumbprint });
  return certificate.selfSigned ? null : refuse('CertificateNotSelfSigned', { thumbprint, found: false });
}

/** A key in Root that could sign would make whoever owns it a CA for this machine. */
function judgeHarmless(read: ReadCertificate): Refusal | null {
  const { thumbprint, ca, keyUsage, version, selfSigned, extendedKeyUsage, otherFields } = read;
  if (ca !== false) return refuse('CertificateIsCa', { thumbprint, found: ca });
  if (keyUsage === null || keyUsage.certSign || keyUsage.crlSign)
    return refuse('CertificateCanSign', { thumbprint, found: true });
  if (version !== 3) return refuse('CertificateVersionDiffers', { thumbprint, found: version });
  if (!selfSigned) return refuse('CertificateNotSelfSigned', { thumbprint, found: false });
  // All that a master's certificate is ever made for, and with.
  if (extendedKeyUsage.join() !== OID.serverAuth)
    return refuse('CertificateUsagesDiffer', { thumbprint, found: extendedKeyUsage });
  return otherFields.length === 0 ? null : refuse('CertificateFieldsDiffer', { thumbprint, found: otherFields });
}
