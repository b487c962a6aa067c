import { CertopsError } from '../../../src/domain/errors.ts';
import type { StoreName, Thumbprint } from '../../../src/domain/values.ts';
import type { HostChange } from '../../../src/ports/windows-host.ts';
import { readSddl } from '../acl.ts';
import { readEntry } from '../certificates/read.ts';
import type { WindowsContext } from '../context.ts';
import { isNamedIn, readersOf } from '../parse/sddl.ts';
import { cut } from '../parse/text.ts';
import { keyFilesOf } from './key-file.ts';
import { isGone } from './key-place.ts';
import type { SettledEntry } from './settle.ts';

const LIMIT_MS = 30_000;
const SID = /^S-1-\d{1,15}(?:-\d{1,10}){1,15}$/u;

/**
 * The machine's own Administrator, which on a cloud machine is whoever set it up, and Domain Admins. SDDL has letters
 * for them that no tool accepts, and both are members of Administrators, who have access to every key file.
 */
const WITHIN_ADMINISTRATORS: readonly string[] = ['LA', 'DA'];

/**
 * SIDs that may read the private key, sorted, without those that may as members of Administrators; empty when the
 * certificate is not there, has no key, or names one that is gone from this machine. Throws `KeyNotInFile` for a key in
 * hardware, `AclUnreadable`.
 */
export async function readKeyReaders(
  context: WindowsContext,
  store: StoreName,
  thumbprint: Thumbprint,
): Promise<readonly string[]> {
  const entry = await readEntry(context, store, thumbprint);
  if (entry === null || (await isGone(context, entry))) return [];
  const file = await fileOf(context, store, entry);
  if (file === null) return [];
  const { allowed } = readersOf(await readSddl(context, file));
  return allowed.filter((sid) => !WITHIN_ADMINISTRATORS.includes(sid));
}

/**
 * Lets one account read a private key, and checks that it now can. Throws `SidRefused`, `KeyMissing`, `KeyNotInFile`,
 * `KeyGrantFailed`, `KeyGrantNotEffective` (an entry denies it, or icacls reported a file and set nothing), and, before
 * anything is changed, `KeyEntryThere` when taking the grant back would take away more.
 */
export async function grantKey(
  context: WindowsContext,
  change: Extract<HostChange, { type: 'key.grant' }>,
  signal: AbortSignal,
): Promise<void> {
  const { sid } = change;
  if (change.isReturned === true) await mustHaveNoEntry(context, change);
  const { file, allowed, denied } = await edited(context, change, ['/grant', `*${sid}:R`], 'KeyGrantFailed', signal);
  if (!allowed.includes(sid)) throw new CertopsError('KeyGrantNotEffective', { file, sid, allowed, denied });
}

/**
 * Takes back what `grantKey` gave: only the file's own entries that let this account in. Throws as `grantKey` does, and
 * `KeyRevokeNotEffective` when the account still has access from elsewhere.
 */
export async function revokeKey(
  context: WindowsContext,
  change: Extract<HostChange, { type: 'key.revoke' }>,
  signal: AbortSignal,
): Promise<void> {
  const { sid } = change;
  const { file, allowed } = await edited(context, change, ['/remove:g', `*${sid}`], 'KeyRevokeFailed', signal);
  if (allowed.includes(sid)) throw new CertopsError('KeyRevokeNotEffective', { file, sid });
}

type Edit = Pick<Extract<HostChange, { type: 'key.grant' }>, 'store' | 'thumbprint' | 'sid'>;

/**
 * icacls removes all entries of an account at once and cannot restore a mask: an existing entry that lets the account
 * in, as vendors' scripts set them, is left alone.
 */
async function mustHaveNoEntry(context: WindowsContext, { store, thumbprint, sid }: Edit): Promise<void> {
  const file = await keyFileOf(context, store, thumbprint);
  if (file !== null && isNamedIn(await readSddl(context, file), sid))
    throw new CertopsError('KeyEntryThere', { file, sid });
}

/** Edits the access list of a key's file, and reads who is allowed and who is denied afterwards. */
async function edited(
  context: WindowsContext,
  { store, thumbprint, sid }: Edit,
  edit: readonly string[],
  failure: string,
  signal: AbortSignal,
) {
  if (!SID.test(sid)) throw new CertopsError('SidRefused', { sid: sid.slice(0, 200) });
  const file = await keyFileOf(context, store, thumbprint);
  if (file === null) throw new CertopsError('KeyMissing', { store, thumbprint });
  const { code, text } = await context.tools.run('icacls', [file, ...edit], { timeLimitMs: LIMIT_MS, signal });
  if (code !== 0) throw new CertopsError(failure, { file, sid, code, output: cut(text) });
  return { file, ...readersOf(await readSddl(context, file)) };
}

async function keyFileOf(context: WindowsContext, store: StoreName, thumbprint: Thumbprint): Promise<string | null> {
  const entry = await readEntry(context, store, thumbprint);
  return entry === null ? null : fileOf(context, store, entry);
}

async function fileOf(context: WindowsContext, store: StoreName, entry: SettledEntry): Promise<string | null> {
  const { thumbprint, privateKey, provider, keyFile } = entry;
  if (privateKey === 'no') return null;
  const [file, another] = (await keyFilesOf(context, entry)) ?? [];
  if (file === undefined || another !== undefined)
    throw new CertopsError('KeyNotInFile', { store, thumbprint, provider, keyFile });
  return file;
}
