import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../../adapters/files/disk.ts';
import { holdLock } from '../../../adapters/files/lock.ts';
import type { Lock } from '../../../adapters/files/lock-options.ts';
import { CertopsError, isCertopsError } from '../../domain/errors.ts';

/**
 * Takes a state folder for one rehearsal. Scripts may run side by side (`mayMove`): each takes the first free folder.
 * Throws CertopsError `DemoRuns` with the address of the running rehearsal, and `LockHeld` if only the lock's owner
 * could tell whether one is running.
 */
export async function takeFolder(wanted: string, mayMove: boolean): Promise<{ state: string; lock: Lock }> {
  for (let number = 1; ; number += 1) {
    const state = path.resolve(number === 1 ? wanted : `${wanted}-${number}`);
    try {
      makeFolder(state);
      return { state, lock: await holdLock('demo', { folder: state }) };
    } catch (error) {
      if (!isCertopsError(error) || error.code !== 'LockHeld') throw error;
      if (mayMove) continue;
      if (error.data.file !== undefined) throw error;
      const url = await readFile(addressFile(state), 'utf8').catch(() => null);
      throw new CertopsError('DemoRuns', { folder: nameOf(state), url });
    }
  }
}

/** Leaves the console's address for whoever starts a second rehearsal; returns how to remove it. */
export async function leaveAddress(state: string, url: string): Promise<() => Promise<void>> {
  await writeFile(addressFile(state), url, { mode: 0o600 });
  return () => rm(addressFile(state), { force: true });
}

/** As short as it can be named from where the command was typed. */
export function nameOf(folder: string): string {
  const from = path.relative('', folder);
  return from === '' || from.startsWith('..') ? folder : from;
}

const addressFile = (state: string): string => path.join(state, 'address');
