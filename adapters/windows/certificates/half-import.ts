import { X509Certificate } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { CertopsError } from '../../../src/domain/errors.ts';
import type { MadeCertificate } from '../../../src/domain/plan/plan.ts';
import { parseThumbprint, type StoreName, type Thumbprint } from '../../../src/domain/values.ts';
import type { WindowsContext } from '../context.ts';
import { writeEvent } from '../event.ts';
import { errnoOf } from '../held-files.ts';
import { legacyKeyFiles } from '../keys/key-file.ts';
import { containerWith } from '../parse/container.ts';
import { readEntry } from './read.ts';

/** WCF on .NET Framework is known to fail on CNG keys, hence a legacy provider and an exchange key. */
export const PROVIDER = 'Microsoft Enhanced RSA and AES Cryptographic Provider';

const STORES: readonly StoreName[] = ['Root', 'My'];
const LIMIT_MS = 30_000;
/** File times are coarse. */
const TOLERANCE_MS = 60_000;
/** No key file is longer. */
const MOST_BYTES = 64 * 1024;
const LEFT = 106;

/**
 * The certificate of an import that has begun, as DER in base64; removed when the import is complete or left nothing
 * behind. One file each, since the outcome of an earlier one may not be known yet. An older version had a single file,
 * without a thumbprint in its name.
 */
const NOTE = 'importing';
const noteOf = ({ stateFolder }: WindowsContext, thumbprint: Thumbprint): string =>
  path.join(stateFolder, `${NOTE}-${thumbprint}`);

/** Called before an import: certutil writes the key first, and only then the certificate that names it. */
export async function beginImport(context: WindowsContext, { thumbprint, der }: MadeCertificate): Promise<void> {
  const note = noteOf(context, thumbprint);
  // when there is no room for the note, there is none for the key either
  await fs.writeFile(note, der, { mode: 0o600, flush: true }).catch(() => {});
}

/** Called when the import is complete, or never began. Never throws. */
export const forgetImport = (context: WindowsContext, { thumbprint }: MadeCertificate): Promise<void> =>
  remove(noteOf(context, thumbprint));

const remove = (note: string): Promise<void> =>
  // one that stays, as when a scanner has it open, is harmless: the next start looks, and finds nothing to remove
  fs.rm(note, { force: true, maxRetries: 20, retryDelay: 100 }).catch(() => {});

/**
 * Removes what interrupted imports left behind: private keys that no certificate names, which nobody would find again.
 * One is ours when its file holds the very public key that was made here; it is removed when no store has that
 * certificate. The event log tells of it (106), also when it could not be removed. Never throws, and keeps the note as
 * long as the outcome is not known.
 */
export async function endHalfImport(context: WindowsContext): Promise<void> {
  const names = await fs.readdir(context.stateFolder).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(NOTE))) await endOne(context, name);
}

async function endOne(context: WindowsContext, name: string): Promise<void> {
  const note = path.join(context.stateFolder, name);
  try {
    const der = await fs.readFile(note, 'latin1').catch(() => null);
    if (der === null) return;
    const begun = (await fs.stat(note)).mtimeMs - TOLERANCE_MS;
    const certificate = parsed(der);
    const thumbprint = certificate === null ? null : parseThumbprint(certificate.fingerprint);
    if (certificate !== null && thumbprint !== null && !(await isStored(context, thumbprint)))
      await removeKeys(context, { thumbprint, modulus: modulusOf(certificate), begun });
    await remove(note);
  } catch {
    // the next start tries again
  }
}

/** null: we were killed while the note was written, before certutil was started. */
function parsed(der: string): X509Certificate | null {
  try {
    return new X509Certificate(Buffer.from(der, 'base64'));
  } catch {
    return null;
  }
}

async function isStored(context: WindowsContext, thumbprint: Thumbprint): Promise<boolean> {
  for (const store of STORES) if ((await readEntry(context, store, thumbprint)) !== null) return true;
  return false;
}

const modulusOf = ({ publicKey }: X509Certificate): Buffer =>
  Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url');

interface Ours {
  readonly thumbprint: Thumbprint;
  readonly modulus: Buffer;
  /** Milliseconds since 1970; older files were there before. */
  readonly begun: number;
}

async function removeKeys(context: WindowsContext, ours: Ours): Promise<void> {
  for (const file of await filesOf(context, ours)) {
    const { code } = await context.tools.run('certutil', ['-csp', PROVIDER, '-delkey', file.container], {
      timeLimitMs: LIMIT_MS,
    });
    const isThere = await fs.stat(file.real).then(
      () => true,
      () => false,
    );
    const what = `the private key of ${ours.thumbprint}, whose import was cut short (container ${file.container})`;
    await writeEvent(context, LEFT, isThere ? `could not remove ${what}: certutil said ${code}` : `removed ${what}`);
    if (isThere) throw new CertopsError('KeyNotRemoved', { thumbprint: ours.thumbprint });
  }
}

async function filesOf(
  context: WindowsContext,
  { modulus, begun }: Ours,
): Promise<readonly { readonly real: string; readonly container: string }[]> {
  const found = [];
  for (const { real, isNamedAfter } of await legacyKeyFiles(context, PROVIDER)) {
    const bytes = await recent(real, begun);
    const container = bytes === null ? null : containerWith(modulus, bytes);
    // A file that is not named after the container in it is not understood well enough to be touched.
    if (container !== null && isNamedAfter(container)) found.push({ real, container });
  }
  return found;
}

/** Held open for a moment, or out of handles or memory. */
const NOT_NOW: readonly string[] = ['EBUSY', 'EMFILE', 'ENFILE', 'ENOMEM'];

/** null for a file that cannot be ours: ours can be read, while other keys may deny that or vanish meanwhile. */
async function recent(file: string, begun: number): Promise<Buffer | null> {
  try {
    const { mtimeMs, size } = await fs.stat(file);
    return mtimeMs < begun || size > MOST_BYTES ? null : await fs.readFile(file);
  } catch (error) {
    // it may be ours, so the note stays
    if (NOT_NOW.includes(errnoOf(error))) throw error;
    return null;
  }
}
