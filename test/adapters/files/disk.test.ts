import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeFolder } from '../../../adapters/files/disk.ts';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'certops-disk-'));
afterAll(() => rmSync(scratch, { recursive: true }));

test('a folder that would lie inside a file is refused as what it is, a folder that cannot be made', () => {
  const file = path.join(scratch, 'file');
  writeFileSync(file, '');
  // Windows finds no folder there, and then that the file is in its place.
  const code = process.platform === 'win32' ? 'EEXIST' : 'ENOTDIR';
  expect(thrownBy(() => makeFolder(path.join(file, 'x')))).toMatchObject({ code, syscall: 'mkdir' });
  expect(thrownBy(() => makeFolder(path.join(file, 'x', 'y')))).toMatchObject({ code, syscall: 'mkdir' });
  expect(thrownBy(() => makeFolder(file))).toMatchObject({ code: 'EEXIST', syscall: 'mkdir' });
});

test('a folder that is there stays, and one that is not is made with its parents', () => {
  const folder = path.join(scratch, 'a', 'b');
  makeFolder(folder);
  expect(statSync(folder).isDirectory()).toBe(true);
  expect(() => makeFolder(folder)).not.toThrow();
});

function thrownBy(work: () => void): unknown {
  try {
    work();
    return null;
  } catch (error) {
    return error;
  }
}
