import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { sha256 } from '../sha256.ts';
import { isRefusal, type Refusal, refuse } from '../values.ts';
import type { Envelope } from './protocol.ts';

/** Longest body of each type, in UTF-16 units: the most a signer may write and a verifier will read. */
export const BODY_LIMITS: { readonly [type in Envelope['type']]: number } = {
  order: 2 * 1024 * 1024,
  report: 8 * 1024 * 1024,
  ack: 4 * 1024,
  signal: 4 * 1024,
  entry: 16 * 1024 * 1024,
};

const PUBLIC_KEY = /^ed25519:([A-Za-z0-9_-]{43})$/u;
const KEY_ID = /^[0-9a-f]{16}$/u;
/** Characters of its 64 bytes in base64url. */
const SIGNATURE_LENGTH = 86;
/** The raw key is at the end of its DER form. */
const RAW_KEY_BYTES = 32;
const FIELDS = 'body,key,sig,type';

/** What gets signed. It includes the type, so that an order can never pass for a report. */
export const signingInput = (type: Envelope['type'], body: string): Buffer => Buffer.from(`certops/${type}/1\n${body}`);

/** `ed25519:<base64url of the 32 raw bytes>` of a private or public key; null when it is no Ed25519 key. */
export function publicKeyText(key: KeyObject): string | null {
  if (key.asymmetricKeyType !== 'ed25519') return null;
  const open = key.type === 'private' ? createPublicKey(key) : key;
  // Not as JWK: Node holds the key's lock during that export, and if garbage from the very call that made the key is
  // collected meanwhile, it waits for that lock for ever.
  return `ed25519:${open.export({ type: 'spki', format: 'der' }).subarray(-RAW_KEY_BYTES).toString('base64url')}`;
}

interface PinnedKey {
  /** null: malformed. */
  readonly key: KeyObject | null;
  readonly id: string;
}

/** The farm's keys are parsed once: at most two per host, while they are exchanged. */
const MOST_KEPT = 4000;
const kept = new Map<string, PinnedKey>();

function pinned(text: string): PinnedKey {
  const known = kept.get(text);
  if (known !== undefined) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const x = PUBLIC_KEY.exec(text)?.[1];
  const id = x === undefined ? '' : sha256(Buffer.from(x, 'base64url')).slice(0, 16);
  const found = { key: readPublicKey(text), id };
  kept.set(text, found);
  return found;
}

/** Reads the text form of a public key; null when it is malformed. */
export const parsePublicKey = (text: string): KeyObject | null => pinned(text).key;

function readPublicKey(text: string): KeyObject | null {
  const x = PUBLIC_KEY.exec(text)?.[1];
  if (x === undefined || Buffer.from(x, 'base64url').toString('base64url') !== x) return null;
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  } catch {
    return null;
  }
}

/** First 16 hexadecimal digits of SHA-256 over the raw public key. `''` if the text is no public key. */
export const keyIdOf = (publicKey: string): string => pinned(publicKey).id;

const signers = new WeakMap<KeyObject, string | null>();

/** The id of a private key's public half; null if it is no Ed25519 key. */
function signerId(privateKey: KeyObject): string | null {
  const known = signers.get(privateKey);
  if (known !== undefined) return known;
  const publicKey = publicKeyText(privateKey);
  const id = publicKey === null ? null : keyIdOf(publicKey);
  signers.set(privateKey, id);
  return id;
}

/** Signs a body. Throws on a key that is not Ed25519 and on a body over its limit: both are our own bugs. */
export function signEnvelope(privateKey: KeyObject, type: Envelope['type'], body: string): Envelope {
  const key = signingKey(privateKey, type, body);
  const sig = sign(null, signingInput(type, body), privateKey).toString('base64url');
  return { type, key, body, sig };
}

/** Makes a signature; the caller may pass one that runs on another processor. */
export type SignatureMaker = (input: Buffer, key: KeyObject) => Promise<Buffer>;

/** The same, with a signature made by `make`. */
export async function signEnvelopeBy(
  make: SignatureMaker,
  privateKey: KeyObject,
  type: Envelope['type'],
  body: string,
): Promise<Envelope> {
  const key = signingKey(privateKey, type, body);
  const sig = (await make(signingInput(type, body), privateKey)).toString('base64url');
  return { type, key, body, sig };
}

function signingKey(privateKey: KeyObject, type: Envelope['type'], body: string): string {
  const key = signerId(privateKey);
  if (key === null) throw new TypeError('not an Ed25519 key');
  if (body.length > BODY_LIMITS[type]) throw new RangeError(`${type} of ${body.length} characters is over its limit`);
  return key;
}

/** What a letter says, once its signature was found to hold. */
export interface VerifiedEnvelope {
  readonly body: string;
  /** Id of the key that signed. */
  readonly key: string;
  /** The same key, as given in `publicKeys`. */
  readonly publicKey: string;
  readonly envelope: Envelope;
}

/** Whether the key signed this; the caller may pass one that runs on another processor. */
export type SignatureCheck = (input: Buffer, key: KeyObject, signature: Buffer) => Promise<boolean>;

export const checkHere: SignatureCheck = async (input, key, signature) => verify(null, input, key, signature);

/**
 * Checks an untrusted letter against a set of pinned keys. Refusals: `EnvelopeMalformed`, `EnvelopeTooLong`,
 * `EnvelopeWrongType`, `EnvelopeUnknownKey`, `EnvelopeBadSignature`. Never throws, whatever comes in.
 */
export function verifyEnvelope(
  raw: unknown,
  type: Envelope['type'],
  publicKeys: readonly string[],
): VerifiedEnvelope | Refusal {
  const claim = readClaim(raw, type, publicKeys);
  if (isRefusal(claim)) return claim;
  return judged(claim, verify(null, claim.input, claim.pinned, claim.signature));
}

/** The same, verified by `check`. */
export async function verifyEnvelopeBy(
  check: SignatureCheck,
  raw: unknown,
  type: Envelope['type'],
  publicKeys: readonly string[],
): Promise<VerifiedEnvelope | Refusal> {
  const claim = readClaim(raw, type, publicKeys);
  if (isRefusal(claim)) return claim;
  return judged(claim, await check(claim.input, claim.pinned, claim.signature));
}

/** A well-formed letter, and what is needed to verify it. */
interface Claim {
  readonly said: VerifiedEnvelope;
  readonly input: Buffer;
  readonly pinned: KeyObject;
  readonly signature: Buffer;
}

const judged = ({ said }: Claim, holds: boolean): VerifiedEnvelope | Refusal =>
  holds ? said : refuse('EnvelopeBadSignature', { key: said.key });

function readClaim(raw: unknown, type: Envelope['type'], publicKeys: readonly string[]): Claim | Refusal {
  const envelope = readEnvelope(raw);
  if (envelope === null) return refuse('EnvelopeMalformed');
  if (envelope.type !== type) return refuse('EnvelopeWrongType', { wanted: type, found: envelope.type });
  const { body, key } = envelope;
  if (body.length > BODY_LIMITS[type]) {
    return refuse('EnvelopeTooLong', { found: body.length, limit: BODY_LIMITS[type] });
  }
  // A lone surrogate would be signed as U+FFFD: two different bodies under one signature.
  if (!body.isWellFormed()) return refuse('EnvelopeMalformed');
  const publicKey = publicKeys.find((candidate) => keyIdOf(candidate) === key);
  const pinned = publicKey === undefined ? null : parsePublicKey(publicKey);
  if (publicKey === undefined || pinned === null) return refuse('EnvelopeUnknownKey', { key });
  const said = { body, key, publicKey, envelope };
  return { said, input: signingInput(type, body), pinned, signature: Buffer.from(envelope.sig, 'base64url') };
}

/** The four strings and nothing else; null for anything that only resembles an envelope. Verifies nothing. */
export function readEnvelope(raw: unknown): Envelope | null {
  if (typeof raw !== 'object' || raw === null) return null;
  if (Object.keys(raw).sort().join() !== FIELDS) return null;
  const { type, key, body, sig } = raw as { [name: string]: unknown };
  if (typeof type !== 'string' || !isType(type)) return null;
  if (typeof key !== 'string' || !KEY_ID.test(key)) return null;
  if (typeof body !== 'string' || typeof sig !== 'string' || sig.length !== SIGNATURE_LENGTH) return null;
  return Buffer.from(sig, 'base64url').toString('base64url') === sig ? { type, key, body, sig } : null;
}

const isType = (type: string): type is Envelope['type'] => Object.hasOwn(BODY_LIMITS, type);
