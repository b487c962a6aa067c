import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onceFree } from '../../../adapters/files/disk.ts';
import { openJournalDisk } from '../../../adapters/files/journal-disk.ts';
import { createKey, loadSigner } from '../../../adapters/files/keys.ts';
import { readText } from '../../../src/roots/program/files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certops-held-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const refused = (code: string): Error => Object.assign(new Error(code), { code });

/** Fails twice, as Windows does while another program has the file to itself, and then works. */
function heldTwice<A extends unknown[], T>(work: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  let left = 2;
  return async (...args) => {
    left -= 1;
    if (left >= 0) throw refused('EBUSY');
    return work(...args);
  };
}

test('a runner starts although another program briefly holds its key, configuration or journal', async () => {
  const file = join(folder, 'key.pem');
  const { publicKey } = await createKey(file);
  expect((await loadSigner(file, { read: heldTwice((name: string) => readFile(name)) })).publicKey).toBe(publicKey);
  await writeFile(join(folder, 'runner.json'), '{}');
  expect(await readText(join(folder, 'runner.json'), { read: heldTwice((name: string) => readFile(name)) })).toBe('{}');
  const disk = await openJournalDisk(join(folder, 'runner.journal'), { openFile: heldTwice(open) as typeof open });
  expect(await disk.size()).toBe(0);
  await disk.close();
});

const KEY = 'C:\\ProgramData\\certops\\key.pem';
const WAITING = `Waiting up to 60 s for ${KEY} (EBUSY): another program has it open...`;
const mayBeHeld = (code: string) => `Waiting up to 15 s for ${KEY} (${code}): another program may have it open...`;

test.each([
  ['EBUSY', 'linux', 60_000, [WAITING]],
  ['EBUSY', 'win32', 60_000, [WAITING]],
  ['EPERM', 'win32', 15_000, [mayBeHeld('EPERM')]],
  ['EACCES', 'win32', 15_000, [mayBeHeld('EACCES')]],
  ['UNKNOWN', 'win32', 15_000, [mayBeHeld('UNKNOWN')]],
  ['UNKNOWN', 'linux', 0, []],
  ['EPERM', 'linux', 0, []],
  ['EACCES', 'linux', 0, []],
  ['ENOENT', 'win32', 0, []],
] as const)('a file refused with %s on %s is waited for %i ms before the error is reported', async (...row) => {
  const [code, platform, ms, words] = row;
  let waited = 0;
  const said: string[] = [];
  const trying = onceFree(
    KEY,
    async () => {
      throw refused(code);
    },
    {
      wait: async (more) => {
        waited += more;
      },
      say: (sentence) => said.push(sentence),
      platform,
    },
  );
  await expect(trying).rejects.toMatchObject({ code });
  expect({ waited, said }).toEqual({ waited: ms, said: words });
});
