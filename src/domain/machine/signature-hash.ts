import { inTable } from '../in-table.ts';

const HASHES: { readonly [signature: string]: string } = {
  '1.2.840.113549.1.1.4': 'MD5',
  '1.2.840.113549.1.1.5': 'SHA-1',
  // what MakeCert writes for the same two
  '1.3.14.3.2.3': 'MD5',
  '1.3.14.3.2.29': 'SHA-1',
  '1.2.840.113549.1.1.10': 'RSA-PSS',
  '1.2.840.113549.1.1.11': 'SHA-256',
  '1.2.840.113549.1.1.12': 'SHA-384',
  '1.2.840.113549.1.1.13': 'SHA-512',
  '1.2.840.10045.4.3.2': 'SHA-256',
  '1.2.840.10045.4.3.3': 'SHA-384',
  '1.2.840.10045.4.3.4': 'SHA-512',
};
const STRONG: readonly string[] = ['RSA-PSS', 'SHA-256', 'SHA-384', 'SHA-512'];

/** The hash of a signature as a card names it, by the signature's identifier; for an unknown one, that identifier. */
export const hashOf = (signature: string): string => inTable(HASHES, signature) ?? signature;

/** Whether a certificate that is taken into use may be signed so. */
export const isStrong = (signature: string): boolean => STRONG.includes(hashOf(signature));
