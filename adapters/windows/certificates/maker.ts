import { createPublicKey, generateKeyPair, randomBytes, sign, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { CertopsError } from '../../../src/domain/errors.ts';
import type { CertificateProfile, MadeCertificate } from '../../../src/domain/plan/plan.ts';
import { DAY_MS } from '../../../src/domain/time.ts';
import type { Secret } from '../../../src/ports/windows-host.ts';
import { factsOf } from './der.ts';
import { altNames, commonName } from './names.ts';
import { sealSecret } from './secret.ts';

const MIN_KEY_BITS = 2048;
const MAX_KEY_BITS = 8192;
const MAX_LIFETIME_DAYS = 3650;

/**
 * Makes a key and a self-signed certificate in memory: an end entity whose key cannot sign certificates, although it is
 * put into Root (a key there that could sign would make whoever owns it an authority for every worker). `now` in
 * milliseconds since 1970. Throws `ProfileRefused`, `CommonNameRefused`, `CertificateNameRefused`.
 */
export async function makeCertificate(
  profile: CertificateProfile,
  now: number,
): Promise<{ made: MadeCertificate; secret: Secret }> {
  checkProfile(profile);
  const certificate = describe(profile, now);
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: profile.keyBits });
  const publicKeyPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKeyPem);
  signWith(certificate, (bytes) => sign('sha256', bytes, privateKey));

  const der = toDer(forge.pki.certificateToAsn1(certificate));
  const x509 = new X509Certificate(der);
  const facts = factsOf(der);
  if (!x509.checkPrivateKey(privateKey) || !x509.verify(x509.publicKey) || facts.ca || facts.certSign)
    throw new CertopsError('MadeCertificateWrong', { thumbprint: facts.thumbprint });

  const privateKeyPem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const secret = sealSecret({ privateKeyPem, certificatePem: x509.toString() });
  return { made: { thumbprint: facts.thumbprint, der: der.toString('base64') }, secret };
}

function checkProfile(profile: CertificateProfile): void {
  const { keyBits, lifetimeDays, usages } = profile;
  const found = { keyBits, lifetimeDays, hash: profile.hash, usages: [...usages] };
  if (!Number.isInteger(keyBits) || keyBits < MIN_KEY_BITS || keyBits > MAX_KEY_BITS || keyBits % 1024 !== 0)
    throw new CertopsError('ProfileRefused', { field: 'keyBits', ...found });
  if (!Number.isInteger(lifetimeDays) || lifetimeDays < 1 || lifetimeDays > MAX_LIFETIME_DAYS)
    throw new CertopsError('ProfileRefused', { field: 'lifetimeDays', ...found });
  if (profile.hash !== 'SHA-256') throw new CertopsError('ProfileRefused', { field: 'hash', ...found });
  if (!usages.includes('serverAuth')) throw new CertopsError('ProfileRefused', { field: 'usages', ...found });
}

function describe(profile: CertificateProfile, now: number): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.serialNumber = positiveSerial();
  certificate.validity.notBefore = wholeSecond(now - DAY_MS);
  certificate.validity.notAfter = wholeSecond(now + profile.lifetimeDays * DAY_MS);
  const subject = [commonName(profile.cn)];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
    { name: 'extKeyUsage', ...Object.fromEntries(profile.usages.map((usage) => [usage, true])) },
    { name: 'subjectAltName', altNames: altNames(profile.names) },
  ]);
  return certificate;
}

/** 16 random bytes; the first is neither negative nor zero, so that all 16 are encoded. */
function positiveSerial(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes.toString('hex');
}

/** A certificate has no milliseconds: rounded here, so that later comparisons need not. */
const wholeSecond = (ms: number): Date => new Date(Math.floor(ms / 1000) * 1000);

/** Signs with Node's own RSA: forge's would block the loop for half a second on a 4096-bit key. */
function signWith(certificate: forge.pki.Certificate, signer: (bytes: Buffer) => Buffer): void {
  const algorithm = forge.pki.oids.sha256WithRSAEncryption as string;
  certificate.signatureOid = algorithm;
  certificate.siginfo.algorithmOid = algorithm;
  certificate.md = forge.md.sha256.create();
  certificate.tbsCertificate = toBeSigned(certificate);
  certificate.signature = signer(toDer(certificate.tbsCertificate)).toString('latin1');
}

/** Missing in the published types. */
const toBeSigned = (certificate: forge.pki.Certificate): forge.asn1.Asn1 =>
  (forge.pki as unknown as { getTBSCertificate(of: forge.pki.Certificate): forge.asn1.Asn1 }).getTBSCertificate(
    certificate,
  );

const toDer = (node: forge.asn1.Asn1): Buffer => Buffer.from(forge.asn1.toDer(node).getBytes(), 'latin1');
