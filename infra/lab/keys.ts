import { generateKeyPair } from 'node:crypto';
import type { LabKey } from './certificate.ts';

/** RSA keys are slow to make, so a farm shares a few; its certificates are still distinct. */
export function makeKeyPool(size: number): Promise<readonly LabKey[]> {
  return Promise.all(Array.from({ length: size }, makeKey));
}

/** Runs in Node's thread pool, so several are made side by side. */
function makeKey(): Promise<LabKey> {
  return new Promise((resolve, reject) => {
    generateKeyPair(
      'rsa',
      {
        modulusLength: 2048,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      },
      (error, publicPem, privatePem) => (error === null ? resolve({ publicPem, privatePem }) : reject(error)),
    );
  });
}
