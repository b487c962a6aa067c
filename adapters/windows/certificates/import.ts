import fs from 'node:fs/promises';
import { CertopsError } from '../../../src/domain/errors.ts';
import type { HostChange } from '../../../src/ports/windows-host.ts';
import type { WindowsContext } from '../context.ts';
import { cut } from '../parse/text.ts';
import { masked } from '../tools.ts';
import { certutilOverFresh } from './fresh-file.ts';
import { makePfx, oneTimePassword } from './pfx.ts';
import { readEntry } from './read.ts';
import { protect, withScratch } from './scratch.ts';
import { forgetSecret, openSecret } from './secret.ts';

/** WCF on .NET Framework is known to fail on CNG keys, hence a legacy provider and an exchange key. */
const PROVIDER = 'Microsoft Enhanced RSA and AES Cryptographic Provider';
const LIMIT_MS = 60_000;
const FILE = 'import.pfx';

/**
 * Puts key and certificate into a machine store. The key leaves the process only inside a PFX under a one-time
 * password, in a folder that was closed before, and the file is gone when this returns or throws. Throws
 * `CertificateImportFailed`, `CertificateNotImported`, `FolderNotProtected`, and what tools throw.
 */
export async function importCertificate(
  context: WindowsContext,
  change: Extract<HostChange, { type: 'certificate.import' }>,
  signal: AbortSignal,
): Promise<void> {
  const { store, made, profile } = change;
  const material = openSecret(change.secret);
  const password = oneTimePassword();
  const pfx = makePfx(material, password, profile.friendlyName);
  await withScratch(context, async (scratch) => {
    await protect(context, scratch, signal);
    await fs.writeFile(scratch.real(FILE), pfx, { flag: 'wx' });
    const modifiers = profile.exportable ? 'AT_KEYEXCHANGE' : 'AT_KEYEXCHANGE,NoExport';
    const args = [
      ...['-f', '-p', masked(password), '-csp', PROVIDER],
      ...['-importpfx', store, scratch.windows(FILE), modifiers],
    ];
    const { code, text } = await certutilOverFresh(context, args, { timeLimitMs: LIMIT_MS, signal });
    if (code !== 0)
      throw new CertopsError('CertificateImportFailed', {
        store,
        thumbprint: made.thumbprint,
        code,
        output: cut(text),
      });
  });
  const entry = await readEntry(context, store, made.thumbprint);
  if (entry?.privateKey !== 'yes')
    throw new CertopsError('CertificateNotImported', {
      store,
      thumbprint: made.thumbprint,
      privateKey: entry?.privateKey ?? 'absent',
    });
  forgetSecret(change.secret);
}
