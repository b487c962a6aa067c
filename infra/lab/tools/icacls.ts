import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Ace, type Acl, parseIcaclsRights, parseSddl, showIcaclsRights, writeSddl } from '../world/acl.ts';
import { INHERITED_SDDL, type LabHost } from '../world/host.ts';
import { sidName } from '../world/sid.ts';
import { diskIsFull, type Machine, type Said, said, type ToolProgram } from './tool.ts';

const processed = (good: number, bad: number): string =>
  `Successfully processed ${good} files; Failed processing ${bad} files\n`;

/** icacls on one path: list, /grant, /grant:r, /remove, /inheritance, /save, /setowner; /reset also on `folder\*`. */
export const icacls: ToolProgram = {
  operation: (args) => {
    const words = args.slice(1).map((argument) => argument.toLowerCase());
    if (words.some((word) => word.startsWith('/grant'))) return 'icacls-grant';
    return words.includes('/save') ? 'icacls-save' : null;
  },
  run: (machine, args) => {
    const [target = '', ...rest] = args;
    if (rest.some((word) => word.toLowerCase() === '/reset')) return reset(machine.host, target, rest);
    const place = machine.host.real(target);
    if (place === null || !existsSync(place)) {
      return said(2, `${target}: The system cannot find the file specified.\n${processed(0, 1)}`);
    }
    if (rest.length === 0) return list(machine.host, target);
    const save = rest.findIndex((word) => word.toLowerCase() === '/save');
    if (save >= 0) return saveTo(machine, target, rest[save + 1] ?? '');
    if (rest.some((word) => word.toLowerCase() === '/setowner')) return setOwner(machine.host, target, rest);
    return change(machine.host, target, rest);
  },
  failure: (_operation, args) => said(5, `${args[0] ?? ''}: Access is denied.\n${processed(0, 1)}`),
  success: (_operation, args) => said(0, `processed file: ${args[0] ?? ''}\n${processed(1, 0)}`),
};

function list(host: LabHost, target: string): Said {
  const names = host.state.services.map((service) => service.name);
  const lines = host.acl(target).entries.map((ace, index) => {
    const head = index === 0 ? target : ' '.repeat(target.length);
    return `${head} ${sidName(ace.sid, names)}:${showIcaclsRights(ace)}\n`;
  });
  return said(0, `${lines.join('')}\n${processed(1, 0)}`);
}

/** UTF-16LE: a line with the file's name, a line with its SDDL. */
function saveTo(machine: Machine, target: string, output: string): Said {
  const { host } = machine;
  const place = host.real(output);
  if (place === null) return said(3, `${output}: The system cannot find the path specified.\n${processed(0, 1)}`);
  if (diskIsFull(machine)) return said(112, `${output}: There is not enough space on the disk.\n${processed(0, 1)}`);
  const lines = `${path.win32.basename(target)}\r\n${writeSddl(host.acl(target))}\r\n`;
  try {
    writeFileSync(place, Buffer.from(lines, 'utf16le'));
  } catch {
    return said(3, `${output}: The system cannot find the path specified.\n${processed(0, 1)}`);
  }
  return said(0, `processed file: ${target}\n${processed(1, 0)}`);
}

function change(host: LabHost, target: string, words: readonly string[]): Said {
  let acl = host.acl(target);
  let recurse = false;
  for (let index = 0; index < words.length; index++) {
    const word = (words[index] ?? '').toLowerCase();
    if (/^\/(q|c|l|t)$/u.test(word)) recurse ||= word === '/t';
    else if (/^\/inheritance:[rde]$/u.test(word)) acl = inherit(acl, word.slice(-1));
    else if (/^\/(grant(:r)?|deny|remove(:[gd])?)$/u.test(word)) {
      while (index + 1 < words.length && !words[index + 1]?.startsWith('/')) {
        index += 1;
        const next = apply(host, acl, word, words[index] ?? '', isFolder(host, target));
        if (typeof next === 'string') return said(1332, `${next}\n${processed(0, 1)}`);
        acl = next;
      }
    } else return said(87, `Invalid parameter "${words[index]}"\n`);
  }
  for (const each of recurse ? below(host, target) : [target]) host.state.acls[each.toLowerCase()] = writeSddl(acl);
  host.save();
  return said(0, `processed file: ${target}\n${processed(1, 0)}`);
}

/**
 * A form of its own: icacls refuses /setowner together with other verbs. It forces nothing: at the first file whose
 * owner the caller may not change, it stops with access denied.
 */
function setOwner(host: LabHost, target: string, words: readonly string[]): Said {
  const [verb = '', who = '', ...more] = words;
  if (verb.toLowerCase() !== '/setowner' || who === '') return said(87, `Invalid parameter "${words[0]}"\n`);
  const wrong = more.find((word) => !/^\/[tclq]$/iu.test(word));
  if (wrong !== undefined) return said(87, `Invalid parameter "${wrong}"\n`);
  const sid = who.startsWith('*') ? who.slice(1) : host.sidOf(who);
  if (sid === null || !/^S-1-\d+(-\d+)+$/u.test(sid))
    return said(1332, `${who}: No mapping between account names and security IDs was done.\n${processed(0, 1)}`);
  const files = more.some((word) => word.toLowerCase() === '/t') ? below(host, target) : [target];
  for (const [at, file] of files.entries()) {
    const may = host
      .acl(file)
      .entries.some((ace) => ace.allow && OURS.includes(ace.sid) && (ace.mask & WRITE_OWNER) > 0);
    if (!may) return said(5, `${file}: Access is denied.\n${processed(at, 1)}`);
    host.state.owners = { ...host.state.owners, [file.toLowerCase()]: sid };
  }
  host.save();
  return said(0, `processed file: ${target}\n${processed(files.length, 0)}`);
}

/** Also a form of its own. The files inherit again; this needs WRITE_DAC, which an owner always has. */
function reset(host: LabHost, target: string, words: readonly string[]): Said {
  const wrong = words.find((word, at) => (at === 0 ? !/^\/reset$/iu.test(word) : !/^\/[tclq]$/iu.test(word)));
  if (wrong !== undefined) return said(87, `Invalid parameter "${wrong}"\n`);
  const folder = /^(.+)\\\*$/u.exec(target)?.[1];
  const named = folder === undefined ? [target] : childrenOf(host, folder);
  const found = named.filter((file) => existsSync(host.real(file) ?? ''));
  if (found.length === 0) return said(2, `${target}: The system cannot find the file specified.\n${processed(0, 1)}`);
  const files = words.some((word) => word.toLowerCase() === '/t') ? found.flatMap((file) => below(host, file)) : found;
  for (const [at, file] of files.entries()) {
    const owner = host.state.owners?.[file.toLowerCase()] ?? '';
    const may = host.acl(file).entries.some((ace) => ace.allow && OURS.includes(ace.sid) && (ace.mask & WRITE_DAC) > 0);
    if (!may && !OURS.includes(owner)) return said(5, `${file}: Access is denied.\n${processed(at, 1)}`);
    delete host.state.acls[file.toLowerCase()];
  }
  host.save();
  return said(0, `processed file: ${target}\n${processed(files.length, 0)}`);
}

const WRITE_DAC = 0x40000;
const WRITE_OWNER = 0x80000;
/** The lab's caller is LocalSystem, one of the Administrators. */
const OURS: readonly string[] = ['S-1-5-18', 'S-1-5-32-544'];

function apply(host: LabHost, acl: Acl, word: string, text: string, folder: boolean): Acl | string {
  const who = word.startsWith('/remove') ? text : text.slice(0, text.lastIndexOf(':'));
  const sid = who.startsWith('*') ? who.slice(1) : host.sidOf(who);
  if (sid === null || !/^S-1-\d+(-\d+)+$/u.test(sid)) {
    return `${who}: No mapping between account names and security IDs was done.`;
  }
  const others = acl.entries.filter((ace) => ace.sid !== sid || ace.flags.includes('ID'));
  if (word.startsWith('/remove')) return { ...acl, entries: others };
  const rights = parseIcaclsRights(text.slice(text.lastIndexOf(':') + 1));
  if (rights === null) return `Invalid parameter "${text}"`;
  const own = word === '/grant:r' ? undefined : acl.entries.find((ace) => ace.sid === sid && !ace.flags.includes('ID'));
  const flags = folder ? rights.flags : '';
  const ace: Ace = { allow: word !== '/deny', flags, mask: rights.mask | (own?.mask ?? 0), sid };
  return { ...acl, entries: ace.allow ? [...others, ace] : [ace, ...acl.entries] };
}

function inherit(acl: Acl, how: string): Acl {
  const mine = acl.entries.filter((ace) => !ace.flags.includes('ID'));
  if (how === 'r') return { protected: true, entries: mine };
  if (how === 'd')
    return { protected: true, entries: acl.entries.map((ace) => ({ ...ace, flags: ace.flags.replace('ID', '') })) };
  return { protected: false, entries: [...mine, ...parseSddl(INHERITED_SDDL).entries] };
}

function isFolder(host: LabHost, target: string): boolean {
  return statSync(host.real(target) ?? '', { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function below(host: LabHost, target: string): string[] {
  return [target, ...childrenOf(host, target).flatMap((child) => below(host, child))];
}

function childrenOf(host: LabHost, target: string): string[] {
  if (!isFolder(host, target)) return [];
  return readdirSync(host.real(target) ?? '').map((name) => path.win32.join(target, name));
}
