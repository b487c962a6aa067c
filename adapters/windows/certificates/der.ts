import { X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { CertopsError } from '../../../src/domain/errors.ts';
import type { CertificateFacts } from '../../../src/domain/machine/host-facts.ts';
import { hashOf } from '../../../src/domain/machine/signature-hash.ts';
import { instantOf } from '../../../src/domain/time.ts';
import { parseThumbprint, type Thumbprint } from '../../../src/domain/values.ts';

const { asn1 } = forge;
type Node = forge.asn1.Asn1;

/** Bit strings are not decoded: their content may look like ASN.1 by chance. The published types lack the option. */
const parseDer = asn1.fromDer as unknown as (bytes: string, options: { decodeBitStrings: false }) => Node;
const parse = (der: string): Node => parseDer(der, { decodeBitStrings: false });

/** SHA-1 over the DER, which is what Windows calls a thumbprint. Throws `CertificateUnreadable`. */
export function thumbprintOf(der: Buffer): Thumbprint {
  const thumbprint = parseThumbprint(x509(der).fingerprint);
  if (thumbprint === null) throw unreadable(der);
  return thumbprint;
}

/**
 * What a certificate says about itself, from its DER: any algorithm, any age. Usages and names, which X509Certificate
 * does not give as data, are read from the extensions. Throws `CertificateUnreadable`.
 */
export function factsOf(der: Buffer): Omit<CertificateFacts, 'privateKey'> {
  const certificate = x509(der);
  try {
    const tbs = readTbs(der);
    const validity = validityOf(certificate);
    return {
      thumbprint: thumbprintOf(der),
      subject: subjectOf(certificate).replaceAll('\n', ', '),
      selfSigned: asn1.toDer(tbs.issuer).getBytes() === asn1.toDer(tbs.subject).getBytes(),
      ca: certificate.ca,
      certSign: hasCertSign(extension(tbs, '2.5.29.15')),
      names: namesOf(extension(tbs, '2.5.29.17'), tbs.subject),
      notBefore: instantOf(validity.from),
      notAfter: instantOf(validity.to),
      keyBits: keyBits(certificate),
      hash: hashOf(tbs.signature),
      extendedKeyUsage: usages(extension(tbs, '2.5.29.37')),
    };
  } catch {
    throw unreadable(der);
  }
}

/** In milliseconds since 1970; NaN where it has no such time. */
export const validityOf = ({
  validFrom,
  validTo,
}: X509Certificate): { readonly from: number; readonly to: number } => ({
  from: timeOf(validFrom),
  to: timeOf(validTo),
});

const YEAR = / (\d{1,4})(?= GMT$)/u;

/** Date takes a year below 100, which OpenSSL writes as it is, for one of our time: 49 for 2049. */
function timeOf(written: string): number {
  const time = new Date(written.replace(YEAR, ' 2000'));
  return time.setUTCFullYear(Number(YEAR.exec(written)?.[1] ?? Number.NaN));
}

/** Undefined, whatever Node's types say, for a certificate whose names are in the extension only. */
const subjectOf = ({ subject }: { readonly subject: string | undefined }): string => subject ?? '';

function x509(der: Buffer): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch {
    throw unreadable(der);
  }
}

const unreadable = (der: Buffer): CertopsError =>
  new CertopsError('CertificateUnreadable', { bytes: der.length, start: der.subarray(0, 16).toString('hex') });

interface Tbs {
  readonly signature: string;
  readonly issuer: Node;
  readonly subject: Node;
  readonly extensions: readonly Node[];
}

function readTbs(der: Buffer): Tbs {
  const [tbs] = children(parse(der.toString('latin1')));
  const parts = children(tbs);
  // the version is a [0], which a version 1 certificate leaves out
  const at = parts[0]?.tagClass === asn1.Class.CONTEXT_SPECIFIC ? 1 : 0;
  const [, signature, issuer, , subject] = parts.slice(at);
  if (issuer === undefined || subject === undefined) throw unreadable(der);
  const wrapped = parts.find((part) => part.tagClass === asn1.Class.CONTEXT_SPECIFIC && (part.type as number) === 3);
  return { signature: oid(children(signature)[0]), issuer, subject, extensions: children(children(wrapped)[0]) };
}

/** Types of a GeneralName. */
const DNS_NAME = 2;
const ADDRESS = 7;

const children = (node: Node | undefined): readonly Node[] => (Array.isArray(node?.value) ? node.value : []);
const bytes = (node: Node | undefined): string => (typeof node?.value === 'string' ? node.value : '');
const oid = (node: Node | undefined): string => asn1.derToOid(forge.util.createBuffer(bytes(node)));

/** Content of an extension; undefined when the certificate does not have it. */
function extension(tbs: Tbs, id: string): Node | undefined {
  const found = tbs.extensions.find((node) => oid(children(node)[0]) === id);
  return found === undefined ? undefined : parse(bytes(children(found).at(-1)));
}

/**
 * DNS names and addresses. Like Windows, takes the subject's common names when there is no DNS name, whatever else
 * there is.
 */
function namesOf(alternative: Node | undefined, subject: Node): readonly string[] {
  const ofType = (type: number) => children(alternative).filter((name) => (name.type as number) === type);
  const dns = ofType(DNS_NAME).map(bytes);
  const addresses = ofType(ADDRESS).map((name) => addressText(Buffer.from(bytes(name), 'latin1')));
  const names = [...(dns.length === 0 ? commonNames(subject) : dns), ...addresses];
  return [...new Set(names.filter((name) => name !== ''))];
}

/** '' for anything but an IPv4 or IPv6 address. */
function addressText(address: Buffer): string {
  if (address.length === 4) return address.join('.');
  if (address.length !== 16) return '';
  const groups = address.toString('hex').match(/..../gu) ?? [];
  // URL writes an address in its shortest form
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function commonNames(subject: Node): readonly string[] {
  return children(subject).flatMap((set) =>
    children(set)
      .filter((attribute) => oid(children(attribute)[0]) === '2.5.4.3')
      .map((attribute) => directoryText(children(attribute)[1])),
  );
}

/** UTF8String has to be decoded; node-forge has already decoded a BMPString; the others have one byte a character. */
const directoryText = (node: Node | undefined): string =>
  node?.type === asn1.Type.UTF8 ? Buffer.from(bytes(node), 'latin1').toString('utf8') : bytes(node);

/** keyCertSign is bit 5; the first byte of a bit string is its number of unused bits. */
function hasCertSign(node: Node | undefined): boolean {
  return node !== undefined && (bytes(node).charCodeAt(1) & 0x04) !== 0;
}

const USAGES: { readonly [oid: string]: string } = {
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
};

const usages = (node: Node | undefined): readonly string[] =>
  children(node).map((usage) => USAGES[oid(usage)] ?? oid(usage));

function keyBits(certificate: X509Certificate): number | null {
  try {
    const details = certificate.publicKey.asymmetricKeyDetails;
    return details?.modulusLength ?? CURVES[details?.namedCurve ?? ''] ?? null;
  } catch {
    return null;
  }
}

const CURVES: { readonly [name: string]: number } = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };
