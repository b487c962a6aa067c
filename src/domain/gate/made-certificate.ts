import { inTable } from '../in-table.ts';
import type { RunnerEntry } from '../journal/entries.ts';
import { parseRunnerEntry } from '../journal/runner-entries.ts';
import { verifyEnvelope } from '../letters/envelope.ts';
import { parseJournalLine } from '../letters/letters.ts';
import type { CertificateRef, MadeRef } from '../letters/protocol.ts';
import { canonicalName, OID, type ReadCertificate, readCertificate } from '../machine/certificate.ts';
import { namesCover } from '../machine/endpoint.ts';
import type { CertificateProfile, ExistingCertificate, PlanHeader } from '../plan/plan.ts';
import { DAY_MS } from '../time.ts';
import { type Digest, type HostName, isRefusal, type Refusal, refuse, type Thumbprint } from '../values.ts';

/** What a runner pins in its own configuration. */
export interface Pinned {
  readonly hostKeys: { readonly [host: string]: readonly string[] };
  /** The only host whose certificate a worker is told to trust. */
  readonly masterHost: HostName;
  readonly allowedCertificates: readonly Thumbprint[];
}

interface MadeUnder {
  readonly digest: Digest;
  readonly header: PlanHeader;
  /** What the plan says about the certificate. */
  readonly profile: CertificateProfile;
  /** The only host that may have made it. */
  readonly maker: HostName;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Host of this machine's own MasterEndpoint, which the names must cover; null on a machine that is no worker. */
  readonly endpoint: string | null;
}

/**
 * Whether a certificate named by an order may be used here. It must be made by the maker's pinned runner, which signed
 * that it made it under this very plan. Its own bytes must match the plan's profile: no CA, unable to sign, covering
 * this worker's endpoint. A thumbprint in the runner's own configuration needs none of this.
 */
export function judgeMade(ref: MadeRef, pinned: Pinned, under: MadeUnder): Refusal | null {
  const certificate = readBytes(ref, ref.thumbprint);
  if (isRefusal(certificate)) return certificate;
  if (pinned.allowedCertificates.includes(ref.thumbprint)) return null;
  return judgeMaker(ref, pinned, under) ?? judgeProfile(certificate, under);
}

/**
 * Whether a certificate that no runner made may be used here: by its own bytes it is the approved one, and its
 * thumbprint is in this runner's own configuration. Whoever put it there has judged the rest, even for a CA. A
 * certificate used here before is good enough to go back to, unless it is a CA: that was trusted only while allowed.
 */
export function judgeExisting(
  ref: CertificateRef,
  { thumbprint }: ExistingCertificate,
  { allowed, used }: { readonly allowed: readonly Thumbprint[]; readonly used: readonly Thumbprint[] },
): Refusal | null {
  const certificate = readBytes(ref, thumbprint);
  if (isRefusal(certificate)) return certificate;
  if (allowed.includes(thumbprint)) return null;
  if (!used.includes(thumbprint)) return refuse('CertificateNotAllowed', { thumbprint });
  return certificate.ca === true ? refuse('CertificateIsCa', { thumbprint, found: true }) : null;
}

/** Reads the bytes and checks that they are the certificate they are said to be. */
export function readBytes(ref: CertificateRef, wanted: Thumbprint): ReadCertificate | Refusal {
  const read = readCertificate(ref.der);
  if (read === null) return refuse('CertificateUnreadable', { thumbprint: wanted });
  const found = read.thumbprint === wanted ? ref.thumbprint : read.thumbprint;
  return found === wanted ? read : refuse('CertificateDiffers', { found, wanted });
}

function judgeMaker(ref: MadeRef, pinned: Pinned, { digest, header, profile, maker }: MadeUnder): Refusal | null {
  if (profile.host !== maker) return refuse('MakerNotPinned', { host: profile.host, pinned: maker });
  const word = makersWord(ref, pinned, maker);
  if (isRefusal(word)) return word;
  return word.digest === digest && word.rotation === header.id ? null : differs(ref);
}

type MakersWord = Extract<RunnerEntry, { type: 'done' }>;

/** The maker's report that it made this very certificate, signed by its pinned runner. */
export function makersWord(ref: MadeRef, { hostKeys }: Pinned, maker: HostName): MakersWord | Refusal {
  const keys = inTable(hostKeys, ref.host) ?? [];
  if (ref.host !== maker || keys.length === 0) return refuse('MakerNotPinned', { host: ref.host, pinned: maker });
  const verified = verifyEnvelope(ref.report, 'entry', keys);
  if (isRefusal(verified)) return refuse('MakerSignatureWrong', { host: ref.host, why: verified.code });
  const line = parseJournalLine(verified.body);
  const entry = isRefusal(line) ? line : parseRunnerEntry(line.entry);
  if (isRefusal(line) || isRefusal(entry)) return refuse('MakerReportNotUnderstood', { host: ref.host });
  const isWord = line.seq === ref.seq && entry.type === 'done' && entry.made?.der === ref.der;
  return isWord ? entry : differs(ref);
}

const differs = ({ host, seq }: MadeRef): Refusal => refuse('MakerReportDiffers', { host, seq });

/** The code of the first property of the certificate that is not as approved. */
function judgeProfile(read: ReadCertificate, under: MadeUnder): Refusal | null {
  const { profile } = under;
  const { thumbprint } = read;
  const no = (code: string, found: string | number | boolean | readonly string[] | null): Refusal =>
    refuse(code, { thumbprint, found });
  // A key in Root that could sign would make its owner a CA for every worker.
  if (read.ca !== false) return no('CertificateIsCa', read.ca);
  if (read.keyUsage === null || read.keyUsage.certSign || read.keyUsage.crlSign) return no('CertificateCanSign', true);
  if (read.version !== 3) return no('CertificateVersionDiffers', read.version);
  if (!read.selfSigned) return no('CertificateNotSelfSigned', false);
  if (read.keyType !== 'rsa' || read.keyBits !== profile.keyBits) return no('CertificateKeyDiffers', read.keyBits);
  if (read.signature !== OID.sha256WithRsa) return no('CertificateHashDiffers', read.signature);
  const approved = new Set(profile.names.map(canonicalName));
  const strange = read.names.filter((name) => !approved.has(canonicalName(name)));
  if (read.names.length === 0 || read.otherNames > 0 || strange.length > 0) {
    return no('CertificateNamesDiffer', strange);
  }
  if (read.cn.toLowerCase() !== profile.cn.toLowerCase()) return no('CertificateNamesDiffer', [read.cn]);
  const usages = profile.usages.map((usage) => OID[usage]).sort();
  if ([...read.extendedKeyUsage].sort().join() !== usages.join()) {
    return no('CertificateUsagesDiffer', read.extendedKeyUsage);
  }
  if (read.otherFields.length > 0) return no('CertificateFieldsDiffer', read.otherFields);
  // It starts one day back, so that a clock slightly behind accepts it.
  const longest = (profile.lifetimeDays + 2) * DAY_MS;
  if (read.notAfter - read.notBefore > longest || read.notAfter > under.now + longest || read.notAfter <= under.now) {
    return no('CertificateLifetimeDiffers', Math.round((read.notAfter - read.notBefore) / DAY_MS));
  }
  if (under.endpoint !== null && !namesCover(read.names, under.endpoint)) {
    return refuse('EndpointNotCovered', { thumbprint, hosts: [under.endpoint], names: read.names });
  }
  return null;
}
