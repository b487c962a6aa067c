import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { LabHost } from '../world/host.ts';
import { profileOf } from '../world/registry.ts';
import type { ServiceConfig } from '../world/state.ts';

export type Level = 'Information' | 'Error';

/** Folder of a service's own log, below the profile of its account (2022 adds `16`). */
const logFolder = (service: ServiceConfig): string =>
  `${profileOf(service)}\\AppData\\Local\\SSIS\\ScaleOut\\16\\${service.role === 'master' ? 'Master' : 'Agent'}`;

/** Appends one line: time in UTC, level, process, sentence. One file a day. */
export function writeLog(
  host: LabHost,
  service: ServiceConfig,
  entry: { now: number; level: Level; pid: number; sentence: string },
): void {
  const at = new Date(entry.now).toISOString();
  const file = host.real(`${logFolder(service)}\\${service.name}_${at.slice(0, 10).replace(/-/gu, '')}.log`) ?? '';
  mkdirSync(path.dirname(file), { recursive: true });
  appendFileSync(file, `${at} ${entry.level}: 0 : [${entry.pid}] ${entry.sentence}\r\n`);
}
