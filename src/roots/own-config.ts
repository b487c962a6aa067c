import { stat } from 'node:fs/promises';
import { eventBefore, keepStateFolder } from '../../adapters/windows/index.ts';
import { parseRunnerConfig, type RunnerConfig } from '../config/runner-config.ts';
import { CertopsError, isCertopsError } from '../domain/errors.ts';
import { sentenceOf } from './fail.ts';
import { readText } from './files.ts';
import { hostOptionsBefore } from './host-options.ts';
import { runnerFiles } from './state.ts';

/**
 * The runner's own configuration, read once its folder is nobody else's: what it says picks programs and folders.
 * Throws as `mustBeSetUp`, CertopsError `RunnerConfigNotValid`, and what keeping the folder throws.
 */
export async function ownConfig(folder: string, keep: typeof keepOwnFolder): Promise<RunnerConfig> {
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

/** The same at a runner's start, which nobody may be looking at. */
export const keepAtStart = (folder: string): Promise<void> =>
  keptOrTold(
    () => keepOwnFolder(folder),
    (sentence) => eventBefore(hostOptionsBefore(folder), 105, sentence),
  );

/**
 * Why it could not be kept stands in the event log: a task of Windows throws the console away, and whoever may write
 * in the folder could lead a log in it anywhere. Throws as `keep` does.
 */
export async function keptOrTold(keep: () => Promise<void>, event: (sentence: string) => Promise<void>): Promise<void> {
  try {
    await keep();
  } catch (error) {
    if (isCertopsError(error)) await event(`The runner did not start: ${whyNot(error)}`).catch(() => {});
    throw error;
  }
}

/** An event has 1000 characters and no quotation marks, so what is to be typed would not stand in it as it has to. */
const whyNot = (error: CertopsError): string => {
  const { folder, others } = error.data;
  return Array.isArray(others)
    ? `${others.join(', ')} may write into ${folder}. certops runner status, elevated, says what to type. (${error.code})`
    : sentenceOf(error);
};
