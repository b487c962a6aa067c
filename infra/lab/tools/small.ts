import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { said, type ToolProgram } from './tool.ts';

/** Where the lab keeps the Application log: one line of JSON per event. */
const EVENT_LOG = 'C:\\Windows\\System32\\winevt\\Logs\\Application.jsonl';

const GROUPS: readonly (readonly [name: string, type: string, sid: string, attributes: string])[] = [
  ['Everyone', 'Well-known group', 'S-1-1-0', 'Mandatory group, Enabled by default, Enabled group'],
  ['BUILTIN\\Administrators', 'Alias', 'S-1-5-32-544', 'Enabled by default, Enabled group, Group owner'],
  [
    'NT AUTHORITY\\Authenticated Users',
    'Well-known group',
    'S-1-5-11',
    'Mandatory group, Enabled by default, Enabled group',
  ],
  ['Mandatory Label\\System Mandatory Level', 'Label', 'S-1-16-16384', ''],
];

/** The lab's caller is LocalSystem. */
export const whoami: ToolProgram = {
  operation: () => null,
  run: (_machine, args) => {
    const words = args.map((argument) => argument.toLowerCase());
    if (words.includes('/groups')) return said(0, words.includes('csv') ? csv(words) : table());
    if (words.includes('/user') && words.includes('csv')) return said(0, '"nt authority\\system","S-1-5-18"\n');
    if (words.includes('/user'))
      return said(
        0,
        '\nUSER INFORMATION\n----------------\n\nUser Name           SID     \n=================== ========\nnt authority\\system S-1-5-18\n',
      );
    return words.length === 0 ? said(0, 'nt authority\\system\n') : said(1, 'ERROR: Invalid syntax.\n');
  },
  failure: () => said(1, 'ERROR: Access is denied.\n'),
  success: () => said(0, ''),
};

function csv(words: readonly string[]): string {
  const line = (cells: readonly string[]): string => `${cells.map((cell) => `"${cell}"`).join(',')}\n`;
  const head = words.includes('/nh') ? '' : line(['Group Name', 'Type', 'SID', 'Attributes']);
  return `${head}${GROUPS.map(line).join('')}`;
}

function table(): string {
  const heads = ['Group Name', 'Type', 'SID', 'Attributes'];
  const widths = heads.map((head, column) => Math.max(head.length, ...GROUPS.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' ')}\n`;
  return `\nGROUP INFORMATION\n-----------------\n\n${line(heads)}${line(widths.map((width) => '='.repeat(width)))}${GROUPS.map(line).join('')}`;
}

/** The clock's service, as on every Windows; rows of UDP have no state. */
const UDP = `  UDP    ${'0.0.0.0:123'.padEnd(22)} ${'*:*'.padEnd(22)} ${' '.repeat(15)} 1044\n`;

/** `netstat -ano`; `-p TCP` shows IPv4 only. HTTP.SYS listens as process 4, whichever service registered the port. */
export const netstat: ToolProgram = {
  operation: () => null,
  run: (machine, args) => {
    const onlyV4 = args.some((argument) => argument.toLowerCase() === 'tcp');
    const shown = machine.sockets().filter(({ local }) => !onlyV4 || !local.startsWith('['));
    const rows = shown.map(({ local, remote, state, pid }) => {
      return `  TCP    ${local.padEnd(22)} ${remote.padEnd(22)} ${state.padEnd(15)} ${pid}\n`;
    });
    const head = `  Proto  ${'Local Address'.padEnd(22)} ${'Foreign Address'.padEnd(22)} ${'State'.padEnd(15)} PID\n`;
    const behind = onlyV4 ? '' : UDP;
    return said(0, `\nActive Connections\n\n${head}${rows.join('')}${behind}`);
  },
  failure: () => said(1, ''),
  success: () => said(0, ''),
};

export const eventcreate: ToolProgram = {
  operation: () => null,
  run: ({ host, now }, args) => {
    const value = (flag: string): string | null => {
      const at = args.findIndex((argument) => argument.toLowerCase() === flag);
      return at < 0 ? null : (args[at + 1] ?? null);
    };
    const [id, type, source, text] = [value('/id'), value('/t'), value('/so'), value('/d')];
    const log = value('/l') ?? 'Application';
    if (id === null || type === null || text === null)
      return said(1, 'ERROR: Invalid syntax. Mandatory options are missing.\nType "EVENTCREATE /?" for usage.\n');
    if (!/^\d+$/u.test(id) || Number(id) < 1 || Number(id) > 1000) {
      return said(1, `ERROR: Invalid value specified for option /ID. It must be within the range of 1 - 1000.\n`);
    }
    if (!/^(success|error|warning|information)$/iu.test(type))
      return said(1, 'ERROR: Invalid syntax. Invalid value for /T.\n');
    const file = host.real(EVENT_LOG) ?? '';
    mkdirSync(path.dirname(file), { recursive: true });
    const event = { at: new Date(now()).toISOString(), log, id: Number(id), type: type.toUpperCase(), source, text };
    appendFileSync(file, `${JSON.stringify(event)}\n`);
    return said(
      0,
      `\nSUCCESS: An event of type '${event.type}' was created in the '${log}' log with '${source ?? 'EventCreate'}' as the source.\n`,
    );
  },
  failure: () => said(1, 'ERROR: Access is denied.\n'),
  success: () => said(0, ''),
};
