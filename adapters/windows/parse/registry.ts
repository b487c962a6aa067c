import { linesOf, notUnderstood, saidLinesOf } from './text.ts';

interface RegistryValue {
  readonly type: string;
  readonly data: string;
}

export interface RegistryKey {
  /** `HKEY_LOCAL_MACHINE\...` as printed. */
  readonly path: string;
  /** By lower-case name; the default value, whose name is localized, is left out. */
  readonly values: ReadonlyMap<string, RegistryValue>;
  /** Lines below this key that are no values: a text of several lines, or something unknown. */
  readonly unread: readonly string[];
}

const VALUE = /^(?: {4}|\t)(\S.*?)(?: {2,}|\t)(REG_[A-Z_]+)(?:(?: {2,}|\t)(.*))?$/u;

/**
 * Reads `reg query`, whose key lines, value names, types and data are the same in every language. Throws
 * `ToolOutputNotUnderstood` when a line before the first key may be part of a key or a value.
 */
export function parseRegistry(text: string): readonly RegistryKey[] {
  const keys: { path: string; values: Map<string, RegistryValue>; unread: string[] }[] = [];
  for (const line of withoutWarning(saidLinesOf(text))) {
    if (KEY.test(line)) {
      keys.push({ path: line, values: new Map(), unread: [] });
      continue;
    }
    const key = keys.at(-1);
    if (key === undefined) throw notUnderstood('reg', 'a line before the first key', text);
    const [, name = '', type = '', data = ''] = VALUE.exec(line) ?? [];
    if (type === '') key.unread.push(line);
    else if (!/^[(\uff08].*[)\uff09]$/u.test(name)) key.values.set(name.toLowerCase(), { type, data });
  }
  return keys;
}

const KEY = /^HKEY_[A-Z_]+(?:\\|$)/u;

/** Drops what others have put above the first key: lines that cannot begin a value and name no key. */
function withoutWarning(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => KEY.test(line));
  return lines.filter((line, at) => at >= first || !/^[^\s\\][^\\]*$/u.test(line));
}

/** `"name"="text"`, and `"name"=hex(2):25,00,...` for a text with variables. */
const EXPORTED = /^"((?:[^"\\]|\\.)*)"=(?:"((?:[^"\\]|\\.)*)"|hex\(2\):((?:[0-9a-f]{2},?)*))$/iu;

/**
 * A text value of one key in the output of `reg export`; null: the key or the value is not there, or of another type.
 */
export function exportedText(exported: string, path: string, name: string): string | null {
  // values written as bytes are wrapped
  const lines = linesOf(exported.replace(/\\\r?\n\s+/gu, ''));
  const head = lines.findIndex((line) => line.toLowerCase() === `[${path}]`.toLowerCase());
  const below = head === -1 ? [] : lines.slice(head + 1);
  const end = below.findIndex((line) => line.startsWith('['));
  for (const line of end === -1 ? below : below.slice(0, end)) {
    const [, found, quoted, bytes] = EXPORTED.exec(line) ?? [];
    if (found?.toLowerCase() !== name.toLowerCase()) continue;
    if (quoted !== undefined) return quoted.replace(/\\(.)/gu, '$1');
    return Buffer.from((bytes ?? '').replaceAll(',', ''), 'hex')
      .toString('utf16le')
      .replace(/\0+$/u, '');
  }
  return null;
}

/** A REG_DWORD as a number; `absent` when there is no such value; null when it is something else. */
export function dword(key: RegistryKey, name: string, absent: number): number | null {
  const value = key.values.get(name.toLowerCase());
  if (value === undefined) return absent;
  const digits = value.type === 'REG_DWORD' ? /^0x([0-9a-f]{1,8})$/iu.exec(value.data)?.[1] : undefined;
  return digits === undefined ? null : Number.parseInt(digits, 16);
}

/** A text value; '' when absent; null when it is something else. */
export function text(key: RegistryKey, name: string): string | null {
  const value = key.values.get(name.toLowerCase());
  if (value === undefined) return '';
  return value.type === 'REG_SZ' || value.type === 'REG_EXPAND_SZ' ? value.data.trim() : null;
}

/** A REG_BINARY of exactly `bytes` bytes as lower-case hexadecimal digits; null when absent or something else. */
export function binary(key: RegistryKey, name: string, bytes: number): string | null {
  const value = key.values.get(name.toLowerCase());
  const digits = value?.type === 'REG_BINARY' ? value.data.replace(/[\s,]/gu, '').toLowerCase() : '';
  return digits.length === bytes * 2 && /^[0-9a-f]+$/u.test(digits) ? digits : null;
}

/** The sixteen bytes of a GUID, whose first three parts are little-endian, as `{...}` in lower case. */
export function guidOf(hex: string): string {
  const part = (from: number, to: number): string => hex.slice(from * 2, to * 2);
  const turned = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, index) => part(to - 1 - index, to - index)).join('');
  return `{${turned(0, 4)}-${turned(4, 6)}-${turned(6, 8)}-${part(8, 10)}-${part(10, 16)}}`;
}
