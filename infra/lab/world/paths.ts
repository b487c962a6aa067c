import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * The real path of a lab host's Windows path: `C:\a\b` is `<root>/a/b`, `D:\x` is `<root>/D$/x`. Names match without
 * case, as on Windows. Null for anything that is not an absolute path with a drive.
 */
export function realPath(root: string, windowsPath: string): string | null {
  const parsed = /^([a-z]):[\\/]*(.*)$/isu.exec(windowsPath);
  if (parsed === null) return null;
  const drive = (parsed[1] ?? '').toUpperCase();
  const segments = (parsed[2] ?? '').split(/[\\/]+/u).filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) return null;
  return segments.reduce(step, drive === 'C' ? root : path.join(root, `${drive}$`));
}

function step(folder: string, segment: string): string {
  const exact = path.join(folder, segment);
  if (existsSync(exact)) return exact;
  const wanted = segment.toLowerCase();
  const found = list(folder).find((name) => name.toLowerCase() === wanted);
  return found === undefined ? exact : path.join(folder, found);
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
