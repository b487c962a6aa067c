/** The small values shared throughout the project. Pure; no I/O, no clock. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What a message, a refusal or a record carries, by name. */
export type Data = { readonly [name: string]: Json };

/** What a step reads on a machine. Flat, so that what moved has a name. */
export type Facts = Data;

/** A sentence without its wording: cards/wording/ puts it into the reader's language. */
export type Message = {
  readonly id: string;
  readonly data: Data;
};

/** SHA-1 of a certificate: 40 hexadecimal digits, upper case. */
export type Thumbprint = string & { readonly brand: 'Thumbprint' };

/** Lower case, `[a-z0-9._-]`, at most 63 characters: becomes a queue name and a Redis key pattern. */
export type HostName = string & { readonly brand: 'HostName' };

/** `<farm>-<number>`: one id, one plan digest. */
export type RotationId = string;

/** SHA-256, 64 lower-case hexadecimal digits. */
export type Digest = string;

/** ISO 8601 in UTC with milliseconds. */
export type Instant = string;

export type Role = 'master' | 'worker';
export type StoreName = 'Root' | 'My';

/** The only three settings the product ever writes. */
export type ThumbprintSetting = 'SSLCertThumbprint' | 'MasterHttpsCertThumbprint' | 'WorkerHttpsCertThumbprint';

/** A refusal: a stable code, and what was found beside what was wanted. An answer, not an exception. */
export interface Refusal {
  readonly refused: true;
  readonly code: string;
  readonly data: Data;
}

export const refuse = (code: string, data: Data = {}): Refusal => ({
  refused: true,
  code,
  data,
});

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && (value as { refused?: unknown }).refused === true;

/** Characters that come along when pasting from the certificate window: direction marks, BOM, blanks, colons. */
const PASTED = /[\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\u00a0\u202f\s:]/gu;

/** Cleans and checks a thumbprint. `null` if the result is not 40 hexadecimal digits. */
export function parseThumbprint(raw: string): Thumbprint | null {
  const cleaned = raw.replace(PASTED, '');
  return /^[0-9a-f]{40}$/iu.test(cleaned) ? (cleaned.toUpperCase() as Thumbprint) : null;
}

/** Lower-cases and checks a host name. `null` if it cannot be a queue name. */
export function parseHostName(raw: string): HostName | null {
  const name = raw.toLowerCase();
  return /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/u.test(name) ? (name as HostName) : null;
}

/** `3BD91B…A498`: a thumbprint where the whole one does not fit. */
export const shortThumbprint = (thumbprint: string): string => `${thumbprint.slice(0, 6)}…${thumbprint.slice(-4)}`;
