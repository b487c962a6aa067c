import path from 'node:path';
import { systemRootHere } from '../../config/load.ts';
import type { Options } from '../../config/options.ts';

/** Where each file of a state folder is: one key for all farms, and a journal for each. */
export const botFiles = (folder: string) => ({
  key: path.join(folder, 'key.pem'),
  journal: (farm: string) => path.join(folder, `${farm}.journal`),
  console: path.join(folder, 'console'),
  teams: path.join(folder, 'teams'),
});

/** The name in each line of the bot's journal of a farm: a line of another one is not valid there. */
export const botStream = (farm: string): string => `bot/${farm}`;
/** The same of a runner's journal. */
export const runnerStream = (host: string): string => `runner/${host}`;

/** Where each file of a runner's state folder is. */
export const runnerFiles = (folder: string) => ({
  key: path.join(folder, 'key.pem'),
  config: path.join(folder, 'runner.json'),
  journal: path.join(folder, 'runner.journal'),
  log: path.join(folder, 'runner.log'),
  /** Disk space reserved for recording the end of an order, should the disk be full by then. */
  spare: path.join(folder, 'spare'),
  stop: path.join(folder, 'STOP'),
  /**
   * Id of a rotation that a person here wants put back: whoever can write into this folder controls the runner anyway.
   */
  undo: path.join(folder, 'UNDO'),
  temporary: path.join(folder, 'tmp'),
});

/** The one that the options name, else below the working folder. */
export const botFolder = (options: Options): string => options.stateFolder ?? path.join('.state', 'bot');

/**
 * Windows names ProgramData in every environment; whoever starts us may have left it out. A path without a drive would
 * then lead to whatever drive is the current one, where any user may make such a folder.
 */
export function runnerFolder(
  options: Pick<Options, 'stateFolder' | 'programData'>,
  { platform, env }: Here = process,
): string {
  if (options.stateFolder !== null) return options.stateFolder;
  const usual = path.win32.join(path.win32.parse(systemRootHere(undefined, { platform, env })).root, 'ProgramData');
  const shared = options.programData ?? (platform === 'win32' ? usual : null);
  return shared === null ? '/var/lib/certops' : path.join(shared, 'certops');
}

type Here = Pick<NodeJS.Process, 'platform' | 'env'>;
