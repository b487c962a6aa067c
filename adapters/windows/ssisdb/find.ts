import fs from 'node:fs/promises';
import path from 'node:path';
import type { WindowsContext } from '../context.ts';
import { parseRegistry, text } from '../parse/registry.ts';
import { remembered } from '../remembered.ts';

const SQL_SERVER = 'HKLM\\SOFTWARE\\Microsoft\\Microsoft SQL Server';
const CLIENT_SETUP = /\\(\d{2,4})\\Tools\\ClientSetup$/iu;

/** Where the installer of the sqlcmd written in Go puts it, without a registry entry. */
const IN_GO = 'Program Files\\SqlCmd';

/**
 * Windows path of sqlcmd.exe's folder: the one in this runner's configuration, else the newest that the client tools
 * registered (`<version>\Tools\ClientSetup`, value ODBCToolsPath) and that has the file, else that of the sqlcmd
 * written in Go; null: none is registered either.
 */
export async function findSqlcmd(context: WindowsContext): Promise<string | null> {
  const { sqlcmdFolder } = context.overrides;
  if (sqlcmdFolder !== undefined && sqlcmdFolder !== '') return sqlcmdFolder;
  return remembered(context, 'folder of sqlcmd', () => installedFolder(context));
}

/** What Go's linker writes near the beginning of each program; Go itself looks for it within this many bytes. */
const GO_MARK = 'Go build ID: "';
const GO_MARK_WITHIN = 32_768;

/** Whether that folder's sqlcmd is written in Go: by the folder's name, or by how the file begins. */
export async function isWrittenInGo(context: WindowsContext, folder: string): Promise<boolean> {
  if (path.win32.basename(folder).toLowerCase() === path.win32.basename(IN_GO).toLowerCase()) return true;
  // when it cannot be read, starting it will tell why
  const file = await fs.open(context.paths.toFileSystem(path.win32.join(folder, 'sqlcmd.exe'))).catch(() => null);
  if (file === null) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(GO_MARK_WITHIN), 0, GO_MARK_WITHIN, 0);
    return buffer.subarray(0, bytesRead).includes(GO_MARK);
  } catch {
    return false;
  } finally {
    await file.close();
  }
}

async function installedFolder(context: WindowsContext): Promise<string | null> {
  const registered = await registeredFolders(context);
  const inGo = path.win32.join(path.win32.parse(context.systemRoot).root, IN_GO);
  for (const folder of [...registered, inGo]) {
    // An uninstalled version may leave its entry behind.
    const file = context.paths.toFileSystem(path.win32.join(folder, 'sqlcmd.exe'));
    if (
      await fs.access(file).then(
        () => true,
        () => false,
      )
    )
      return folder;
  }
  return registered[0] ?? null;
}

async function registeredFolders(context: WindowsContext): Promise<readonly string[]> {
  // `/v` last, or the next argument may be taken for the name of a value
  const args = ['query', SQL_SERVER, '/s', '/e', '/f', 'ODBCToolsPath', '/v'];
  const { code, text: output } = await context.tools.run('reg', args, { timeLimitMs: 30_000 });
  // one exit code for "nothing found", "no such key" and "access denied": in each case the folder has to be configured
  if (code !== 0) return [];
  const found = parseRegistry(output).flatMap((key) => {
    const version = CLIENT_SETUP.exec(key.path)?.[1];
    const folder = text(key, 'ODBCToolsPath');
    // this product starts no program from a share or from a path with a variable
    if (version === undefined || folder === null || !/^[a-z]:\\/iu.test(folder)) return [];
    return [{ version: Number(version), folder }];
  });
  return found.sort((one, other) => other.version - one.version).map(({ folder }) => folder);
}
