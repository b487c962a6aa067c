import os from 'node:os';
import path from 'node:path';
import type { WindowsHostOptions } from '../../../adapters/windows/index.ts';
import { systemRootHere, toolEnvironment } from '../../config/load.ts';
import type { RunnerConfig } from '../../config/runner-config.ts';
import type { HostName } from '../../domain/values.ts';
import { systemClock } from '../program/system-clock.ts';
import { VERSION } from '../version.ts';

/** This machine, as the runner's own configuration describes it. */
export function hostOptions({ host, overrides }: RunnerConfig, folder: string): WindowsHostOptions {
  const { systemRoot, root, connect, addresses, ...named } = overrides;
  return {
    name: host,
    version: VERSION,
    systemRoot,
    root,
    connect,
    addresses,
    overrides: named,
    stateFolder: path.resolve(folder),
    program: ownProgram(),
    arch: process.arch,
    environment: toolEnvironment(),
    clock: systemClock,
  };
}

const ownProgram = (): readonly string[] => [process.execPath, ...process.argv.slice(1, 2)];

/** This machine, as far as it is known before its runner's configuration can be trusted. */
export const hostOptionsBefore = (folder: string): WindowsHostOptions => ({
  name: os.hostname().toLowerCase() as HostName,
  version: VERSION,
  systemRoot: systemRootHere(),
  root: null,
  connect: {},
  overrides: {},
  stateFolder: path.resolve(folder),
  arch: process.arch,
  environment: toolEnvironment(),
  clock: systemClock,
});
