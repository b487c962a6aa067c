import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../../adapters/files/journal.ts';
import { openJournalDisk } from '../../../adapters/files/journal-disk.ts';
import { emptyDisk, openMemoryJournal } from '../../../adapters/memory/journal.ts';
import { type Add, describeJournal } from '../../contract/journal.ts';

describeJournal('in memory', async () => {
  const disk = emptyDisk<Add>();
  return {
    open: async (options) => openMemoryJournal({ ...options, disk }),
    full: (is) => {
      disk.full = is;
    },
  };
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certops-journal-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
let count = 0;

describeJournal('in a file', async () => {
  let full = false;
  count += 1;
  const file = join(folder, `contract-${count}.jsonl`);
  return {
    open: (options) =>
      openJournal({
        ...options,
        file,
        openDisk: async (name) => {
          const disk = await openJournalDisk(name);
          const write: typeof disk.write = async (bytes, at) => {
            if (full) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
            await disk.write(bytes, at);
          };
          return { ...disk, write };
        },
      }),
    full: (is) => {
      full = is;
    },
  };
});
