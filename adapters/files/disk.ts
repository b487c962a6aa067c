import { open } from 'node:fs/promises';
import { errorCode } from '../../src/domain/errors.ts';

/** Makes a new name in a folder survive a power cut. Windows has no such call and refuses to open a folder. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!['EPERM', 'EISDIR', 'EACCES', 'EINVAL', 'ENOTSUP', 'EBADF'].includes(errorCode(error))) throw error;
  }
}
