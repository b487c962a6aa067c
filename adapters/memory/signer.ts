import { generateKeyPairSync } from 'node:crypto';
import { keyIdOf, publicKeyText, signEnvelope } from '../../src/domain/letters/envelope.ts';
import type { Signer } from '../../src/ports/journal.ts';

/** For tests: a signer with a key of its own that is in no file. */
export function createMemorySigner(): Signer {
  const { privateKey } = generateKeyPairSync('ed25519');
  const publicKey = publicKeyText(privateKey) ?? '';
  const sign: Signer['sign'] = (type, body) => signEnvelope(privateKey, type, body);
  return { publicKey, keyId: keyIdOf(publicKey), sign, signBeside: async (type, body) => sign(type, body) };
}
