import { CertopsError } from '../../src/domain/errors.ts';
import { withScratch } from './certificates/scratch.ts';
import type { WindowsContext } from './context.ts';
import { exportedText, parseRegistry, type RegistryKey } from './parse/registry.ts';
import { cut } from './parse/text.ts';

/** Below it HTTP.SYS keeps every binding, of whatever port. */
export const HTTP_PARAMETERS = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters';

const LIMIT_MS = 30_000;

/**
 * The key's own values and its subkeys (with `deep`, all below and their values); null when there is no such key.
 * `reg` answers the same for a key that is absent and for one that may not be read, so absence is taken only from a
 * readable ancestor that does not list it. Throws `RegistryNotReadable`, `ToolOutputNotUnderstood`.
 */
export async function readKeys(
  context: WindowsContext,
  key: string,
  options: { deep?: boolean } = {},
): Promise<readonly RegistryKey[] | null> {
  const result = await context.tools.run('reg', ['query', key, ...(options.deep ? ['/s'] : [])], {
    timeLimitMs: LIMIT_MS,
  });
  if (result.code === 0) return parseRegistry(result.text);
  if (await isAbsent(context, key)) return null;
  throw new CertopsError('RegistryNotReadable', { key, code: result.code, output: cut(result.text) });
}

const EXPORTED = 'key.reg';

/**
 * A text of a key to the letter: tools print in the console's code page, which has no sign or a similar one for letters
 * that it lacks, and an exported key is UTF-16. Throws `RegistryNotReadable`, also when there is no such text.
 */
export async function readExactText(context: WindowsContext, key: string, name: string): Promise<string> {
  const { exported, code, output } = await exportOf(context, key);
  const found = exportedText(exported, printed(key), name);
  if (found === null) throw new CertopsError('RegistryNotReadable', { key, name, code, output });
  return found;
}

/** The same text of each key right below that has it, by the name of that key. Throws `RegistryNotReadable`. */
export async function readExactTexts(
  context: WindowsContext,
  key: string,
  name: string,
): Promise<ReadonlyMap<string, string>> {
  const names = childNames((await readKeys(context, key)) ?? [], key);
  if (names.length === 0) return new Map();
  const { exported, code, output } = await exportOf(context, key);
  if (exported === '') throw new CertopsError('RegistryNotReadable', { key, name, code, output });
  return new Map(
    names.flatMap((child) => {
      const found = exportedText(exported, `${printed(key)}\\${child}`, name);
      return found === null ? [] : [[child, found] as const];
    }),
  );
}

async function exportOf(context: WindowsContext, key: string) {
  return withScratch(context, async (scratch) => {
    const args = ['export', key, scratch.windows(EXPORTED)];
    const { code, text } = await context.tools.run('reg', args, { timeLimitMs: LIMIT_MS });
    const exported = code === 0 ? ((await scratch.read(EXPORTED))?.toString('utf16le') ?? '') : '';
    return { exported, code, output: cut(text) };
  });
}

/** `HKLM\A\B` as `reg` prints it. */
export const printed = (key: string): string => key.replace(/^HKLM(?=\\|$)/iu, 'HKEY_LOCAL_MACHINE');

/** Names of the keys right below. */
export function childNames(keys: readonly RegistryKey[], parent: string): readonly string[] {
  const prefix = `${printed(parent)}\\`.toLowerCase();
  return keys
    .filter((key) => key.path.toLowerCase().startsWith(prefix))
    .map((key) => key.path.slice(prefix.length))
    .filter((name) => name !== '' && !name.includes('\\'));
}

async function isAbsent(context: WindowsContext, key: string): Promise<boolean> {
  if (!key.includes('\\')) return false;
  const parent = key.slice(0, key.lastIndexOf('\\'));
  const result = await context.tools.run('reg', ['query', parent], { timeLimitMs: LIMIT_MS });
  if (result.code !== 0) return isAbsent(context, parent);
  const name = key.slice(parent.length + 1).toLowerCase();
  return !childNames(parseRegistry(result.text), parent).some((child) => child.toLowerCase() === name);
}
