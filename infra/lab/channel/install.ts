import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LabHost } from '../world/host.ts';
import { shimText, TOOL_NAMES } from './shim.ts';

/** Puts the tools into each host's System32, as they are expected there. Files that are right are left alone. */
export function installShims(hosts: readonly LabHost[], runFolder: string): void {
  for (const host of hosts) {
    const folder = host.real('C:\\Windows\\System32') ?? '';
    const text = shimText(host.state.name, runFolder);
    mkdirSync(folder, { recursive: true });
    for (const tool of TOOL_NAMES) {
      const file = path.join(folder, `${tool}.exe`);
      if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
      chmodSync(file, 0o755);
    }
  }
}

/** A tool that policy blocks cannot be started at all. */
export function allowTool(host: LabHost, tool: string, allowed: boolean): void {
  const file = host.real(`C:\\Windows\\System32\\${tool}.exe`);
  if (file !== null && existsSync(file)) chmodSync(file, allowed ? 0o755 : 0o644);
}
