import { existsSync } from 'node:fs';
import { keepStateFolder } from '../../adapters/windows/index.ts';
import { parseRunnerConfig, type RunnerConfig } from '../config/runner-config.ts';
import { CertopsError } from '../domain/errors.ts';
import { readText } from './files.ts';
import { hostOptionsBefore } from './host-options.ts';
import { runnerFiles } from './state.ts';

/**
 * The runner's own configuration, read once its folder is nobody else's: what it says picks programs and folders.
 * Throws CertopsError `RunnerNotSetUp`, `RunnerConfigNotValid`, and what keeping the folder throws.
 */
export async function ownConfig(folder: string, keep = keepOwnFolder): Promise<RunnerConfig> {
  const files = runnerFiles(folder);
  if (!existsSync(files.config)) throw new CertopsError('RunnerNotSetUp', { file: files.config });
  await keep(folder);
  return parseRunnerConfig(await readText(files.config));
}

/** On Windows alone: the folder of a rehearsal has nobody to be kept from. Only under the runner's lock. */
export async function keepOwnFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') await keepStateFolder(hostOptionsBefore(folder));
}
