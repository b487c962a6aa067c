import path from 'node:path';
import type { WindowsHostOptions } from '../../adapters/windows/index.ts';
import { toolEnvironment } from '../config/load.ts';
import type { RunnerConfig } from '../config/runner-config.ts';
import { systemClock } from './system-clock.ts';
import { VERSION } from './version.ts';

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
    arch: process.arch,
    environment: toolEnvironment(),
    clock: systemClock,
  };
}
