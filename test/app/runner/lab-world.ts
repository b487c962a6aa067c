import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createWindowsHost } from '../../../adapters/windows/index.ts';
import { type LabOptions, startLab } from '../../../infra/lab/index.ts';
import { systemClock } from '../../../src/roots/program/system-clock.ts';
import { host } from './world.ts';

/** The lab's machines as the product sees them: real tools, files and sockets, in a folder that is gone at the end. */
export async function openLabWorld(options: Omit<LabOptions, 'folder'>) {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'certops-lab-'));
  const lab = await startLab({ folder, ...options });
  await lab.connected();
  return {
    clock: systemClock,
    windowsHost(name: string) {
      const info = lab.hosts.find((one) => one.name === name);
      if (info === undefined) throw new Error(`no such host: ${name}`);
      const { root, systemRoot, connect } = info;
      const stateFolder = path.join(root, 'ProgramData', 'certops', randomUUID());
      const fixed = { version: '0.0.0', overrides: {}, arch: 'x64', clock: systemClock };
      return createWindowsHost({ name: host(name), systemRoot, root, connect, stateFolder, ...fixed });
    },
    /** What the machine's event log holds of a runner, by number. */
    async events(name: string): Promise<readonly { id: number; text: string }[]> {
      const file = lab.machine(name).host.real('C:\\Windows\\System32\\winevt\\Logs\\Application.jsonl') ?? '';
      const lines = (await fs.readFile(file, 'utf8').catch(() => '')).split('\n').slice(0, -1);
      return lines.map((line) => JSON.parse(line) as { id: number; text: string });
    },
    async close() {
      await lab.close();
      await fs.rm(folder, { recursive: true, force: true });
    },
  };
}
