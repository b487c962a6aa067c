import { stat } from 'node:fs/promises';
import { toStderr } from '../../../adapters/files/disk.ts';
import { eventBefore, keepStateFolder } from '../../../adapters/windows/index.ts';
import { parseRunnerConfig, type RunnerConfig } from '../../config/runner-config.ts';
import { CertopsError, isCertopsError } from '../../domain/errors.ts';
import { sentenceOf } from '../program/fail.ts';
import { type Reading, readText } from '../program/files.ts';
import { runnerFiles } from '../program/state.ts';
import { hostOptionsBefore } from './host-options.ts';
import { mustNotBeBots } from './peers.ts';

/**
 * The runner's own configuration, read only once its folder is protected: its content decides which programs and
 * folders are used. Throws as `mustBeSetUp` and `mustNotBeBots`, CertopsError `RunnerConfigNotValid`, and what keeping
 * the folder throws.
 */
export async function ownConfig(
  folder: string,
  keep: typeof keepOwnFolder,
  reading: Reading = {},
): Promise<RunnerConfig> {
  const files = runnerFiles(folder);
  await mustBeSetUp(files);
  await keep(folder);
  const config = parseRunnerConfig(await readText(files.config, reading), files.config);
  mustNotBeBots(config);
  return config;
}

/**
 * A file that this account may not look at is not missing: setting the runner up again would be the wrong advice.
 * Throws CertopsError `RunnerNotSetUp`, `FileNotReadable`.
 */
export async function mustBeSetUp({ config: file }: ReturnType<typeof runnerFiles>): Promise<void> {
  await stat(file).catch(({ code }: NodeJS.ErrnoException) => {
    if (code === 'ENOENT') throw new CertopsError('RunnerNotSetUp', { file });
    throw new CertopsError('FileNotReadable', { file, reason: code ?? 'unknown' });
  });
}

/** On Windows only: a rehearsal's folder has nobody to be protected from. Only under the runner's lock. */
export async function keepOwnFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') await keepStateFolder(hostOptionsBefore(folder));
}

/**
 * Begins a runner's start, before it has a log; on Windows the event log says why it went no further, as a task
 * discards console output. Throws as `begin` does.
 */
export const begunOrTold = <T>(folder: string, begin: () => Promise<T>): Promise<T> =>
  process.platform === 'win32'
    ? doneOrTold(begin, (sentence) => eventBefore(hostOptionsBefore(folder), 105, sentence))
    : begin();

/**
 * Says what is waited for while there is no log yet: on Windows in the event log too, which may refuse a record.
 */
export function sayBefore(folder: string, sentence: string): void {
  toStderr(sentence);
  if (process.platform === 'win32') void eventBefore(hostOptionsBefore(folder), 105, sentence).catch(() => {});
}

/** Tells why this was not done, unless it is a bug in certops. Throws as `work` does. */
export async function doneOrTold<T>(work: () => Promise<T>, event: (sentence: string) => Promise<void>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isCertopsError(error)) await event(`The runner did not start: ${whyNot(error)}`).catch(() => {});
    throw error;
  }
}

/**
 * Their sentences name only files, folders and accounts. Others may quote a configuration, and every user may read
 * events.
 */
const OF_FILES = ['FolderNotProtected', 'RunnerNotSetUp', 'FileNotReadable'];

/** An event holds 1000 characters and no quotation marks, so commands to type could not be shown in it correctly. */
function whyNot(error: CertopsError): string {
  const { folder, others } = error.data;
  if (Array.isArray(others))
    return `${others.join(', ')} may write into ${folder}. certops runner status, elevated, says what to type. (${error.code})`;
  return OF_FILES.includes(error.code)
    ? sentenceOf(error)
    : `node runner.mjs in an elevated window says why. (${error.code})`;
}
