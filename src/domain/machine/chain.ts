import { X509Certificate } from 'node:crypto';

/** A company's authorities stand at most so many above each other. */
const DEEPEST = 8;

/**
 * Who issued a certificate, who issued that one, and so on, out of those that are at hand: by name, and by the
 * signature, for names repeat when an authority is renewed. Ends with one that issued itself, or where nobody is known.
 * All DER, base64.
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
