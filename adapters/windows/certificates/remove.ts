import { CertopsError } from '../../../src/domain/errors.ts';
import type { StoreName, Thumbprint } from '../../../src/domain/values.ts';
import type { HostChange } from '../../../src/ports/windows-host.ts';
import type { WindowsContext } from '../context.ts';
import { keyFilesOf } from '../keys/key-file.ts';
import type { SettledEntry } from '../keys/settle.ts';
import { cut } from '../parse/text.ts';
import { HTTP_PARAMETERS } from '../registry.ts';
import { installedScaleOut } from '../services/discover.ts';
import { readEntry } from './read.ts';
import { readTraces } from './traces.ts';
import { readPins, readUsers } from './users.ts';

const LIMIT_MS = 60_000;

/**
 * Removes a certificate from a machine store, with `withKey` its private key too. The key goes first: once the
 * certificate is gone nothing names the container any more, so an interrupted run could not go on. A certificate that
 * is not there counts as removed. Throws `CertificateStillBound`, `CertificateInUse`, `KeyUsedElsewhere`,
 * `KeyNotRemovable`, `KeyNotRemoved`, `CertificateRemoveFailed`, `CertificateNotRemoved`.
 */
export async function removeCertificate(
  context: WindowsContext,
  change: Extract<HostChange, { type: 'certificate.remove' }>,
  signal: AbortSignal,
): Promise<void> {
  const { store, thumbprint, withKey, unlessPinned } = change;
  const entry = await readEntry(context, store, thumbprint);
  if (entry === null) return;
  await refuseWhileBound(context, thumbprint);
  if (unlessPinned) await refuseWhilePinned(context, thumbprint);
  if (withKey) {
    await refuseWhileUsed(context, thumbprint);
    if (entry.privateKey !== 'no') await removeKey(context, store, entry, signal);
  }
  const args = ['-delstore', store, thumbprint];
  const { code, text } = await context.tools.run('certutil', args, { timeLimitMs: LIMIT_MS, signal });
  if (code !== 0) throw new CertopsError('CertificateRemoveFailed', { store, thumbprint, code, output: cut(text) });
  // it exits with 0 when nothing matched, too: look again
  if ((await readEntry(context, store, thumbprint)) !== null)
    throw new CertopsError('CertificateNotRemoved', { store, thumbprint });
}

/**
 * Removes the private key of a certificate but keeps the certificate: as long as that names the container, a fresh look
 * can tell whether the key is gone. Throws `CertificateStillBound`, `CertificateMissing`, `KeyUsedElsewhere`,
 * `KeyNotRemovable`, `KeyNotRemoved`.
 */
export async function removeKeyOf(
  context: WindowsContext,
  { store, thumbprint }: Extract<HostChange, { type: 'key.remove' }>,
  signal: AbortSignal,
): Promise<void> {
  const [trace] = await readTraces(context, [thumbprint]);
  const elsewhere = trace?.users.find(({ kind }) => kind === 'key-elsewhere');
  const others = trace?.users.filter(({ kind }) => kind !== 'key-elsewhere');
  // Other users are the graver reason: a person who removes the key by hand has to know of them.
  if (others?.length !== 0)
    throw new CertopsError('KeyUsedElsewhere', { thumbprint, users: others?.map(({ where }) => where) ?? [] });
  if (elsewhere !== undefined) throw new CertopsError('KeyNotRemovable', { store, thumbprint, where: elsewhere.where });
  const entry = await readEntry(context, store, thumbprint);
  if (entry === null) throw new CertopsError('CertificateMissing', { store, thumbprint });
  await deleteKey(context, store, entry, signal);
}

/**
 * Checks every binding of every port, in any language: a hash that occurs in netsh's listing or in the registry is in
 * use.
 */
async function refuseWhileBound(context: WindowsContext, thumbprint: Thumbprint): Promise<void> {
  const [{ code, text }, registry] = await Promise.all([
    context.tools.run('netsh', ['http', 'show', 'sslcert'], { timeLimitMs: LIMIT_MS }),
    context.tools.run('reg', ['query', HTTP_PARAMETERS, '/s'], { timeLimitMs: LIMIT_MS }),
  ]);
  // some builds print a hash in pairs of digits
  const isListed = (shown: string): boolean => shown.replace(/\s/gu, '').toUpperCase().includes(thumbprint);
  if (isListed(text) || isListed(registry.text)) throw new CertopsError('CertificateStillBound', { thumbprint });
  // netsh may exit with 1 when there is no binding at all; a registry that could be read decides
  if (code !== 0 && registry.code !== 0)
    throw new CertopsError('CertificateStillBound', { thumbprint, code, output: cut(text) });
}

/**
 * Settings of any Scale Out version, the SQL engine, Remote Desktop. A certificate that is only published may go:
 * nothing on this machine needs it.
 */
async function refuseWhileUsed(context: WindowsContext, thumbprint: Thumbprint): Promise<void> {
  const users = (await readUsers(context, [thumbprint], { published: false }))[thumbprint] ?? [];
  if (users.length === 0) return;
  throw new CertopsError('CertificateInUse', { thumbprint, users: users.map(({ kind, where }) => `${kind} ${where}`) });
}

/**
 * Settings that rely on Root: the master that the worker here pins, and on a master's machine all that name it. A
 * worker's own certificate is looked up in a store of its own, and has to be trusted on its master's machine only.
 */
async function refuseWhilePinned(context: WindowsContext, thumbprint: Thumbprint): Promise<void> {
  const [pins, services] = await Promise.all([readPins(context, thumbprint), installedScaleOut(context)]);
  const isMaster = services.some(({ role }) => role === 'master');
  const pinning = pins.filter(({ where }) => isMaster || !where.endsWith('WorkerHttpsCertThumbprint'));
  if (pinning.length === 0) return;
  throw new CertopsError('CertificateInUse', {
    thumbprint,
    users: pinning.map(({ where }) => `setting ${where}`),
  });
}

async function removeKey(
  context: WindowsContext,
  store: StoreName,
  entry: SettledEntry,
  signal: AbortSignal,
): Promise<void> {
  const { thumbprint } = entry;
  const other = store === 'Root' ? 'My' : 'Root';
  const twin = await readEntry(context, other, thumbprint);
  if (twin !== null && twin.privateKey !== 'no')
    throw new CertopsError('KeyUsedElsewhere', { thumbprint, store: other });
  await deleteKey(context, store, entry, signal);
}

async function deleteKey(
  context: WindowsContext,
  store: StoreName,
  entry: SettledEntry,
  signal: AbortSignal,
): Promise<void> {
  const { thumbprint, container, provider, keyFile } = entry;
  const files = await keyFilesOf(context, entry);
  // an interrupted run has already removed it; a key that we may not open still has its file
  if (entry.privateKey === 'unreadable' && files?.length === 0) return;
  const [file, another] = files ?? [];
  if (container === null || provider === null || file === undefined || another !== undefined)
    throw new CertopsError('KeyNotRemovable', { store, thumbprint, container, provider, keyFile });
  const args = ['-csp', provider, '-delkey', container];
  const { code, text } = await context.tools.run('certutil', args, { timeLimitMs: LIMIT_MS, signal });
  if ((await keyFilesOf(context, entry))?.length !== 0)
    throw new CertopsError('KeyNotRemoved', { provider, container, code, store, thumbprint, file, output: cut(text) });
}
