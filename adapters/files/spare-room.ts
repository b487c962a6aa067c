import { randomBytes } from 'node:crypto';
import { open, stat, unlink } from 'node:fs/promises';
import type { SpareRoom } from '../../src/ports/spare-room.ts';

/** Many times what the ends of orders take, with the looks in them. */
const SPARE_BYTES = 256 * 1024;

/**
 * Room on the journal's disk, as a file beside it. Of bytes that nobody can compress: what a file system keeps small
 * gives nothing back.
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
        // There is no room to keep: the half of it helps nobody.
        await give();
      }
    },
    give,
  };
}
