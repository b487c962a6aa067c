import { CertopsError } from '../../../src/domain/errors.ts';
import type { HostChange } from '../../../src/ports/windows-host.ts';
import type { WindowsContext } from '../context.ts';
import { cut } from '../parse/text.ts';
import { thumbprintOf } from './der.ts';
import { certutilOverFresh } from './fresh-file.ts';
import { readEntry } from './read.ts';
import { withScratch } from './scratch.ts';

const LIMIT_MS = 60_000;
const FILE = 'trust.cer';

/**
 * Puts a public certificate into Root. One that is already there stays as it is, with its key: replacing it could lose
 * the link to the key, hence no `-f`. Throws `ThumbprintsDiffer`, `CertificateTrustFailed`, `CertificateNotTrusted`.
 */
export async function trustCertificate(
  context: WindowsContext,
  change: Extract<HostChange, { type: 'certificate.trust' }>,
  signal: AbortSignal,
): Promise<void> {
  const { thumbprint } = change;
  const der = Buffer.from(change.der, 'base64');
  const found = thumbprintOf(der);
  if (found !== thumbprint) throw new CertopsError('ThumbprintsDiffer', { found, wanted: thumbprint });
  if ((await readEntry(context, 'Root', thumbprint)) !== null) return;
  await withScratch(context, async (scratch) => {
    await scratch.write(FILE, der);
    const args = ['-addstore', 'Root', scratch.windows(FILE)];
    const { code, text } = await certutilOverFresh(context, args, { timeLimitMs: LIMIT_MS, signal });
    if (code !== 0) throw new CertopsError('CertificateTrustFailed', { thumbprint, code, output: cut(text) });
  });
  if ((await readEntry(context, 'Root', thumbprint)) === null)
    throw new CertopsError('CertificateNotTrusted', { thumbprint });
}
