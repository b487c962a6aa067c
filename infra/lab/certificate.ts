import { createHash, createPrivateKey, privateEncrypt, randomBytes, X509Certificate } from 'node:crypto';
import forge from 'node-forge';

export interface LabKey {
  readonly publicPem: string;
  readonly privatePem: string;
}

/** DigestInfo of SHA-256, which precedes the hash in a PKCS #1 signature. */
const SHA256_PREFIX = Buffer.from('3031300d060960864801650304020105000420', 'hex');

export interface MadeLabCertificate {
  /** 40 hexadecimal digits, lower case. */
  readonly thumbprint: string;
  /** DER, base64. */
  readonly der: string;
}

/**
 * A certificate like those that Scale Out's set-up makes: self-signed, unless `issuer` is given. Node signs it, because
 * node-forge would take 20 ms for each.
 */
export function makeCertificate(options: {
  key: LabKey;
  cn: string;
  names: readonly string[];
  notBefore: Date;
  notAfter: Date;
  client: boolean;
  /** It may sign others. */
  ca?: boolean;
  issuer?: { readonly cn: string; readonly key: LabKey };
}): MadeLabCertificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(options.key.publicPem);
  certificate.serialNumber = `4${randomBytes(16).toString('hex').slice(1)}`;
  certificate.validity.notBefore = options.notBefore;
  certificate.validity.notAfter = options.notAfter;
  const named = (value: string) => [{ shortName: 'CN', value, valueTagClass: forge.asn1.Type.UTF8 as never }];
  certificate.setSubject(named(options.cn));
  certificate.setIssuer(named(options.issuer?.cn ?? options.cn));
  const ca = options.ca ?? false;
  certificate.setExtensions([
    { name: 'basicConstraints', cA: ca, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, keyCertSign: ca, critical: true },
    { name: 'extKeyUsage', serverAuth: true, clientAuth: options.client },
    { name: 'subjectAltName', altNames: options.names.map((value) => ({ type: 2, value })) },
  ]);
  certificate.sign(nodeSigner((options.issuer?.key ?? options.key).privatePem), forge.md.sha256.create());
  const der = Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes(), 'latin1');
  return { thumbprint: sha1(der), der: der.toString('base64') };
}

export const sha1 = (der: Buffer): string => createHash('sha1').update(der).digest('hex');
export const readCertificate = (der: string): X509Certificate => new X509Certificate(Buffer.from(der, 'base64'));

/** What tools print about a certificate, and search by. */
export interface CertificateText {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly ca: boolean;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SHA-1 of the public key. */
  readonly keyIdentifier: string;
}

/** Takes a tenth of a millisecond or more: cache the result. */
export function describeCertificate(der: string): CertificateText {
  const certificate = readCertificate(der);
  return {
    subject: certificate.subject,
    issuer: certificate.issuer,
    serial: certificate.serialNumber.toLowerCase(),
    ca: certificate.ca,
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    // The BIT STRING's content, after the 24 bytes with which every RSA 2048 key begins.
    keyIdentifier: sha1(certificate.publicKey.export({ type: 'spki', format: 'der' }).subarray(24)),
  };
}

/** `CN=sqlm01`; the parts of a longer name in the order certutil prints them. */
export const nameLine = (name: string): string => name.split('\n').reverse().join(', ');

/** The common name; the whole subject when there is none. */
export const commonName = (subject: string): string => /^CN=(.*)$/mu.exec(subject)?.[1] ?? nameLine(subject);

function nodeSigner(privatePem: string): forge.pki.rsa.PrivateKey {
  const key = createPrivateKey(privatePem);
  const sign = (digest: forge.md.MessageDigest): string => {
    const hash = Buffer.from(digest.digest().getBytes(), 'latin1');
    return privateEncrypt(key, Buffer.concat([SHA256_PREFIX, hash])).toString('latin1');
  };
  return { sign } as unknown as forge.pki.rsa.PrivateKey;
}
