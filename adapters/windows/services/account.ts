import { createHash } from 'node:crypto';
import { CertopsError } from '../../../src/domain/errors.ts';
import { withScratch } from '../certificates/scratch.ts';
import type { WindowsContext } from '../context.ts';
import { readersOf } from '../parse/sddl.ts';
import { cut } from '../parse/text.ts';

/** Also stands for the machine's own Administrator when a service runs under it. */
export const ADMINISTRATORS = 'S-1-5-32-544';

const SYSTEM = 'S-1-5-18';
const WELL_KNOWN: ReadonlyMap<string, string> = new Map([
  ['localsystem', SYSTEM],
  ['system', SYSTEM],
  ['localservice', 'S-1-5-19'],
  ['networkservice', 'S-1-5-20'],
]);

/**
 * SID of a service's account: computed for a virtual account, fixed for the three built-in ones, and for any other
 * looked up by Windows. Throws `AccountNotResolved`.
 */
export async function accountSid(context: WindowsContext, account: string): Promise<string> {
  const known = knownSid(account);
  if (known !== null) return known;
  const found = context.accounts?.get(account.toLowerCase()) ?? (await askWindows(context, account));
  context.accounts?.set(account.toLowerCase(), found);
  return found;
}

/**
 * Whether the name alone identifies the account, in plain letters: a virtual account, or one of the three built-in
 * ones.
 */
export const isOfWindows = (account: string): boolean => knownSid(account) !== null;

function knownSid(account: string): string | null {
  const [domain = '', user] = account.toLowerCase().split('\\');
  if (user !== undefined && domain === 'nt service') return serviceSid(user);
  // a Windows dialog may leave it as `.\LocalSystem`
  if (domain === '.' && user === 'localsystem') return SYSTEM;
  const isAuthority = user === undefined || domain === 'nt authority';
  return isAuthority ? (WELL_KNOWN.get((user ?? domain).replaceAll(' ', '')) ?? null) : null;
}

/** `S-1-5-80-` and the SHA-1 of the upper-case name in UTF-16LE, as five little-endian numbers. */
export function serviceSid(service: string): string {
  const hash = createHash('sha1').update(Buffer.from(service.toUpperCase(), 'utf16le')).digest();
  const parts = Array.from({ length: 5 }, (_, index) => hash.readUInt32LE(index * 4));
  return `S-1-5-80-${parts.join('-')}`;
}

/** Who keeps full access to our file: with read access only, nobody could remove it, not even the runner. */
const KEEPERS: readonly string[] = [SYSTEM, ADMINISTRATORS];

/**
 * No tool in System32 translates a name to a SID in every language, but an ACL does: the name is granted access to a
 * file of ours that nobody else may read, and the ACL, saved as SDDL, then has its SID beside our own.
 */
async function askWindows(context: WindowsContext, account: string): Promise<string> {
  // the service control manager writes `.\name` for "of this machine"
  const name = account.replace(/^\.\\/u, '');
  if (!/^[^"/[\]:;|=,+*?<>\p{Cc}]{1,256}$/u.test(name)) throw new CertopsError('AccountNotResolved', { account });
  const among = (keepers: readonly string[]) => namedBeside(context, { account, name, keepers });
  const beside = await among(KEEPERS);
  // the account is one of the keepers: SYSTEM by a localized name, since no service runs as a group
  const found = beside.length === 0 ? await among([ADMINISTRATORS]) : beside;
  // SDDL has letters for the machine's own Administrator that no tool accepts. It cannot leave Administrators.
  const sid = found[0] === 'LA' ? ADMINISTRATORS : found[0];
  if (found.length !== 1 || !sid?.startsWith('S-1-')) throw new CertopsError('AccountNotResolved', { account, found });
  return sid;
}

async function namedBeside(
  context: WindowsContext,
  { account, name, keepers }: { readonly account: string; readonly name: string; readonly keepers: readonly string[] },
): Promise<readonly string[]> {
  return withScratch(context, async (scratch) => {
    const [file, saved] = [scratch.windows('account'), scratch.windows('account.acl')];
    await scratch.write('account', Buffer.alloc(0));
    const granted = await context.tools.run('icacls', [
      file,
      '/inheritance:r',
      '/grant',
      `${name}:R`,
      ...keepers.map((sid) => `*${sid}:F`),
    ]);
    const kept = granted.code === 0 ? await context.tools.run('icacls', [file, '/save', saved]) : granted;
    if (kept.code !== 0) throw new CertopsError('AccountNotResolved', { account, output: cut(kept.text) });
    const text = (await scratch.read('account.acl'))?.toString('utf16le') ?? '';
    const { allowed } = readersOf(text.slice(text.indexOf('D:')));
    return allowed.filter((sid) => !keepers.includes(sid));
  });
}
