import { CertopsError } from '../../src/domain/errors.ts';
import { withScratch } from './certificates/scratch.ts';
import type { WindowsContext } from './context.ts';
import { errnoOf } from './held-files.ts';
import { cut } from './parse/text.ts';

const LIMIT_MS = 30_000;
const SAVED = 'acl.txt';

/**
 * The security descriptor of a file or folder, in SDDL. Only `icacls /save` shows it without localized names: UTF-16,
 * the file's name, then the SDDL. Throws `AclUnreadable`, `FileBusy`.
 */
export async function readSddl(context: WindowsContext, file: string): Promise<string> {
  return withScratch(context, async (scratch) => {
    const args = [file, '/save', scratch.windows(SAVED)];
    const { code, text } = await context.tools.run('icacls', args, { timeLimitMs: LIMIT_MS });
    if (code !== 0) throw new CertopsError('AclUnreadable', { file, code, output: cut(text) });
    const saved = (await scratch.read(SAVED))?.toString('utf16le') ?? '';
    const lines = saved.replace(/^\ufeff/u, '').split(/\r?\n/u);
    // a drive's root has no name of its own, and what is written in its place is undocumented
    const sddl = lines.slice(1).find((line) => line.trim() !== '') ?? lines.find((line) => /^D:\S*\(/u.test(line));
    if (sddl === undefined) throw new CertopsError('AclUnreadable', { file, output: cut(saved) || cut(text) });
    return sddl;
  }).catch((error: unknown) => {
    // the scratch folder could not be made, as on a full disk
    throw error instanceof CertopsError ? error : new CertopsError('AclUnreadable', { file, output: errnoOf(error) });
  });
}
