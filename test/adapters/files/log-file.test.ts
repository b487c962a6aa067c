import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openLogFile } from '../../../adapters/files/log-file.ts';

let folder: string;
let file: string;
let told: string[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'certops-log-'));
  file = path.join(folder, 'runner.log');
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const missing = (lines: number): string => `${lines} lines are missing here\n`;
const open = (limit = 1_000) => openLogFile(file, { limit, said: (reason) => void told.push(reason), missing });
const read = (name = file): string => readFileSync(name, 'utf8');

test('lines are kept in order after earlier ones, and nobody else can read the file', () => {
  open().write('one\n');
  const log = open();
  log.write('two\n');
  log.write('three\n');
  expect(read()).toBe('one\ntwo\nthree\n');
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(told).toEqual([]);
});

const whereProcIs = existsSync('/proc/self') ? test : test.skip;

whereProcIs('a folder that cannot be made is told of, and holds nobody up', () => {
  file = '/proc/none/runner.log';
  open().write('one\n');
  expect(told).toEqual(['ENOENT']);
});

test('a missing folder is made', () => {
  file = path.join(folder, 'a', 'b', 'runner.log');
  open().write('one\n');
  expect(read()).toBe('one\n');
});

test('a full file is kept once, replacing the one kept before', () => {
  const log = open(10);
  for (const line of ['1234567\n', 'abcdefg\n', 'ABCDEFG\n']) log.write(line);
  expect([read(), read(`${file}.1`)]).toEqual(['ABCDEFG\n', 'abcdefg\n']);
});

test('what is already in the file counts, and a line longer than the limit is kept by itself', () => {
  writeFileSync(file, '12345678\n');
  const log = open(10);
  log.write(`${'x'.repeat(20)}\n`);
  log.write('next\n');
  expect([read(), read(`${file}.1`)]).toEqual(['next\n', `${'x'.repeat(20)}\n`]);
});

test('a file that cannot be rolled over grows to twice its limit, and says later how many lines are missing', () => {
  mkdirSync(`${file}.1`);
  writeFileSync(path.join(`${file}.1`, 'held'), '');
  const log = open(10);
  for (let n = 0; n < 10; n += 1) log.write('12345\n');
  expect(read()).toBe('12345\n'.repeat(3));
  expect(told).toHaveLength(1);
  rmSync(`${file}.1`, { recursive: true });
  log.write('12345\n');
  expect([read(), read(`${file}.1`)]).toEqual(['7 lines are missing here\n12345\n', '12345\n'.repeat(3)]);
});

const FULL = '/dev/full';
(existsSync(FULL) ? test : test.skip)('a full disk throws nothing, is reported once, and logging resumes', () => {
  symlinkSync(FULL, file);
  const log = open();
  for (const line of ['one\n', 'two\n']) log.write(line);
  expect(told).toEqual(['ENOSPC']);
  rmSync(file);
  log.write('three\n');
  log.write('four\n');
  expect(read()).toBe('2 lines are missing here\nthree\nfour\n');
});

test('a folder in the place of the file throws nothing either', () => {
  mkdirSync(file);
  open().write('one\n');
  // Windows opens a folder, but takes no bytes.
  expect(told).toEqual([process.platform === 'win32' ? expect.any(String) : 'EISDIR']);
});
