import { writeFileSync } from 'node:fs';
import { type RegistryKey, registryOf } from '../world/registry.ts';
import { diskIsFull, type Machine, type Said, said, type ToolProgram } from './tool.ts';

const HIVE = 'HKEY_LOCAL_MACHINE';
const NOT_FOUND = said(1, '\n\nERROR: The system was unable to find the specified registry key or value.\n');

/** `reg query` and `reg export`, reading only: the lab's registry is a view of the machine's state. */
export const reg: ToolProgram = {
  operation: (args) => (args[0]?.toLowerCase() === 'export' ? null : 'reg-query'),
  run: (machine, args) => {
    const verb = args[0]?.toLowerCase();
    if (verb === 'query') return query(machine, args.slice(1));
    if (verb === 'export') return exportTo(machine, args[1] ?? '', args[2] ?? '');
    return said(1, 'ERROR: Invalid syntax.\nType "REG /?" for usage.\n');
  },
  failure: () => said(1, 'ERROR: Access is denied.\n'),
  success: () => said(0, 'The operation completed successfully.\n'),
};

interface Query {
  readonly key: string;
  readonly value: string | null;
  readonly deep: boolean;
  readonly find: string | null;
  /** Where to search: key names (/k), value names (/v), data (/d); everywhere when empty. */
  readonly among: ReadonlySet<string>;
  readonly exact: boolean;
  readonly caseSensitive: boolean;
}

function query(machine: Machine, args: readonly string[]): Said {
  const asked = readQuery(args);
  if (asked === null) return said(1, 'ERROR: Invalid syntax.\nType "REG QUERY /?" for usage.\n');
  const all = registryOf(machine.host);
  const root = asked.key.toLowerCase();
  const start = all.find((key) => key.path.toLowerCase() === root);
  if (start === undefined) return NOT_FOUND;
  const below = all.filter((key) => key.path.toLowerCase().startsWith(`${root}\\`));
  if (asked.find !== null) return found([start, ...below], asked, asked.find);
  if (asked.value !== null) return oneValue(asked.deep ? [start, ...below] : [start], asked.value, asked.deep);
  if (asked.deep) return said(0, `${[start, ...below].map(block).join('')}\n`);
  const children = below.filter((key) => !key.path.slice(root.length + 1).includes('\\'));
  const names = children.map((key) => `${HIVE}\\${key.path}\n`).join('');
  return said(0, `${start.values.length > 0 ? block(start) : ''}\n${names}`);
}

/** Exports a key and everything below it, in UTF-16LE whatever the console's code page is. */
function exportTo(machine: Machine, asked: string, output: string): Said {
  const root = keyOf(asked)?.toLowerCase();
  const place = machine.host.real(output);
  if (root === undefined || place === null) return said(1, 'ERROR: Invalid syntax.\nType "REG EXPORT /?" for usage.\n');
  const keys = registryOf(machine.host).filter(({ path }) => `${path.toLowerCase()}\\`.startsWith(`${root}\\`));
  if (keys.length === 0) return NOT_FOUND;
  if (diskIsFull(machine)) return said(1, 'ERROR: There is not enough space on the disk.\n');
  const blocks = keys.map(({ path, values }) => `[${HIVE}\\${path}]\r\n${values.map(exported).join('')}\r\n`);
  const text = `\ufeffWindows Registry Editor Version 5.00\r\n\r\n${blocks.join('')}`;
  try {
    writeFileSync(place, Buffer.from(text, 'utf16le'));
  } catch {
    return said(1, 'ERROR: Unable to write to the file. There may be a disk or file system error.\n');
  }
  return said(0, 'The operation completed successfully.\n\n');
}

const HEX: { readonly [type: string]: string } = { REG_EXPAND_SZ: 'hex(2)', REG_MULTI_SZ: 'hex(7)', REG_BINARY: 'hex' };

/** Strings in quotes, numbers as hexadecimal digits, all else as bytes, wrapped into lines. */
function exported([name, type, value]: RegistryKey['values'][number]): string {
  const quoted = (text: string): string => `"${text.replace(/[\\"]/gu, '\\$&')}"`;
  if (type === 'REG_SZ') return `${quoted(name)}=${quoted(value)}\r\n`;
  if (type === 'REG_DWORD') return `${quoted(name)}=dword:${Number(value).toString(16).padStart(8, '0')}\r\n`;
  const ended = type === 'REG_MULTI_SZ' ? `${value.replaceAll('\\0', '\0')}\0\0` : `${value}\0`;
  const bytes = type === 'REG_BINARY' ? Buffer.from(value, 'hex') : Buffer.from(ended, 'utf16le');
  const pairs = bytes.toString('hex').match(/../gu) ?? [];
  const lines = pairs.map((pair, at) => (at % 25 === 24 ? `${pair},\\\r\n  ` : `${pair},`)).join('');
  return `${quoted(name)}=${HEX[type] ?? 'hex'}:${lines.replace(/,(?:\\\r\n {2})?$/u, '')}\r\n`;
}

function found(keys: readonly RegistryKey[], asked: Query, pattern: string): Said {
  const all = asked.among.size === 0;
  const matches = (text: string): boolean => {
    const [one, other] = asked.caseSensitive ? [text, pattern] : [text.toLowerCase(), pattern.toLowerCase()];
    return asked.exact ? one === other : one.includes(other);
  };
  let count = 0;
  const text = keys
    .filter((key) => asked.deep || key === keys[0] || key.path.split('\\').length === asked.key.split('\\').length + 1)
    .map((key) => {
      const named = (all || asked.among.has('/k')) && matches(key.path.slice(key.path.lastIndexOf('\\') + 1));
      const values = key.values.filter(
        ([name, , value]) =>
          ((all || asked.among.has('/v')) && matches(name)) || ((all || asked.among.has('/d')) && matches(value)),
      );
      count += values.length + (named ? 1 : 0);
      return named || values.length > 0 ? block({ path: key.path, values }) : '';
    })
    .join('');
  return said(count > 0 ? 0 : 1, `${text}\nEnd of search: ${count} match(es) found.\n`);
}

function oneValue(keys: readonly RegistryKey[], name: string, deep: boolean): Said {
  const hits = keys
    .map((key) => ({
      path: key.path,
      values: key.values.filter(([each]) => each.toLowerCase() === name.toLowerCase()),
    }))
    .filter((key) => key.values.length > 0);
  if (hits.length === 0) return NOT_FOUND;
  const end = deep ? `\nEnd of search: ${hits.length} match(es) found.\n` : '\n';
  return said(0, `${hits.map(block).join('')}${end}`);
}

const block = (key: RegistryKey): string =>
  `\n${HIVE}\\${key.path}\n${key.values.map(([name, type, value]) => `    ${name}    ${type}    ${value}\n`).join('')}`;

const keyOf = (text: string): string | undefined => /^(?:HKLM|HKEY_LOCAL_MACHINE)(?:\\(.*?))?\\*$/iu.exec(text)?.[1];

function readQuery(args: readonly string[]): Query | null {
  const key = keyOf(args[0] ?? '');
  if (key === undefined) return null;
  let value: string | null = null;
  let find: string | null = null;
  const among = new Set<string>();
  const flags = new Set<string>();
  for (let index = 1; index < args.length; index++) {
    const flag = (args[index] ?? '').toLowerCase();
    const next = args[index + 1];
    if (flag === '/f' && next !== undefined) {
      find = next;
      index += 1;
    } else if (flag === '/v' && next !== undefined && !next.startsWith('/')) {
      value = next;
      index += 1;
    } else if (flag === '/t' && next !== undefined) index += 1;
    else if (/^\/(v|k|d)$/u.test(flag)) among.add(flag);
    else if (/^\/(s|e|c|z|reg:64|reg:32)$/u.test(flag)) flags.add(flag);
    else return null;
  }
  return { key, value, deep: flags.has('/s'), find, among, exact: flags.has('/e'), caseSensitive: flags.has('/c') };
}
