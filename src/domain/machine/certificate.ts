import { createHash, X509Certificate } from 'node:crypto';
import { parseThumbprint, type Thumbprint } from '../values.ts';
import { type Der, oidText, readDer } from './der.ts';

/** What a runner judges a certificate by before trusting it. Read from its own bytes; nobody's claims count. */
export interface ReadCertificate {
  readonly thumbprint: Thumbprint;
  readonly selfSigned: boolean;
  /** Version 3 is 3. */
  readonly version: number;
  /** The first of its common names; '' if it has none. */
  readonly cn: string;
  /** Set-up and MakeCert write a name and an address into two of them. */
  readonly commonNames: readonly string[];
  /** null: no basicConstraints. */
  readonly ca: boolean | null;
  /** null: no keyUsage. */
  readonly keyUsage: {
    readonly digitalSignature: boolean;
    readonly keyEncipherment: boolean;
    readonly certSign: boolean;
    readonly crlSign: boolean;
  } | null;
  /** dNSNames and addresses of the SAN, lower case. */
  readonly names: readonly string[];
  /** What clients match a server's name against: like Windows, the common names too where there is no dNSName. */
  readonly serverNames: readonly string[];
  /** Kinds of names in the SAN that are neither. */
  readonly otherNames: number;
  readonly extendedKeyUsage: readonly string[];
  /**
   * Extensions that no certificate of ours has. Windows takes one of them for the usages, whatever the real ones say.
   */
  readonly otherFields: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
  readonly keyType: string;
  readonly keyBits: number;
  readonly signature: string;
}

export const OID = {
  sha256WithRsa: '1.2.840.113549.1.1.11',
  anyUsage: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  names: '2.5.29.17',
  extendedKeyUsage: '2.5.29.37',
} as const;

/** Reads a DER certificate (base64). null: not one, or malformed in a part that matters. */
export function readCertificate(der: string): ReadCertificate | null {
  const bytes = Buffer.from(der, 'base64');
  const root = readDer(bytes);
  try {
    return root === null ? null : read(bytes, root);
  } catch {
    return null;
  }
}

function read(bytes: Buffer, root: Der): ReadCertificate | null {
  const thumbprint = parseThumbprint(createHash('sha1').update(bytes).digest('hex'));
  const tbs = root.children[0];
  const signature = root.children[1]?.children[0];
  const extensions = tbs === undefined ? null : readExtensions(tbs);
  if (thumbprint === null || tbs === undefined || signature === undefined || extensions === null) return null;
  const x509 = new X509Certificate(bytes);
  const { publicKey } = x509;
  const constraints = extensions.get(OID.basicConstraints);
  const usage = extensions.get(OID.keyUsage);
  const [notBefore, notAfter] = [openSslTime(x509.validFrom), openSslTime(x509.validTo)];
  // Anything written differently might be read differently by somebody else.
  if (notBefore === null || notAfter === null || !isShaped(constraints, usage)) return null;
  const alternative = extensions.get(OID.names)?.children ?? [];
  const sans = alternative.map(sanName);
  const names = sans.filter((name) => name !== null);
  const commonNames = commonNamesOf(x509);
  return {
    thumbprint,
    // Not checkIssued: it requires keyCertSign, which these must not have.
    selfSigned: x509.issuer === x509.subject && x509.verify(publicKey),
    version: (tbs.children[0]?.tag === 0xa0 ? (tbs.children[0].children[0]?.value[0] ?? 0) : 0) + 1,
    cn: commonNames[0] ?? '',
    commonNames,
    ca:
      constraints === undefined
        ? null
        : constraints.children.some(({ tag, value }) => tag === BOOLEAN && value[0] !== 0),
    keyUsage: usage === undefined ? null : usageBits(usage.value[1] ?? 0),
    names,
    serverNames: alternative.some(({ tag }) => tag === DNS_NAME) ? names : [...commonNames, ...names],
    otherNames: sans.filter((name) => name === null).length,
    extendedKeyUsage: (extensions.get(OID.extendedKeyUsage)?.children ?? []).map(({ value }) => oidText(value)),
    otherFields: [...extensions.keys()].filter((name) => !OWN_FIELDS.includes(name)),
    notBefore,
    notAfter,
    keyType: publicKey.asymmetricKeyType ?? '',
    keyBits: publicKey.asymmetricKeyDetails?.modulusLength ?? 0,
    signature: oidText(signature.value),
  };
}

const OWN_FIELDS: readonly string[] = [OID.basicConstraints, OID.keyUsage, OID.names, OID.extendedKeyUsage];

/**
 * null: OpenSSL cannot read it, or its year has fewer than four digits, which JavaScript would take for another year.
 */
const openSslTime = (written: string): number | null => (/ \d{4} GMT$/u.test(written) ? Date.parse(written) : null);

const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const SEQUENCE = 0x30;

function isShaped(constraints: Der | undefined, usage: Der | undefined): boolean {
  const isPart = ({ tag, value }: Der): boolean => tag === INTEGER || (tag === BOOLEAN && value.length === 1);
  const isConstraints =
    constraints === undefined || (constraints.tag === SEQUENCE && constraints.children.every(isPart));
  return isConstraints && (usage === undefined || usage.tag === BIT_STRING);
}

/**
 * BIT STRING: number of unused bits, then the bits from the left; keyEncipherment is 2, keyCertSign is 5, cRLSign is 6.
 */
const usageBits = (bits: number): NonNullable<ReadCertificate['keyUsage']> => ({
  digitalSignature: (bits & 0x80) !== 0,
  keyEncipherment: (bits & 0x20) !== 0,
  certSign: (bits & 0x04) !== 0,
  crlSign: (bits & 0x02) !== 0,
});

/** By identifier; null if one is malformed or occurs twice (which of the two would count?). */
function readExtensions(tbs: Der): ReadonlyMap<string, Der> | null {
  const list = tbs.children.find(({ tag }) => tag === 0xa3)?.children[0]?.children ?? [];
  const found = new Map<string, Der>();
  for (const extension of list) {
    const oid = extension.children[0];
    const value = extension.children[extension.children.length - 1];
    const content = value?.tag === 0x04 ? readDer(value.value) : null;
    if (oid === undefined || content === null) return null;
    const name = oidText(oid.value);
    if (found.has(name)) return null;
    found.set(name, content);
  }
  return found;
}

/**
 * A line each, or several of one part with plus signs between them: within a name Node escapes both. Split at nothing
 * else, for U+2028 ends a line of a regular expression. Undefined, whatever Node's types say, without a subject.
 */
const commonNamesOf = ({ subject }: { readonly subject: string | undefined }): readonly string[] =>
  (subject ?? '').split(/\n| \+ /u).flatMap((part) => (/^CN=./u.test(part) ? [unescaped(part.slice(3))] : []));

/** Control characters stay as Node writes them, in two digits: no card has to show them. */
const unescaped = (name: string): string => name.replace(/\\([^0-9A-F])/gu, '$1');

const DNS_NAME = 0x82;

/** null: a kind of name that none of our server certificates has. */
function sanName({ tag, value }: Der): string | null {
  if (tag === DNS_NAME) return value.toString('latin1').toLowerCase();
  if (tag !== 0x87) return null;
  if (value.length === 4) return value.join('.');
  if (value.length !== 16) return null;
  const groups = Array.from({ length: 8 }, (_, index) => value.readUInt16BE(index * 2).toString(16));
  return canonicalName(groups.join(':'));
}

/** Canonical form for comparing names: lower case, an IPv6 address in its one short form. */
export function canonicalName(name: string): string {
  const lower = name.toLowerCase();
  if (!lower.includes(':')) return lower;
  return URL.canParse(`http://[${lower}]`) ? new URL(`http://[${lower}]`).hostname.slice(1, -1) : lower;
}
