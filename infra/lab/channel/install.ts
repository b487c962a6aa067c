import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LabHost } from '../world/host.ts';
import { SQLCMD_FOLDER } from '../world/registry.ts';
import { shimText, TOOL_NAMES } from './shim.ts';

/** Puts the tools' stand-ins into System32, and sqlcmd's into its own folder. Files that are right are left alone. */
export function installShims(hosts: readonly LabHost[], runFolder: string): void {
  for (const host of hosts) {
    const folder = host.real('C:\\Windows\\System32') ?? '';
    const text = shimText(host.state.name, runFolder);
    const sqlcmd = sqlcmdOf(host);
    for (const file of [...TOOL_NAMES.map((tool) => path.join(folder, `${tool}.exe`)), ...sqlcmd]) {
      mkdirSync(path.dirname(file), { recursive: true });
      if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
      chmodSync(file, 0o755);
    }
  }
}

const sqlcmdOf = (host: LabHost): string[] =>
  host.state.roles.includes('master') ? [host.real(`${SQLCMD_FOLDER}\\sqlcmd.exe`) ?? ''] : [];

/** Unlike the other tools, sqlcmd can be missing as well as blocked. */
export function allowSqlcmd(host: LabHost, allowed: boolean, there: boolean): void {
  for (const file of sqlcmdOf(host)) {
    const away = `${file}.away`;
    if (there && existsSync(away)) renameSync(away, file);
    if (!there && existsSync(file)) renameSync(file, away);
    if (there && existsSync(file)) chmodSync(file, allowed ? 0o755 : 0o644);
  }
}

/** A tool that policy blocks cannot be started at all. */
export function allowTool(host: LabHost, tool: string, allowed: boolean): void {
  const file = host.real(`C:\\Windows\\System32\\${tool}.exe`);
  if (file !== null && existsSync(file)) chmodSync(file, allowed ? 0o755 : 0o644);
}
