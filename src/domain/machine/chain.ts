import { X509Certificate } from 'node:crypto';

/** A company's certificate chain is at most this deep. */
const DEEPEST = 8;

/**
 * The issuer of a certificate, that issuer's issuer, and so on, out of the pool: matched by name and by signature,
 * since names repeat when an authority is renewed. Ends with a self-issued one, or where the issuer is unknown. All
 * DER, base64.
 */
export function issuersOf<T extends { readonly der: string }>(der: string, pool: readonly T[]): readonly T[] {
  const found: T[] = [];
  let last = read(der);
  while (last !== null && last.issuer !== last.subject && found.length < DEEPEST) {
    const of = last;
    const next = pool.find((one) => !found.includes(one) && hasIssued(read(one.der), of));
    if (next === undefined) break;
    found.push(next);
    last = read(next.der);
  }
  return found;
}

function hasIssued(issuer: X509Certificate | null, of: X509Certificate): boolean {
  if (issuer === null || issuer.subject !== of.issuer) return false;
  try {
    return of.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

function read(der: string): X509Certificate | null {
  try {
    return new X509Certificate(Buffer.from(der, 'base64'));
  } catch {
    return null;
  }
}
