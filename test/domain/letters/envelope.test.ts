import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { createMemorySigner } from '../../../adapters/memory/signer.ts';
import {
  BODY_LIMITS,
  keyIdOf,
  parsePublicKey,
  publicKeyText,
  signEnvelope,
  signingInput,
  verifyEnvelope,
} from '../../../src/domain/letters/envelope.ts';
import type { Envelope } from '../../../src/domain/letters/protocol.ts';
import { isRefusal } from '../../../src/domain/values.ts';

const mine = createMemorySigner();
const other = createMemorySigner();
const keys = [other.publicKey, mine.publicKey];
const codeOf = (raw: unknown, type: Envelope['type'] = 'order', pinned: readonly string[] = keys): string => {
  const answer = verifyEnvelope(raw, type, pinned);
  return isRefusal(answer) ? answer.code : 'ok';
};

test('a signed body comes back as it was, with the key that signed it', () => {
  const envelope = mine.sign('order', '{"n":1}');
  expect(verifyEnvelope(envelope, 'order', keys)).toEqual({
    body: '{"n":1}',
    key: mine.keyId,
    publicKey: mine.publicKey,
    envelope,
  });
});

test('any body that JSON can carry verifies after transport, and a changed one does not', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (body, changed) => {
      const travelled = JSON.parse(JSON.stringify(mine.sign('report', body)));
      expect(codeOf(travelled, 'report')).toBe('ok');
      if (changed !== body) expect(codeOf({ ...travelled, body: changed }, 'report')).not.toBe('ok');
    }),
    { numRuns: 50 },
  );
});

/** Another spelling of the same bytes: the last character holds bits that nobody reads. */
function respelled(text: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const other = `${text.slice(0, -1)}${letters[letters.indexOf(text.at(-1) ?? '') + 1]}`;
  expect(Buffer.from(other, 'base64url').equals(Buffer.from(text, 'base64url'))).toBe(true);
  return other;
}

const good = mine.sign('order', '{}');
test.each<[string, unknown, string]>([
  ['nothing', undefined, 'EnvelopeMalformed'],
  ['null', null, 'EnvelopeMalformed'],
  ['a text', 'order', 'EnvelopeMalformed'],
  ['a list', [good], 'EnvelopeMalformed'],
  ['an extra field', { ...good, note: '' }, 'EnvelopeMalformed'],
  ['a missing field', { type: good.type, key: good.key, body: good.body }, 'EnvelopeMalformed'],
  ['a body that is no text', { ...good, body: {} }, 'EnvelopeMalformed'],
  ['a signature that is null', { ...good, sig: null }, 'EnvelopeMalformed'],
  ['an unknown type', { ...good, type: 'toString' }, 'EnvelopeMalformed'],
  ['a signature cut short', { ...good, sig: good.sig.slice(1) }, 'EnvelopeMalformed'],
  [
    'a signature with a character outside base64url',
    { ...good, sig: `${good.sig.slice(0, -1)}!` },
    'EnvelopeMalformed',
  ],
  ['another spelling of the same signature', { ...good, sig: respelled(good.sig) }, 'EnvelopeMalformed'],
  ['a type in a list', { ...good, type: ['order'] }, 'EnvelopeMalformed'],
  ['a key that is a number', { ...good, key: 1234567890123456 }, 'EnvelopeMalformed'],
  ['a key with something before its id', { ...good, key: `x${good.key}` }, 'EnvelopeMalformed'],
  ['a key with something after its id', { ...good, key: `${good.key}0` }, 'EnvelopeMalformed'],
  ['a key in capitals', { ...good, key: good.key.replace(/.$/u, 'F') }, 'EnvelopeMalformed'],
  ['a lone surrogate', { ...good, body: '\ud800' }, 'EnvelopeMalformed'],
  ['another type', mine.sign('ack', '{}'), 'EnvelopeWrongType'],
  ['a key that is not pinned', createMemorySigner().sign('order', '{}'), 'EnvelopeUnknownKey'],
  ['a changed body', { ...good, body: '{ }' }, 'EnvelopeBadSignature'],
  ['the id of another pinned key', { ...good, key: other.keyId }, 'EnvelopeBadSignature'],
  ['a body over its limit', { ...good, body: ' '.repeat(BODY_LIMITS.order + 1) }, 'EnvelopeTooLong'],
])('refuses %s', (_what, raw, code) => {
  expect(codeOf(raw)).toBe(code);
});

test('an order renamed to a report is refused: the type is signed', () => {
  expect(codeOf({ ...good, type: 'report' }, 'report')).toBe('EnvelopeBadSignature');
});

test('a pinned key that is malformed pins nobody', () => {
  const around = [`x${mine.publicKey}`, `${mine.publicKey}x`, `${mine.publicKey} `];
  const short = ['', 'ed25519:', 'ed25519:AAAA', `rsa:${'A'.repeat(43)}`, `ed25519:${'B'.repeat(43)}`];
  const otherwise = `ed25519:${respelled(mine.publicKey.slice('ed25519:'.length))}`;
  expect(keyIdOf(otherwise)).toBe(mine.keyId);
  for (const text of [otherwise, ...around, ...short]) {
    expect(parsePublicKey(text)).toBeNull();
    expect(codeOf(good, 'order', [text])).toBe('EnvelopeUnknownKey');
  }
  expect(keyIdOf('nonsense')).toBe('');
});

test('what is signed begins with the protocol, the type and its version', () => {
  expect(signingInput('ack', 'x').toString()).toBe('certops/ack/1\nx');
});

test.each(['order', 'ack', 'signal'] as const)(
  'the longest %s that may be written is read, and a longer one is neither written nor read',
  (type) => {
    const longest = ' '.repeat(BODY_LIMITS[type]);
    const envelope = mine.sign(type, longest);
    expect(codeOf(envelope, type)).toBe('ok');
    expect(codeOf({ ...envelope, body: `${longest} ` }, type)).toBe('EnvelopeTooLong');
    expect(() => mine.sign(type, `${longest} `)).toThrow(RangeError);
  },
);

test('a key has one text form, taken from either half of it', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  expect(publicKeyText(privateKey)).toBe(publicKeyText(publicKey));
  expect(parsePublicKey(publicKeyText(publicKey) ?? '')?.equals(publicKey)).toBe(true);
});

test('a key that was just made is not exported as JWK, where Node may deadlock', () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const asked = jest.spyOn(publicKey, 'export');
  expect(publicKeyText(publicKey)).toMatch(/^ed25519:[\w-]{43}$/u);
  expect(asked.mock.calls).toEqual([[{ type: 'spki', format: 'der' }]]);
});

test('a key of another kind has no text, and signs nothing', () => {
  const { privateKey } = generateKeyPairSync('ed448');
  expect([publicKeyText(privateKey), publicKeyText(createPublicKey(privateKey))]).toEqual([null, null]);
  for (const _again of [1, 2]) expect(() => signEnvelope(privateKey, 'order', '{}')).toThrow('not an Ed25519 key');
});
