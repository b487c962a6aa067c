import { X509Certificate } from 'node:crypto';
import path from 'node:path';
import { CertopsError } from '../../src/domain/errors.ts';
import type { Role, Thumbprint } from '../../src/domain/values.ts';
import type { HostChange } from '../../src/ports/windows-host.ts';
import { thumbprintOf } from './certificates/der.ts';
import type { WindowsContext } from './context.ts';
import { createWhole, overwrite, readWhole } from './settings/overwrite.ts';

export const CER_FILES: { readonly [role in Role]: string } = {
  master: 'SSISScaleOutMaster.cer',
  worker: 'SSISScaleOutWorker.cer',
};

const fileIn = (folder: string, role: Role): string => path.win32.join(folder, CER_FILES[role]);

/**
 * DER of the .cer file beside the service's image, which set-up of another machine takes from there; null when there is
 * none.
 */
export async function readPublishedDer(context: WindowsContext, folder: string, role: Role): Promise<Buffer | null> {
  const file = fileIn(folder, role);
  const bytes = await readWhole(context, file);
  if (bytes === null) return null;
  try {
    // an administrator may have exported it as text
    return new X509Certificate(bytes).raw;
  } catch {
    throw new CertopsError('CertificateUnreadable', { file, bytes: bytes.length });
  }
}

export async function readPublished(context: WindowsContext, folder: string, role: Role): Promise<Thumbprint | null> {
  const der = await readPublishedDer(context, folder, role);
  return der === null ? null : thumbprintOf(der);
}

/**
 * Puts the certificate there, with a copy of the old file beside it. Throws `ThumbprintsDiffer` and what overwrite
 * throws.
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
  if ((await readWhole(context, file, signal)) === null) return createWhole(context, file, bytes);
  await overwrite(
    context,
    file,
    (present) => (present.equals(bytes) ? null : { offset: 0, length: present.length, bytes }),
    signal,
    change.isWayBack,
  );
}
