import { inTable } from '../domain/in-table.ts';
import { OID, type ReadCertificate, readCertificate } from '../domain/machine/certificate.ts';
import type { NamedCertificate } from '../domain/machine/host-facts.ts';
import { hashOf, isStrong } from '../domain/machine/signature-hash.ts';
import { daysLeft, instantOf } from '../domain/time.ts';
import { type Instant, isRefusal, type Message, type Refusal, refuse } from '../domain/values.ts';
import type { ExistingLine } from '../domain/views/next-certificate.ts';

/** What the certificate's bytes say, as far as it matters here. */
export interface Judged {
  readonly subject: string;
  readonly names: readonly string[];
  readonly notAfter: Instant;
  readonly keyBits: number;
  readonly hash: string;
  /** It is self-signed. */
  readonly isOwnIssuer: boolean;
  readonly lines: readonly ExistingLine[];
}

const LEAST_BITS = 2048;

export const good = (code: string, data: Message['data'] = {}): ExistingLine => ({
  state: 'good',
  what: { id: `existing.${code}`, data },
});

export const warn = (code: string, data: Message['data'] = {}): ExistingLine => ({
  state: 'mind',
  what: { id: `existing.${code}`, data },
});

/**
 * Judges a certificate by its content: dates, key, hash, usages, what it may sign, its chain. The Refusal is the first
 * thing that is wrong. Pure.
 */
export function surveyCertificate(
  { thumbprint, der, issuers }: NamedCertificate,
  { at, ends, isBack }: { readonly at: Instant; readonly ends: Instant; readonly isBack: boolean },
): Judged | Refusal {
  const read = readCertificate(der ?? '');
  if (read?.thumbprint !== thumbprint) return refuse('ExistingUnreadable');
  const now = Date.parse(at);
  const named = hashOf(read.signature);
  const weak = refuseKey(read);
  // A rollback takes a certificate that worked before as it was, and the card says what it is.
  const wrong = refuseDates(read, now) ?? (isBack ? null : (weak ?? refuseUsages(read)));
  if (wrong !== null) return wrong;
  const chain = isBack ? null : chainOf(read, issuers, now);
  if (chain !== null && isRefusal(chain)) return chain;
  const notAfter = instantOf(read.notAfter);
  const days = daysLeft(notAfter, now);
  const maySign = read.ca === true || read.keyUsage?.certSign === true;
  return {
    // Some authorities leave the subject empty.
    subject: read.cn === '' ? (read.names[0] ?? '') : read.cn,
    names: read.serverNames,
    notAfter,
    keyBits: read.keyBits,
    hash: named,
    isOwnIssuer: read.selfSigned,
    lines: [
      notAfter < ends ? warn('ends-sooner', { at: notAfter, days, old: ends }) : good('dates', { at: notAfter, days }),
      weak === null
        ? good('strong', { keyBits: read.keyBits, hash: named })
        : warn('weak', { keyBits: read.keyBits, hash: named }),
      ...(isBack ? [] : [good('usages')]),
      maySign ? warn('may-sign') : good('may-not-sign'),
      ...(chain === null ? [] : [chain]),
    ],
  };
}

function refuseDates({ notBefore, notAfter }: ReadCertificate, now: number): Refusal | null {
  if (notAfter <= now) return refuse('ExistingExpired', { at: instantOf(notAfter) });
  return notBefore > now ? refuse('ExistingNotYetValid', { at: instantOf(notBefore) }) : null;
}

/** RSA only: workers are spoken to by WCF on .NET Framework, which is known to fail on other keys. */
function refuseKey({ keyType, keyBits, signature }: ReadCertificate): Refusal | null {
  if (keyType !== 'rsa') return refuse('ExistingKeyWeak', { found: keyType });
  if (keyBits < LEAST_BITS) return refuse('ExistingKeyWeak', { found: `RSA ${keyBits}` });
  return isStrong(signature) ? null : refuse('ExistingHashWeak', { found: hashOf(signature) });
}

/** No usage named means every usage. */
function refuseUsages({ extendedKeyUsage, keyUsage }: ReadCertificate): Refusal | null {
  const isServer =
    extendedKeyUsage.length === 0 || extendedKeyUsage.some((oid) => oid === OID.serverAuth || oid === OID.anyUsage);
  const isForTls = keyUsage === null || keyUsage.digitalSignature || keyUsage.keyEncipherment;
  const found = extendedKeyUsage.map((oid) => inTable(USAGES, oid) ?? oid);
  if (!isServer) return refuse('ExistingNotForServers', { found, wanted: 'serverAuth' });
  return isForTls ? null : refuse('ExistingNotForServers', { wanted: FOR_TLS });
}

/** What a keyUsage must allow at least one of. */
const FOR_TLS = ['digitalSignature', 'keyEncipherment'];

/** Usages that a certificate may be for instead, as the certificate's own field names them. */
const USAGES: { readonly [oid: string]: string } = {
  [OID.clientAuth]: 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
};

/** A certificate of a company's CA: the chain must reach a root that this machine trusts, every authority in date. */
export function chainOf(
  read: ReadCertificate,
  issuers: NamedCertificate['issuers'],
  now: number,
): ExistingLine | Refusal {
  if (read.selfSigned) return good('self-signed');
  const top = issuers.at(-1);
  const above = issuers.map(({ der }) => readCertificate(der));
  const names = above.map((one) => one?.cn ?? '');
  if (top?.store !== 'Root' || above.at(-1)?.selfSigned !== true) return refuse('ExistingChainBroken', { names });
  const over = above.find((one) => one === null || one.notAfter <= now || one.notBefore > now || one.ca === false);
  if (over !== undefined) return refuse('ExistingChainNotValid', { name: over?.cn ?? '' });
  return good('chain', { names });
}
