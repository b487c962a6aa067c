import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** A key of the service, and tokens signed with it. */
export interface ServiceKey {
  readonly id: string;
  /** As in a JSON Web Key Set. */
  readonly jwk: object;
  sign(claims: object, header?: object): string;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export function createServiceKey(id: string): ServiceKey {
  const { privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
  });
  return {
    id,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid: id, use: 'sig', endorsements: ['msteams'] },
    sign: (claims, header = {}) => {
      const signed = `${encode({ typ: 'JWT', alg: 'RS256', kid: id, ...header })}.${encode(claims)}`;
      return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
    },
  };
}
