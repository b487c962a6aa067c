import { CertopsError } from '../../../src/domain/errors.ts';
import type { Secret } from '../../../src/ports/windows-host.ts';

/** What a Secret stands for. Both PEM, in memory only. */
export interface KeyMaterial {
  readonly privateKeyPem: string;
  readonly certificatePem: string;
}

/** Kept outside the object, so that no inspection, serialisation or log of a Secret finds the key. */
const materials = new WeakMap<Secret, KeyMaterial>();

/** Whoever holds the result can neither read nor print the key: only `openSecret` here gives it back. */
export function sealSecret(material: KeyMaterial): Secret {
  const secret: Secret = Object.freeze({
    toJSON: (): '[secret]' => '[secret]',
    toString: (): '[secret]' => '[secret]',
  });
  materials.set(secret, material);
  return secret;
}

/** Throws `SecretUnknown` for a secret that this process did not make: a key does not survive the process. */
export function openSecret(secret: Secret): KeyMaterial {
  const material = materials.get(secret);
  if (material === undefined) throw new CertopsError('SecretUnknown');
  return material;
}

/** Forgets the key once it is in the store. */
export const forgetSecret = (secret: Secret): void => {
  materials.delete(secret);
};
