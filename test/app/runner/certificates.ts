import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';
import { readCertificate } from '../../../src/domain/machine/certificate.ts';
import type { CertificateFacts } from '../../../src/domain/machine/host-facts.ts';
import type { CertificateProfile, MadeCertificate } from '../../../src/domain/plan/plan.ts';
import type { Thumbprint } from '../../../src/domain/values.ts';

const DAY_MS = 86_400_000;

/** What a forger may get wrong; everything left out is as the profile says. */
export interface Twist {
  readonly ca?: boolean;
  readonly certSign?: boolean;
  readonly crlSign?: boolean;
  /** Nothing is said of what its key is for. */
  readonly anyUse?: boolean;
  /** Of a key of its own, of so many bits. */
  readonly keyBits?: number;
  /** Before now; a negative one is to come. */
  readonly begunDaysAgo?: number;
  /** A name that is neither of a machine nor an address. */
  readonly uri?: string;
  readonly names?: readonly string[];
  readonly lifetimeDays?: number;
  readonly usages?: readonly string[];
  /** As many common names as there are here. */
  readonly cn?: string | readonly string[];
  /** Common name of who issued it: somebody with the same key. */
  readonly issuer?: string;
  readonly hash?: 'sha1';
  /** Neither for signatures of TLS nor for its keys. */
  readonly notForTls?: boolean;
  /** As certificates of long ago: no names but the common one. */
  readonly bare?: boolean;
  /** Its end, as text: an instant as certificates write it, or something like one. */
  readonly ends?: string;
  /** What stands in its basicConstraints and its keyUsage, as DER or something like it, hexadecimal. */
  readonly constraints?: string;
  readonly keyUsage?: string;
  /** The version that it says it has; 3 when left out. */
  readonly version?: number;
  /** Identifier of a field that no certificate of ours has. */
  readonly field?: string;
}

/**
 * Makes real certificates with one key, for tests: making a key takes longer than all the rest of them together.
 * Never for a machine.
 */
export function createCertificateMaker(keyBits = 2048) {
  const pairOf = (modulusLength: number) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength });
    const pem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
    return { privateKey, publicKey: forge.pki.publicKeyFromPem(pem) };
  };
  const own = pairOf(keyBits);

  return (profile: CertificateProfile, now: number, twist: Twist = {}): MadeCertificate => {
    const { privateKey, publicKey } = twist.keyBits === undefined ? own : pairOf(twist.keyBits);
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = publicKey;
    certificate.serialNumber = `4${randomBytes(16).toString('hex').slice(1)}`;
    certificate.validity.notBefore = new Date(now - (twist.begunDaysAgo ?? 1) * DAY_MS);
    certificate.validity.notAfter = new Date(now + (twist.lifetimeDays ?? profile.lifetimeDays) * DAY_MS);
    const subject = [twist.cn ?? profile.cn].flat().map((value) => ({ name: 'commonName', value }));
    certificate.setSubject(subject);
    certificate.setIssuer(twist.issuer === undefined ? subject : [{ name: 'commonName', value: twist.issuer }]);
    const usages = twist.usages ?? profile.usages;
    const names = [
      ...(twist.names ?? profile.names).map((name) =>
        isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name },
      ),
      ...(twist.uri === undefined ? [] : [{ type: 6, value: twist.uri }]),
    ];
    certificate.setExtensions([
      { name: 'basicConstraints', critical: true, cA: twist.ca ?? false },
      ...(twist.anyUse === true
        ? []
        : [
            {
              name: 'keyUsage',
              critical: true,
              digitalSignature: twist.notForTls !== true,
              keyEncipherment: twist.notForTls !== true,
              ...(twist.certSign === true ? { keyCertSign: true } : {}),
              ...(twist.crlSign === true ? { cRLSign: true } : {}),
            },
          ]),
      ...(usages.length === 0
        ? []
        : [{ name: 'extKeyUsage', ...Object.fromEntries(usages.map((usage) => [usage, true])) }]),
      ...(twist.bare === true ? [] : [{ name: 'subjectAltName', altNames: names }]),
      ...(twist.field === undefined ? [] : [{ id: twist.field, value: '\x30\x00' }]),
    ]);
    const hash = twist.hash ?? 'sha256';
    const der = signed(certificate, hash, twist, (bytes) => sign(hash, bytes, privateKey));
    const thumbprint = createHash('sha1').update(der).digest('hex').toUpperCase() as Thumbprint;
    return { thumbprint, der: der.toString('base64') };
  };
}

/** Not in forge's types. */
const toBeSigned = (certificate: forge.pki.Certificate): forge.asn1.Asn1 =>
  (forge.pki as unknown as { getTBSCertificate(of: forge.pki.Certificate): forge.asn1.Asn1 }).getTBSCertificate(
    certificate,
  );

type Node = forge.asn1.Asn1;
const inside = (node: Node | undefined): Node[] => (node?.value ?? []) as Node[];

/** What forge itself would not write. */
function misshape(tbs: Node, { ends, constraints, keyUsage, version = 3 }: Twist): void {
  const { Type, Class, create } = forge.asn1;
  const [numbered, , , , validity] = inside(tbs);
  inside(numbered)[0] = create(Class.UNIVERSAL, Type.INTEGER, false, String.fromCharCode(version - 1));
  if (ends !== undefined) inside(validity)[1] = create(Class.UNIVERSAL, Type.GENERALIZEDTIME, false, ends);
  const extensions = inside(inside(inside(tbs).at(-1))[0]);
  for (const [at, content] of [constraints, keyUsage].entries()) {
    if (content === undefined) continue;
    const bytes = Buffer.from(content, 'hex').toString('latin1');
    inside(extensions[at]).splice(-1, 1, create(Class.UNIVERSAL, Type.OCTETSTRING, false, bytes));
  }
}

/** Signed by node: forge alone takes ten times as long. */
function signed(
  certificate: forge.pki.Certificate,
  hash: string,
  twist: Twist,
  how: (bytes: Buffer) => Buffer,
): Buffer {
  const oid = forge.pki.oids[`${hash}WithRSAEncryption`] ?? '';
  certificate.signatureOid = oid;
  certificate.siginfo.algorithmOid = oid;
  certificate.tbsCertificate = toBeSigned(certificate);
  misshape(certificate.tbsCertificate, twist);
  const tbs = Buffer.from(forge.asn1.toDer(certificate.tbsCertificate).getBytes(), 'latin1');
  certificate.signature = how(tbs).toString('latin1');
  return Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes(), 'latin1');
}

/** Facts of a certificate that lies in a store with its key. */
export function factsOfMade({ thumbprint, der }: MadeCertificate): CertificateFacts {
  const read = readCertificate(der);
  if (read === null) throw new Error('a certificate of our own cannot be read');
  return {
    thumbprint,
    subject: `CN=${read.cn}`,
    selfSigned: read.selfSigned,
    ca: read.ca === true,
    certSign: read.keyUsage?.certSign ?? false,
    names: read.serverNames,
    notBefore: new Date(read.notBefore).toISOString(),
    notAfter: new Date(read.notAfter).toISOString(),
    keyBits: read.keyBits,
    hash: 'SHA-256',
    extendedKeyUsage: read.extendedKeyUsage,
    privateKey: 'yes',
  };
}
