import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { factsOf } from './der.ts';

/** Whether the certificate names the host as .NET checks it: an address may stand there as an address or as text. */
export function covers(certificate: X509Certificate, host: string): boolean {
  if (isIP(host) === 0) return certificate.checkHost(host) !== undefined;
  return certificate.checkIP(host) !== undefined || factsOf(certificate.raw).names.includes(host);
}
