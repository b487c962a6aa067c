import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { holdLock } from '../../../adapters/files/lock.ts';
import { nameOf, takeFolder } from '../../../src/roots/demo/folder.ts';
import { sentenceOf } from '../../../src/roots/program/fail.ts';

const NOBODY = 65534;
const isRoot = process.geteuid?.() === 0;

const folders: string[] = [];
afterEach(async () => {
  if (isRoot) process.seteuid?.(0);
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A folder in which a rehearsal of another user has ended. */
async function leftByAnother(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'certops-left-'));
  folders.push(folder);
  await (await holdLock('demo', { folder })).release();
  for (const file of await readdir(folder)) await chmod(path.join(folder, file), 0);
  await chmod(folder, 0o777);
  if (isRoot) process.seteuid?.(NOBODY);
  return folder;
}

/** On Windows the access list of a folder keeps others out. */
const whereModesAre = process.platform === 'win32' ? test.skip : test;

whereModesAre(
  'what another user has left in a folder is named, and nobody is told to end what may not be running',
  async () => {
    const folder = await leftByAnother();
    const error = await takeFolder(folder, false).then(
      () => null,
      (one) => one,
    );
    expect(error).toMatchObject({ code: 'LockHeld' });
    expect(sentenceOf(error)).toBe(
      `${path.join(folder, '.demo.lock.1')} belongs to another user, under whom one is running or has run: end it if it is running, and give its folder, with everything in it, back to this account. (LockHeld)`,
    );
  },
);

test('a folder below the present one is named from there, any other one in full', () => {
  expect(nameOf(path.resolve('.state/farm'))).toBe(path.join('.state', 'farm'));
  const elsewhere = path.resolve('..', 'elsewhere');
  expect(nameOf(elsewhere)).toBe(elsewhere);
});
