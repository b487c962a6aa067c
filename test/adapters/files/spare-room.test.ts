import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSpareRoom } from '../../../adapters/files/spare-room.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'certops-spare-'));
  file = path.join(folder, 'spare');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('room is kept once, given back, and kept again', async () => {
  const room = createSpareRoom(file, 4096);
  await room.keep();
  expect(statSync(file).size).toBe(4096);
  const { mtimeMs } = statSync(file);
  await room.keep();
  expect(statSync(file).mtimeMs).toBe(mtimeMs);
  await room.give();
  expect(existsSync(file)).toBe(false);
  await room.keep();
  expect(statSync(file).size).toBe(4096);
});

test('a partial file, as a full disk leaves it, is made whole', async () => {
  writeFileSync(file, 'x');
  await createSpareRoom(file, 4096).keep();
  expect(statSync(file).size).toBe(4096);
});

test('where nothing can be written, nothing is kept and nothing is thrown', async () => {
  const room = createSpareRoom(path.join(folder, 'none', 'spare'), 4096);
  await room.keep();
  await room.give();
  expect(existsSync(path.join(folder, 'none'))).toBe(false);
});
