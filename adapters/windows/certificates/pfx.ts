import { randomBytes } from 'node:crypto';
import forge from 'node-forge';
import type { KeyMaterial } from './secret.ts';

/**
 * The password is 192 random bits and used only once: stretching it would make no guess harder, and with forge's own
 * SHA-1 would take half as long as making the key itself.
 */
const ITERATIONS = 64;

/**
 * Key and certificate as PKCS #12 under 3DES and a SHA-1 MAC, which Windows Server 2016 and older still read. The
 * friendly name marks the certificate as ours.
 */
export function makePfx(material: KeyMaterial, password: string, friendlyName: string): Buffer {
  const key = forge.pki.privateKeyFromPem(material.privateKeyPem);
  const certificate = forge.pki.certificateFromPem(material.certificatePem);
  const options = { algorithm: '3des', count: ITERATIONS, friendlyName } as const;
  const pfx = forge.pkcs12.toPkcs12Asn1(key, certificate, password, options);
  return Buffer.from(forge.asn1.toDer(pfx).getBytes(), 'latin1');
}

/** 192 bits in letters and digits only: nothing that a command line could misread, and no leading dash. */
export const oneTimePassword = (): string => `p${randomBytes(24).toString('hex')}`;
