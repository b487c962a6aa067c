import { createKeyring } from '../../../../adapters/files/keyring.ts';
import { loadSigner } from '../../../../adapters/files/keys.ts';
import { holdLock } from '../../../../adapters/files/lock.ts';
import type { Lock } from '../../../../adapters/files/lock-options.ts';
import { readJournal } from '../../../../adapters/files/read-journal.ts';
import { parseRunnerConfig, type RunnerConfig } from '../../../config/runner-config.ts';
import { isCertopsError } from '../../../domain/errors.ts';
import type { RunnerEntry } from '../../../domain/journal/entries.ts';
import type { Recorded, Signer } from '../../../ports/journal.ts';
import { runnerJournal } from '../../former-keys.ts';
import { readText } from '../../program/files.ts';
import { readOptions } from '../../program/options.ts';
import { runnerFiles, runnerFolder } from '../../program/state.ts';
import { mustBeSetUp } from '../own-config.ts';

export interface HereFlags {
  readonly folder?: string;
}

/** This machine's runner as its state folder shows it: everything that the manual commands need. */
export interface OwnRunner {
  readonly folder: string;
  readonly files: ReturnType<typeof runnerFiles>;
  readonly config: RunnerConfig;
  readonly signer: Signer;
  /** Where the running runner's lock is: one per machine; in a rehearsal a machine is a folder. */
  readonly place: { readonly folder?: string };
  /** The journal as it is on disk now, whoever is writing it. */
  lines(): Promise<readonly Recorded<RunnerEntry>[]>;
}

/** Throws CertopsError `RunnerNotSetUp`, `FileNotReadable`, `RunnerConfigNotValid`, `KeyFileMissing`. */
export async function openOwnRunner(flags: HereFlags): Promise<OwnRunner> {
  const folder = runnerFolder(readOptions({ stateFolder: flags.folder }));
  const files = runnerFiles(folder);
  await mustBeSetUp(files);
  const config = parseRunnerConfig(await readText(files.config), files.config);
  const signer = await loadSigner(files.key);
  return {
    folder,
    files,
    config,
    signer,
    place: config.overrides.root === null ? {} : { folder: config.overrides.root },
    lines: async () => {
      const { formerKeys, ...journal } = await runnerJournal(folder, config.host);
      return readJournal<RunnerEntry>({ ...journal, keyring: createKeyring(signer.publicKey, formerKeys) });
    },
  };
}

/** What the name of a manual command begins with, where it holds the runner's lock. */
const BY_HAND = 'the command ';

/** How a manual command is named to whoever finds the runner's lock held. */
export const byHand = (command: string, host: string): string => `${BY_HAND}${command} on ${host}`;

export const isByHand = (who: unknown): who is string => String(who).startsWith(BY_HAND);

/**
 * The runner's own lock, for the duration of a manual command. null: a runner is running. Otherwise throws as
 * `holdLock`, also `LockHeld` by another such command: that one takes no requests, and nobody would answer.
 */
export async function lockUnlessRunning({ config, place, files }: OwnRunner, command: string): Promise<Lock | null> {
  try {
    const who = byHand(command, config.host);
    return await holdLock('runner', { ...place, who, keepsOpen: [files.journal] });
  } catch (error) {
    if (isCertopsError(error) && error.code === 'LockHeld' && !isByHand(error.data.who)) return null;
    throw error;
  }
}
