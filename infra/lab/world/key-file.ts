import { createPublicKey } from 'node:crypto';

/**
 * A key file as a legacy provider of Windows lays it out: version 2 and the lengths of what follows, the container's
 * name with its terminating zero, a hash, the public key in the clear, the private key. Windows seals the private key;
 * here it is PEM.
 */
export function legacyKeyFile(container: string, pem: string): Buffer {
  const name = Buffer.from(`${container}\0`, 'latin1');
  const hash = Buffer.alloc(20);
  const open = publicBlob(pem);
  const sealed = Buffer.from(pem, 'latin1');
  const lengths = [name.length, 0, 0, open.length, sealed.length, hash.length, 0, 0];
  return Buffer.concat([numbers(2, 0, ...lengths), name, hash, open, sealed]);
}

/** `RSA1`, lengths, exponent, and the modulus with its least significant byte first. */
function publicBlob(pem: string): Buffer {
  const modulus = Buffer.from(createPublicKey(pem).export({ format: 'jwk' }).n ?? '', 'base64url').reverse();
  const { length } = modulus;
  const head = numbers(length + 8, length * 8, length - 1, 65_537);
  return Buffer.concat([Buffer.from('RSA1', 'latin1'), head, modulus, Buffer.alloc(8)]);
}

const numbers = (...values: readonly number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);
