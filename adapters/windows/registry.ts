import { CertopsError } from '../../src/domain/errors.ts';
import { withScratch } from './certificates/scratch.ts';
import type { WindowsContext } from './context.ts';
import { exportedText, parseRegistry, type RegistryKey } from './parse/registry.ts';
import { cut, endsInEmptyLine, endsInLine, filledLinesOf } from './parse/text.ts';
import { runWhole } from './whole.ts';

/** HTTP.SYS keeps all bindings below this key, of every port. */
export const HTTP_PARAMETERS = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters';

const LIMIT_MS = 30_000;

/**
 * The key's own values (with `deep`, everything below it with values); null when there is no such key. `reg` answers
 * the same for a key that is absent and one that may not be read, so a key counts as absent only when a readable
 * ancestor does not list it. The values of a key that is returned are whole (or came twice alike), but keys behind it
 * may have been cut off. Throws `RegistryNotReadable`, `ToolOutputNotUnderstood`.
 */
export async function readKeys(
  context: WindowsContext,
  key: string,
  options: { deep?: boolean } = {},
): Promise<readonly RegistryKey[] | null> {
  const result = await runWhole(context, 'reg', ['query', key, ...(options.deep ? ['/s'] : [])], {
    timeLimitMs: LIMIT_MS,
    isEnd: (text) => endsInEmptyLine(text) || (!options.deep && endsInSubkey(text, key)),
  });
  if (result.code === 0) return parseRegistry(result.text);
  if (await isAbsent(context, key)) return null;
  throw new CertopsError('RegistryNotReadable', { key, code: result.code, output: cut(result.text) });
}

/** Names of subkeys come below a key's own values, which are then whole. */
function endsInSubkey(text: string, key: string): boolean {
  const last = filledLinesOf(text).at(-1) ?? '';
  return endsInLine(text) && last.toLowerCase().startsWith(`${printed(key)}\\`.toLowerCase());
}

/**
 * Names of the direct subkeys; null when there is no such key. Nothing shows where such a list ends, but Windows keeps
 * subkeys sorted: one behind `upTo` shows that all up to that are there. Without it the list has to come twice alike.
 * Throws as `readKeys`.
 */
export async function readChildren(
  context: WindowsContext,
  key: string,
  upTo?: string,
): Promise<readonly string[] | null> {
  const { code, text } = await listChildren(context, key, upTo);
  if (code === 0) return childNames(parseRegistry(text), key);
  if (await isAbsent(context, key)) return null;
  throw new CertopsError('RegistryNotReadable', { key, code, output: cut(text) });
}

const listChildren = (context: WindowsContext, key: string, upTo: string | undefined) =>
  runWhole(context, 'reg', ['query', key], {
    timeLimitMs: LIMIT_MS,
    isEnd: (text) => upTo !== undefined && hasBehind(text, key, upTo),
  });

function hasBehind(text: string, key: string, upTo: string): boolean {
  const prefix = `${printed(key)}\\`.toLowerCase();
  return filledLinesOf(text).some(
    (line) => line.toLowerCase().startsWith(prefix) && line.slice(prefix.length).toUpperCase() > upTo.toUpperCase(),
  );
}

const EXPORTED = 'key.reg';

/**
 * The exact text of a value: tools print in the console's code page, which loses letters that it lacks or turns them
 * into similar ones, while an exported key is UTF-16. Throws `RegistryNotReadable`, also when there is no such text.
 */
export async function readExactText(context: WindowsContext, key: string, name: string): Promise<string> {
  const { exported, code, output } = await exportOf(context, key);
  const found = exportedText(exported, printed(key), name);
  if (found === null) throw new CertopsError('RegistryNotReadable', { key, name, code, output });
  return found;
}

/** The same value of each direct subkey that has it, by the subkey's name. Throws `RegistryNotReadable`. */
export async function readExactTexts(
  context: WindowsContext,
  key: string,
  name: string,
): Promise<ReadonlyMap<string, string>> {
  const names = (await readChildren(context, key)) ?? [];
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

/** Names of the direct subkeys. */
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
  const name = key.slice(parent.length + 1);
  const { code, text } = await listChildren(context, parent, name);
  if (code !== 0) return isAbsent(context, parent);
  return !childNames(parseRegistry(text), parent).some((child) => child.toLowerCase() === name.toLowerCase());
}
