import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { tempFolderOf, type WindowsContext } from '../../../adapters/windows/context.ts';
import { createPaths } from '../../../adapters/windows/paths.ts';
import { createTools } from '../../../adapters/windows/tools.ts';
import { type Lab, type LabOptions, startLab } from '../../../infra/lab/index.ts';
import type { HostName } from '../../../src/domain/values.ts';

/** A lab in its own folder, which is removed at the end. */
export async function openLab(options: Omit<LabOptions, 'folder'>): Promise<{ lab: Lab; end(): Promise<void> }> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'certops-lab-'));
  const lab = await startLab({ folder, ...options });
  await lab.connected();
  return {
    lab,
    end: async () => {
      await lab.close();
      await fs.rm(folder, { recursive: true, force: true });
    },
  };
}

/** One of its machines as the adapter sees it. */
export function contextOf(lab: Lab, name: string): WindowsContext {
  const info = lab.hosts.find((host) => host.name === name);
  if (info === undefined) throw new Error(`no such host: ${name}`);
  const paths = createPaths(info.root);
  const stateFolder = path.join(info.root, 'ProgramData', 'certops', randomUUID());
  return {
    name: name as HostName,
    version: '0.0.0-test',
    tools: createTools({ systemRoot: info.systemRoot, paths, toolsRecord: null }),
    paths,
    systemRoot: info.systemRoot,
    root: info.root,
    connect: info.connect,
    overrides: {},
    stateFolder,
    tempFolder: tempFolderOf(paths, stateFolder, info.systemRoot),
    arch: 'x64',
    clock: {
      now: () => Date.now(),
      steady: () => performance.now(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    },
  };
}

/** Names of all files below a folder. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await fs.readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}
