import { X509Certificate } from 'node:crypto';

/** A company's certificate chain is at most this deep. */
const DEEPEST = 8;

/**
 * The issuer of a certificate, that issuer's issuer, and so on, out of the pool: matched by name and by signature,
 * since names repeat when an authority is renewed. If it was renewed with the same key, both certificates match, and
 * both stay on the machine: one that is in date at `now` comes first (null: whichever is first in the pool). Ends with
 * a self-issued one, or where the issuer is unknown. All DER, base64.
 */
export function issuersOf<T extends { readonly der: string }>(
  der: string,
  pool: readonly T[],
  now: number | null,
): readonly T[] {
  const found: T[] = [];
  let last = read(der);
  while (last !== null && last.issuer !== last.subject && found.length < DEEPEST) {
    const of = last;
    const all = pool.filter((one) => !found.includes(one) && hasIssued(read(one.der), of));
    const next = all.find((one) => isInDate(read(one.der), now)) ?? all[0];
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

const isInDate = (certificate: X509Certificate | null, now: number | null): boolean =>
  certificate !== null &&
  now !== null &&
  Date.parse(certificate.validFrom) <= now &&
  now < Date.parse(certificate.validTo);

function read(der: string): X509Certificate | null {
  try {
    return new X509Certificate(Buffer.from(der, 'base64'));
  } catch {
    return null;
  }
}
