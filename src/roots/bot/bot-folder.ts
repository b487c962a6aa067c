import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { closeKey, loadSigner } from '../../../adapters/files/keys.ts';
import { holdLock, lockHolder } from '../../../adapters/files/lock.ts';
import type { Lock } from '../../../adapters/files/lock-options.ts';
import { isOnNetwork } from '../../../adapters/files/network-folder.ts';
import { CertopsError } from '../../domain/errors.ts';
import type { Farm } from '../../domain/farm/farm.ts';
import type { Log } from '../../ports/log.ts';
import { botFiles } from '../program/state.ts';
import { hostOptionsBefore } from '../runner/host-options.ts';
import { namesOf } from './farms.ts';

/** Access lists of folders, for systems that have them; elsewhere file modes tell who has access. */
export interface FolderKeeper {
  /** Makes it for SYSTEM and Administrators only. */
  make(folder: string): Promise<void>;
  /** Who else may read or write a place in the folder, or the folder itself. */
  strangers(folder: string, place: string): Promise<readonly string[]>;
}

/** Loaded only when needed: a bot on another system has no use for Windows. */
const windows = () => import('../../../adapters/windows/index.ts');
const WINDOWS: FolderKeeper = {
  make: async (folder) => (await windows()).makeStateFolder(hostOptionsBefore(folder)),
  strangers: async (folder, place) => (await windows()).strangersTo(hostOptionsBefore(folder), place),
};
const HERE = process.platform === 'win32' ? WINDOWS : null;

/**
 * Call before `createKey`: whoever reads the bot's key can sign orders for every runner. A new or empty folder is made
 * for administrators only; one that holds something is accepted if nobody else has access. Throws `BotFolderOpen`, and
 * as `makeStateFolder`.
 */
export async function makeBotFolder(key: string, keeper: FolderKeeper | null = HERE): Promise<void> {
  if (keeper === null) return;
  const folder = path.dirname(path.resolve(key));
  const inside = await readdir(folder).catch(() => []);
  await (inside.length === 0 ? keeper.make(folder) : mustBeOwn(folder, [folder], keeper));
}

/**
 * Call before a bot trusts its folder: nobody else may read its key. With access lists this is only checked, because
 * the bot's account need not be an administrator; file modes are corrected. Throws `BotFolderOpen`, `KeyFileOpen`, and
 * as `loadSigner` does.
 */
export async function keepBotFolder(key: string, log: Log, keeper: FolderKeeper | null = HERE): Promise<void> {
  await loadSigner(key);
  if (keeper !== null) return lookAtBotFolder(key, keeper);
  if (await closeKey(key)) log.warn({ file: key }, 'others could read the key: exchange it if one of them may have');
  const folder = path.dirname(path.resolve(key));
  if (await isOnNetwork(folder))
    log.warn({ folder }, 'the folder lies on a network: nothing keeps a bot on another machine from writing there too');
}

/** With access lists, checks that nobody else reads or writes the folder or the key. Throws `BotFolderOpen`. */
export async function lookAtBotFolder(key: string, keeper: FolderKeeper | null = HERE): Promise<void> {
  const folder = path.dirname(path.resolve(key));
  if (keeper !== null) await mustBeOwn(folder, [folder, path.resolve(key)], keeper);
}

/** One bot at a time uses a folder; a second one logs that, and waits until the first has ended. */
export async function holdBotFolder(
  folder: string,
  farms: readonly Farm[],
  signal: AbortSignal,
  log: Log,
): Promise<Lock> {
  const holder = await lockHolder('bot', { folder }).catch(() => null);
  if (holder !== null) {
    const { who, pid, since } = holder;
    // Not `pid`: every log line already has that of its own process.
    log.info({ folder, who, process: pid, since }, 'another bot has this folder: this one begins when it has ended');
  }
  return holdLock('bot', {
    folder,
    who: `the bot of ${namesOf(farms)}`,
    keepsOpen: farms.map(({ name }) => botFiles(folder).journal(name)),
    wait: true,
    signal,
  });
}

async function mustBeOwn(folder: string, places: readonly string[], keeper: FolderKeeper): Promise<void> {
  for (const place of places.filter((one) => existsSync(one))) {
    const strangers = await keeper.strangers(folder, place);
    if (strangers.length > 0)
      throw new CertopsError('BotFolderOpen', { folder, place, strangers: strangers.join(', ') });
  }
}
