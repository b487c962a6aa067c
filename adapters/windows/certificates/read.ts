import { createHash } from 'node:crypto';
import { CertopsError } from '../../../src/domain/errors.ts';
import type { CertificateFacts, RootSummary } from '../../../src/domain/machine/host-facts.ts';
import type { StoreName, Thumbprint } from '../../../src/domain/values.ts';
import type { WindowsContext } from '../context.ts';
import { isGone } from '../keys/key-place.ts';
import { type SettledEntry, settle } from '../keys/settle.ts';
import { distinct, isWhole, parseStore, saysNotFound } from '../parse/certutil.ts';
import { cut } from '../parse/text.ts';
import { runWhole } from '../whole.ts';
import { factsOf } from './der.ts';
import { withScratch } from './scratch.ts';
import { derInRegistry } from './stored.ts';

const LIMIT_MS = 30_000;
const FILE = 'certificate.cer';

/**
 * A certificate of a machine store, from its own DER; null when it is not there. Throws `StoreNotReadable`,
 * `CertutilUnreadable`, `CertificateUnreadable`, `FileBusy`.
 */
export async function readCertificate(
  context: WindowsContext,
  store: StoreName,
  thumbprint: Thumbprint,
): Promise<CertificateFacts | null> {
  return (await readWhole(context, store, thumbprint))?.facts ?? null;
}

/** The same, with its DER in base64. */
export async function readWhole(
  context: WindowsContext,
  store: StoreName,
  thumbprint: Thumbprint,
): Promise<{ readonly facts: CertificateFacts; readonly der: string } | null> {
  return withScratch(context, async (scratch) => {
    const entry = await ask(context, store, thumbprint, [scratch.windows(FILE)]);
    if (entry === null) return null;
    const saved = (await scratch.read(FILE)) ?? Buffer.alloc(0);
    // when several match, in one store or by a serial or key hash, certutil may save another one, or no certificate at
    // all
    const der = isThat(saved, thumbprint) ? saved : ((await derInRegistry(context, store, thumbprint)) ?? saved);
    const facts = factsOf(der);
    if (facts.thumbprint !== thumbprint)
      throw new CertopsError('StoreNotReadable', { store, thumbprint, saved: facts.thumbprint });
    return { facts: { ...facts, privateKey: await keyOf(context, entry) }, der: der.toString('base64') };
  });
}

/** A key that is named and gone from this machine, as when its folder was cleaned, is none: it is not merely closed. */
async function keyOf(context: WindowsContext, entry: SettledEntry): Promise<SettledEntry['privateKey']> {
  return (await isGone(context, entry)) ? 'no' : entry.privateKey;
}

const isThat = (der: Buffer, thumbprint: Thumbprint): boolean =>
  createHash('sha1').update(der).digest('hex').toUpperCase() === thumbprint;

/** What the store says about the certificate's key; null when the certificate is not there. */
export const readEntry = (
  context: WindowsContext,
  store: StoreName,
  thumbprint: Thumbprint,
): Promise<SettledEntry | null> => ask(context, store, thumbprint, []);

/**
 * Number of certificates in the machine's Root, and how many of them are not self-signed: both can make Schannel refuse
 * workers.
 */
export async function readRootSummary(context: WindowsContext): Promise<RootSummary> {
  const { code, text } = await context.tools.run('certutil', ['-silent', '-store', 'Root'], { timeLimitMs: LIMIT_MS });
  const entries = code === 0 && isWhole(text) ? distinct(parseStore(text)) : [];
  // every Windows has roots: none means that this was no listing, and one that broke off counts too few
  if (entries.length === 0) throw new CertopsError('StoreNotReadable', { store: 'Root', code, output: cut(text) });
  let notSelfSigned = 0;
  for (const entry of entries) {
    if (!(entry.selfIssued ?? (await isSelfSigned(context, entry.thumbprint)))) notSelfSigned += 1;
  }
  return { count: entries.length, notSelfSigned };
}

/**
 * Windows accepts certificates that OpenSSL does not: an odd root is still counted, and is no reason to stop looking.
 */
async function isSelfSigned(context: WindowsContext, thumbprint: Thumbprint): Promise<boolean> {
  try {
    return (await readCertificate(context, 'Root', thumbprint))?.selfSigned ?? true;
  } catch (error) {
    if (error instanceof CertopsError && error.code === 'CertificateUnreadable') return true;
    throw error;
  }
}

async function ask(
  context: WindowsContext,
  store: StoreName,
  thumbprint: Thumbprint,
  rest: readonly string[],
): Promise<SettledEntry | null> {
  const again = ['-silent', '-store', store, thumbprint];
  // what was cut off may have named a key, or have said that the key is another certificate's
  const options = { timeLimitMs: LIMIT_MS, isEnd: isWhole, again };
  const { code, text } = await runWhole(context, 'certutil', [...again, ...rest], options);
  if (saysNotFound(code, text)) return null;
  if (code !== 0) throw new CertopsError('StoreNotReadable', { store, thumbprint, code, output: cut(text) });
  const entries = distinct(parseStore(text));
  const same = entries.filter((entry) => entry.thumbprint === thumbprint);
  // exit code 0 without any certificate is no answer, and neither is one certificate with two keys
  if (entries.length === 0 || same.length > 1)
    throw new CertopsError('StoreNotReadable', { store, thumbprint, matches: same.length, output: cut(text) });
  return same[0] === undefined ? null : settle(context, same[0]);
}
