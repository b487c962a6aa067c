import { CertopsError } from '../../../src/domain/errors.ts';
import type { HostChange } from '../../../src/ports/windows-host.ts';
import type { WindowsContext } from '../context.ts';
import { cut } from '../parse/text.ts';
import { masked } from '../tools.ts';
import { certutilOverFresh } from './fresh-file.ts';
import { beginImport, endHalfImport, forgetImport, PROVIDER } from './half-import.ts';
import { makePfx, oneTimePassword } from './pfx.ts';
import { readEntry } from './read.ts';
import { protect, withScratch } from './scratch.ts';
import { forgetSecret, openSecret } from './secret.ts';

const LIMIT_MS = 60_000;
const FILE = 'import.pfx';

/**
 * Imports key and certificate into a machine store. The key leaves the process only inside a PFX under a one-time
 * password, in a folder that was locked down before, and the file is gone when this returns or throws. Throws
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
  await endHalfImport(context);
  const imported = withScratch(context, async (scratch) => {
    await protect(context, scratch, signal);
    await scratch.write(FILE, pfx);
    const modifiers = profile.exportable ? 'AT_KEYEXCHANGE' : 'AT_KEYEXCHANGE,NoExport';
    const args = [
      ...['-f', '-p', masked(password), '-csp', PROVIDER],
      ...['-importpfx', store, scratch.windows(FILE), modifiers],
    ];
    await beginImport(context, made);
    const { code, text } = await certutilOverFresh(context, args, { timeLimitMs: LIMIT_MS, signal });
    if (code !== 0)
      throw new CertopsError('CertificateImportFailed', {
        store,
        thumbprint: made.thumbprint,
        code,
        output: cut(text),
      });
  });
  await imported.catch(async (error: unknown) => {
    if (neverBegan(error)) await forgetImport(context, made);
    // An abort must not wait for another tool: the note stays until whoever aborted asks for the clean-up.
    else if (!signal.aborted) await endHalfImport(context);
    throw error;
  });
  const entry = await readEntry(context, store, made.thumbprint);
  if (entry?.privateKey !== 'yes') {
    await endHalfImport(context);
    throw new CertopsError('CertificateNotImported', {
      store,
      thumbprint: made.thumbprint,
      privateKey: entry?.privateKey ?? 'absent',
    });
  }
  await forgetImport(context, made);
  forgetSecret(change.secret);
}

const NOT_STARTED: readonly string[] = ['ToolMissing', 'ToolBlocked', 'ToolNotStarted'];
const neverBegan = (error: unknown): boolean => error instanceof CertopsError && NOT_STARTED.includes(error.code);
