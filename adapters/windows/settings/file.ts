import path from 'node:path';
import { CertopsError, errorCode } from '../../../src/domain/errors.ts';
import { parseThumbprint, type Role } from '../../../src/domain/values.ts';
import type { HostChange } from '../../../src/ports/windows-host.ts';
import type { WindowsContext } from '../context.ts';
import { forChange, type Patience } from '../held-files.ts';
import { tryRoomBeside } from './copies.ts';
import { editSetting, readSetting } from './edit.ts';
import { lockedFile, overwrite } from './overwrite.ts';
import { readWhole } from './whole-file.ts';

const NAMES: { readonly [role in Role]: string } = { master: 'MasterSettings.config', worker: 'WorkerSettings.config' };

/** The only three settings that may be written, and in which file. */
const WRITABLE: { readonly [key: string]: Role } = {
  SSLCertThumbprint: 'master',
  MasterHttpsCertThumbprint: 'worker',
  WorkerHttpsCertThumbprint: 'worker',
};

/** What Scale Out takes where its file does not say. */
const DEFAULTS: { readonly [role in Role]: { readonly [key: string]: string } } = {
  master: { PortNumber: '8391' },
  worker: { StoreName: 'My', StoreLocation: 'LocalMachine' },
};

const settingsFileIn = (folder: string, role: Role): string => path.win32.join(folder, NAMES[role]);

/**
 * One value of the settings file beside the service's image, or what the service takes without it. Throws
 * `FileMissing`, `FileBusy` and what readSetting throws.
 */
export async function readSettingOf(
  context: WindowsContext,
  folder: string,
  role: Role,
  key: string,
  patience?: Patience,
): Promise<string> {
  const file = settingsFileIn(folder, role);
  const bytes = await readWhole(context, file, patience);
  if (bytes === null) throw new CertopsError('FileMissing', { file });
  try {
    return told(file, () => readSetting(bytes, key));
  } catch (error) {
    const otherwise = errorCode(error) === 'SettingMissing' ? DEFAULTS[role][key] : undefined;
    if (otherwise === undefined) throw error;
    return otherwise;
  }
}

/** As `lockedFile`, of the settings file. */
export const lockedSettings = (context: WindowsContext, folder: string, role: Role) =>
  lockedFile(context, settingsFileIn(folder, role));

/**
 * Whether the disk of a role's settings file has room for the copy that a change makes first. Throws as
 * `tryRoomBeside`.
 */
export const tryRoomForCopy = (context: WindowsContext, folder: string, role: Role): Promise<void> =>
  tryRoomBeside(context, settingsFileIn(folder, role));

/**
 * Writes one thumbprint and changes nothing else in the file. Throws `SettingRefused` and what overwrite and
 * editSetting throw.
 */
export async function writeSettingOf(
  context: WindowsContext,
  folder: string,
  change: Extract<HostChange, { type: 'setting.write' }>,
  signal: AbortSignal,
): Promise<void> {
  const { role, key, from, to, isWayBack } = change;
  if (WRITABLE[key] !== role || parseThumbprint(to) !== to) throw new CertopsError('SettingRefused', { role, key, to });
  const file = settingsFileIn(folder, role);
  const edit = (bytes: Buffer) => told(file, () => editSetting(bytes, key, from, to));
  await overwrite(context, file, edit, forChange(signal), isWayBack);
}

/** The editor's errors do not know the file: it is added here. */
function told<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CertopsError)) throw error;
    throw new CertopsError(error.code, { file, ...error.data });
  }
}
