import path from 'node:path';
import { CertopsError } from '../../src/domain/errors.ts';

/** Maps between Windows paths and the file system that Node sees, both ways. */
export interface HostPaths {
  /** From `C:\a\b` to a path for node:fs. Throws `PathNotLocal`. */
  toFileSystem(windowsPath: string): string;
  /** The other way, for tool arguments. Throws `PathOutsideHost`. */
  toWindows(fileSystemPath: string): string;
}

export const createPaths = (root: string | null): HostPaths => ({
  toFileSystem: (windowsPath) => toFileSystem(windowsPath, root),
  toWindows: (fileSystemPath) => toWindows(fileSystemPath, root),
});

/**
 * A Windows path as the file system sees it: unchanged on Windows (`root` null); below the host's folder in the lab,
 * where `C:\a\b` is `<root>/a/b` and `D:\x` is `<root>/D$/x`. Only absolute paths on a drive: a share or a relative
 * path throws `PathNotLocal`.
 */
export function toFileSystem(windowsPath: string, root: string | null): string {
  const { drive, names } = split(windowsPath);
  if (root === null) return path.win32.join(`${drive}:\\`, ...names);
  return path.join(root, ...(drive === 'C' ? [] : [`${drive}$`]), ...names);
}

/** The Windows path of a file below `root`; on Windows (`root` null) the path itself, normalised. */
export function toWindows(fileSystemPath: string, root: string | null): string {
  if (root === null) return path.win32.normalize(fileSystemPath);
  const relative = path.relative(root, path.resolve(fileSystemPath));
  const names = relative.split(path.sep).filter((name) => name !== '');
  if (path.isAbsolute(relative) || names[0] === '..')
    throw new CertopsError('PathOutsideHost', { path: fileSystemPath });
  const drive = /^([A-Z])\$$/u.exec(names[0] ?? '')?.[1];
  return path.win32.join(drive === undefined ? 'C:\\' : `${drive}:\\`, ...names.slice(drive === undefined ? 0 : 1));
}

function split(windowsPath: string): { drive: string; names: readonly string[] } {
  const found = /^([a-z]):[\\/]/iu.exec(windowsPath);
  if (found?.[1] === undefined || windowsPath.includes('\0'))
    throw new CertopsError('PathNotLocal', { path: windowsPath });
  // normalize() resolves `..` and stops at the drive, so nothing climbs out of the host's folder
  const names = path.win32.normalize(windowsPath).slice(3).split('\\');
  return { drive: found[1].toUpperCase(), names: names.filter((name) => name !== '') };
}
