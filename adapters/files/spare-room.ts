import { randomBytes } from 'node:crypto';
import { open, stat, unlink } from 'node:fs/promises';
import type { SpareRoom } from '../../src/ports/spare-room.ts';

/** Many times what the last entries of orders need, with the looks in them. */
const SPARE_BYTES = 256 * 1024;

/**
 * Reserved room on the journal's disk, as a file beside it. Random bytes: a file that the file system can compress
 * would free nothing.
 */
export function createSpareRoom(file: string, bytes = SPARE_BYTES): SpareRoom {
  const give = (): Promise<void> => unlink(file).catch(() => {});
  return {
    async keep() {
      const there = await stat(file).catch(() => null);
      if (there?.size === bytes) return;
      try {
        const handle = await open(file, 'w', 0o600);
        try {
          await handle.writeFile(randomBytes(bytes));
          await handle.sync();
        } finally {
          await handle.close();
        }
      } catch {
        // There is no room to reserve; part of it helps nobody.
        await give();
      }
    },
    give,
  };
}
