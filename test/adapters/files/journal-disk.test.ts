import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournalDisk } from '../../../adapters/files/journal-disk.ts';

test('a journal’s disk is told to keep what was written, which no file that is read back could show', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'certops-disk-'));
  try {
    const file = join(folder, 'runner.journal');
    const synced: string[] = [];
    const counting = async (...args: Parameters<typeof open>): Promise<FileHandle> => {
      const handle = await open(...args);
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        await sync();
        synced.push(readFileSync(file, 'utf8'));
      };
      return handle;
    };
    const disk = await openJournalDisk(file, { openFile: counting as typeof open });
    await disk.write(Buffer.from('a line\n'), 0);
    expect(synced).toEqual([]);
    await disk.sync();
    expect(synced).toEqual(['a line\n']);
    await disk.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
