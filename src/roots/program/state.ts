import path from 'node:path';
import type { Options } from '../../config/options.ts';

/** Where each file of a state folder is: one key for all farms, and a journal for each. */
export const botFiles = (folder: string) => ({
  key: path.join(folder, 'key.pem'),
  journal: (farm: string) => path.join(folder, `${farm}.journal`),
  console: path.join(folder, 'console'),
  teams: path.join(folder, 'teams'),
});

export const botStream = (farm: string): string => `bot/${farm}`;
export const runnerStream = (host: string): string => `runner/${host}`;

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

export const botFolder = (options: Options): string => options.stateFolder ?? path.join('.state', 'bot');

export const runnerFolder = (options: Options): string =>
  options.stateFolder ??
  (options.programData === null ? '/var/lib/certops' : path.join(options.programData, 'certops'));
