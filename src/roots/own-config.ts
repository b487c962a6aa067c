import { stat } from 'node:fs/promises';
import { keepStateFolder } from '../../adapters/windows/index.ts';
import { parseRunnerConfig, type RunnerConfig } from '../config/runner-config.ts';
import { CertopsError } from '../domain/errors.ts';
import { readText } from './files.ts';
import { hostOptionsBefore } from './host-options.ts';
import { runnerFiles } from './state.ts';

/**
 * The runner's own configuration, read once its folder is nobody else's: what it says picks programs and folders.
 * Throws as `mustBeSetUp`, CertopsError `RunnerConfigNotValid`, and what keeping the folder throws.
 */
export async function ownConfig(folder: string, keep = keepOwnFolder): Promise<RunnerConfig> {
  const files = runnerFiles(folder);
  await mustBeSetUp(files);
  await keep(folder);
  return parseRunnerConfig(await readText(files.config));
}

/**
 * To whoever may not look into the folder the file is not missing: setting the runner up anew would not be the way on.
 * Throws CertopsError `RunnerNotSetUp`, `FileNotReadable`.
 */
export async function mustBeSetUp({ config: file }: ReturnType<typeof runnerFiles>): Promise<void> {
  await stat(file).catch(({ code }: NodeJS.ErrnoException) => {
    if (code === 'ENOENT') throw new CertopsError('RunnerNotSetUp', { file });
    throw new CertopsError('FileNotReadable', { file, reason: code ?? 'unknown' });
  });
}

/** On Windows alone: the folder of a rehearsal has nobody to be kept from. Only under the runner's lock. */
export async function keepOwnFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') await keepStateFolder(hostOptionsBefore(folder));
}
