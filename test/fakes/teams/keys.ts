import { createPublicKey, createSign, generateKeyPairSync } from 'node:crypto';

/** A key of the service, and tokens signed with it. */
export interface ServiceKey {
  readonly id: string;
  /** As in a JSON Web Key Set. */
  readonly jwk: object;
  sign(claims: object, header?: object): string;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export function createServiceKey(id: string): ServiceKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    // From its text: with a key that was just made, JWK export may wait for good for a lock that the making holds.
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const jwk = createPublicKey(publicKey).export({ format: 'jwk' });
  return {
    id,
    jwk: { ...jwk, kid: id, use: 'sig', endorsements: ['msteams'] },
    sign: (claims, header = {}) => {
      const signed = `${encode({ typ: 'JWT', alg: 'RS256', kid: id, ...header })}.${encode(claims)}`;
      return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
    },
  };
}
