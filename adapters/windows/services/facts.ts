import fs from 'node:fs/promises';
import path from 'node:path';
import { CertopsError } from '../../../src/domain/errors.ts';
import type { ServiceFacts } from '../../../src/domain/machine/host-facts.ts';
import type { Role } from '../../../src/domain/values.ts';
import type { WindowsContext } from '../context.ts';
import { text } from '../parse/registry.ts';
import type { ServiceStatus } from '../parse/sc.ts';
import { printed, readExactText, readKeys } from '../registry.ts';
import { remembered } from '../remembered.ts';
import { ECHO_MS, handOver, inOneTurn, takeOver } from '../seen.ts';
import { accountSid, isOfWindows } from './account.ts';
import { findService, findServices, SERVICES } from './discover.ts';
import { afterRestart, beforeRestart, queryDependents, queryService, readConfig } from './query.ts';

/**
 * The state of the role's service, by a fresh look or the last look of a restart that has just ended, and how it is
 * registered. Throws `ServiceMissing`, `ServiceAmbiguous`, `ServiceNotReadable`, `ServiceImageUnknown`,
 * `AccountNotResolved`, `RegistryNotReadable`.
 */
export async function readService(context: WindowsContext, role: Role): Promise<ServiceFacts> {
  const name = await findService(context, role);
  const [{ start, account, accountSid }, status, folder, dependents] = await Promise.all([
    configOf(context, name),
    takeOver<ServiceStatus>(context, afterRestart(name), ECHO_MS) ?? statusNow(context, name),
    rememberedFolder(context, role, name),
    remembered(context, `dependents of ${name}`, () => queryDependents(context, name)),
  ]);
  return {
    name,
    state: status.state,
    pid: status.state === 'stopped' ? 0 : status.pid,
    start,
    account,
    accountSid,
    folder,
    dependents: dependents.map((one) => one.name).sort(),
  };
}

const statusNow = (context: WindowsContext, name: string): Promise<ServiceStatus> =>
  inOneTurn(context, `state of ${name}`, async () => {
    const status = await queryService(context, name);
    handOver(context, beforeRestart(name), status);
    return status;
  });

/** Windows path of the folder of the role's service, which holds the settings file and the .cer file. */
export async function readServiceFolder(context: WindowsContext, role: Role): Promise<string> {
  return rememberedFolder(context, role, await findService(context, role));
}

/** The same for one Scale Out service by name: several versions may be installed, and one of them is ours. */
export async function readFolderOf(context: WindowsContext, role: Role, name: string): Promise<string> {
  const own = (await findServices(context, [role]))[role];
  return own.length === 1 && own[0] === name ? rememberedFolder(context, role, name) : imageFolder(context, name);
}

const rememberedFolder = (context: WindowsContext, role: Role, name: string): Promise<string> =>
  remembered(context, `${role} folder of ${name}`, () => folderOf(context, role, name));

async function configOf(context: WindowsContext, name: string) {
  const config = await readConfig(context, name);
  const account = isOfWindows(config.account)
    ? config.account
    : await remembered(context, `account of ${name}`, () => exactly(context, name, 'ObjectName', config.account));
  return { ...config, account, accountSid: await accountSid(context, account) };
}

/**
 * An exact text of the service. On a full disk it cannot be read again, so the last known one is used: on the way back,
 * too, services are restarted and settings written.
 */
async function exactly(
  context: WindowsContext,
  name: string,
  value: 'ObjectName' | 'ImagePath',
  shown: string,
): Promise<string> {
  const key = `${name} ${shown}`;
  try {
    const exact = await readExactText(context, `${SERVICES}\\${name}`, value);
    context.exactTexts?.set(key, exact);
    return exact;
  } catch (error) {
    const known = context.exactTexts?.get(key);
    if (known === undefined) throw error;
    return known;
  }
}

async function folderOf(context: WindowsContext, role: Role, name: string): Promise<string> {
  const override = role === 'master' ? context.overrides.masterFolder : context.overrides.workerFolder;
  return override !== undefined && override !== '' ? path.win32.normalize(override) : imageFolder(context, name);
}

async function imageFolder(context: WindowsContext, name: string): Promise<string> {
  const key = `${SERVICES}\\${name}`;
  const own = (await readKeys(context, key))?.find((one) => one.path.toLowerCase() === printed(key).toLowerCase());
  const shown = (own === undefined ? null : text(own, 'ImagePath')) ?? '';
  const image = imageOf(shown, context.systemRoot, name);
  const folder = path.win32.dirname(image);
  // no path contains one: a letter that the console's code page lacks has become a question mark
  const isLost = image.includes('?');
  if (!isLost && !(await isMissing(context, folder))) return folder;
  try {
    const exact = await exactly(context, name, 'ImagePath', shown);
    return path.win32.dirname(imageOf(exact, context.systemRoot, name));
  } catch (error) {
    if (isLost) throw error;
    return folder;
  }
}

/** The drive exists but the folder does not: a letter may have become a similar one (`ł` an `l`). */
async function isMissing({ paths }: WindowsContext, folder: string): Promise<boolean> {
  const isThere = (place: string): Promise<boolean> =>
    fs.access(paths.toFileSystem(place)).then(
      () => true,
      () => false,
    );
  return !(await isThere(folder)) && (await isThere(path.win32.parse(folder).root));
}

/** `"C:\Program Files\...\x.exe" -arguments` as a plain path, with or without quotes or a prefix for long paths. */
export function imageOf(imagePath: string, systemRoot: string, service: string): string {
  const drive = path.win32.parse(systemRoot).root;
  const known: { readonly [name: string]: string } = {
    systemroot: systemRoot,
    windir: systemRoot,
    systemdrive: drive.replace(/\\$/u, ''),
    programfiles: path.win32.join(drive, 'Program Files'),
    programw6432: path.win32.join(drive, 'Program Files'),
  };
  const expanded = imagePath.replace(/%([^%]+)%/gu, (whole, name: string) => known[name.toLowerCase()] ?? whole);
  const found = /^"([^"]+)"/u.exec(expanded) ?? /^(.*?\.exe)(?=\s|$)/iu.exec(expanded);
  const image = (found?.[1] ?? expanded).replace(/^\\(?:\?\?|\\\?)\\/u, '');
  if (!/^[a-z]:[\\/][^%]+$/iu.test(image)) throw new CertopsError('ServiceImageUnknown', { service, image: imagePath });
  return path.win32.normalize(image);
}
