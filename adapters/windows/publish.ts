import { X509Certificate } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { CertopsError } from '../../src/domain/errors.ts';
import type { Role, Thumbprint } from '../../src/domain/values.ts';
import type { HostChange } from '../../src/ports/windows-host.ts';
import { thumbprintOf } from './certificates/der.ts';
import type { WindowsContext } from './context.ts';
import { forChange, type Patience } from './held-files.ts';
import { isCopyOf } from './settings/copies.ts';
import { lockedFile, mustBeNoLink, overwrite } from './settings/overwrite.ts';
import { createWhole, readWhole } from './settings/whole-file.ts';

export const CER_FILES: { readonly [role in Role]: string } = {
  master: 'SSISScaleOutMaster.cer',
  worker: 'SSISScaleOutWorker.cer',
};

const fileIn = (folder: string, role: Role): string => path.win32.join(folder, CER_FILES[role]);

/**
 * DER of the .cer file beside the service's image, which the set-up of another machine takes from there; null when
 * there is none.
 */
export async function readPublishedDer(
  context: WindowsContext,
  folder: string,
  role: Role,
  patience?: Patience,
): Promise<Buffer | null> {
  const file = fileIn(folder, role);
  const bytes = await readWhole(context, file, patience);
  await mustBeNoLink(context, file);
  return bytes === null ? null : derOf(file, bytes);
}

/**
 * Whether the file is one of ours that was not written to its end; also false when its copies cannot be read, since
 * nobody can tell then.
 */
export async function isPublishedTorn(
  context: WindowsContext,
  folder: string,
  role: Role,
  patience?: Patience,
): Promise<boolean> {
  const file = fileIn(folder, role);
  const bytes = await readWhole(context, file, patience);
  return bytes !== null && endsAsBefore(context, file, bytes, derOf(file, bytes).length);
}

function derOf(file: string, bytes: Buffer): Buffer {
  try {
    // an administrator may have exported it as text
    return new X509Certificate(bytes).raw;
  } catch {
    throw new CertopsError('CertificateUnreadable', { file, bytes: bytes.length });
  }
}

/**
 * Whether the bytes after the certificate are the end of the previous file: we were killed before the file was
 * truncated. A reader of the certificate alone would take the file for complete.
 */
async function endsAsBefore(context: WindowsContext, file: string, bytes: Buffer, length: number): Promise<boolean> {
  // A PEM file is longer than its DER too, and is not ours.
  if (bytes.length <= length || bytes[0] !== SEQUENCE) return false;
  const folder = path.win32.dirname(file);
  const names = await fs.readdir(context.paths.toFileSystem(folder)).catch(() => []);
  const copies = names.filter((name) => isCopyOf(path.win32.basename(file), name));
  for (const name of copies) {
    const copy = await readWhole(context, path.win32.join(folder, name)).catch(() => null);
    if (copy?.length !== bytes.length || copy.equals(bytes)) continue;
    if (copy.subarray(length).equals(bytes.subarray(length))) return true;
  }
  return false;
}

/** The first bytes of a certificate's DER. */
const SEQUENCE = 0x30;
const LENGTH_IN_TWO = 0x82;
const LENGTH_ABOVE_127 = 0x81;

/** The certificate in the role's .cer file; null and errors as for `readPublishedDer`. */
export async function readPublished(
  context: WindowsContext,
  folder: string,
  role: Role,
  patience?: Patience,
): Promise<Thumbprint | null> {
  const der = await readPublishedDer(context, folder, role, patience);
  return der === null ? null : thumbprintOf(der);
}

/** As `lockedFile`, of the .cer file. */
export const lockedPublished = (context: WindowsContext, folder: string, role: Role) =>
  lockedFile(context, fileIn(folder, role));

/**
 * How every certificate of up to 64 KB begins, complete or not, while no private key or PFX does: the signed part is
 * longer than 127 bytes, and the cipher's name, which an encrypted key has in that place, is not.
 */
const isBeginOfCertificate = (bytes: Buffer): boolean =>
  bytes[0] === SEQUENCE && bytes[1] === LENGTH_IN_TWO && bytes[4] === SEQUENCE && (bytes[5] ?? 0) >= LENGTH_ABOVE_127;

/**
 * Checks the file that was opened, whatever name led there: it may have been replaced since it was looked at. If it
 * holds anything but a certificate it is neither changed nor copied, since anybody who may write in this folder could
 * read the copy.
 */
function mustHoldCertificate(file: string, present: Buffer): void {
  if (present.length === 0 || isBeginOfCertificate(present)) return;
  derOf(file, present);
  if (present.includes('PRIVATE KEY')) throw new CertopsError('CertificateUnreadable', { file, bytes: present.length });
}

/**
 * Writes the certificate to the file, with a copy of the old file beside it. Throws `ThumbprintsDiffer`, `FileIsLink`,
 * `CertificateUnreadable` and what overwrite throws.
 */
export async function publish(
  context: WindowsContext,
  folder: string,
  change: Extract<HostChange, { type: 'cer.publish' }>,
  signal: AbortSignal,
): Promise<void> {
  const bytes = Buffer.from(change.der, 'base64');
  const found = thumbprintOf(bytes);
  if (found !== change.thumbprint) throw new CertopsError('ThumbprintsDiffer', { found, wanted: change.thumbprint });
  const file = fileIn(folder, change.role);
  await mustBeNoLink(context, file);
  const patience = forChange(signal);
  if ((await readWhole(context, file, patience)) === null) return createWhole(context, file, bytes, patience);
  await overwrite(
    context,
    file,
    (present) => {
      mustHoldCertificate(file, present);
      return present.equals(bytes) ? null : { offset: 0, length: present.length, bytes };
    },
    patience,
    change.isWayBack,
  );
}
