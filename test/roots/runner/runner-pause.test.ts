import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { createMemorySigner } from '../../../adapters/memory/signer.ts';
import { runnerFiles } from '../../../src/roots/program/state.ts';
import { runnerPause } from '../../../src/roots/runner/here/pause.ts';
import { runnerInit } from '../../../src/roots/runner/runner-init.ts';

const farm = { farm: 'prod', host: 'sqlw01', master: 'sqlm01', botKey: [createMemorySigner().publicKey] };

let top: string;
let folder: string;
beforeEach(async () => {
  top = mkdtempSync(path.join(tmpdir(), 'certops-pause-'));
  folder = path.join(top, 'runner');
  for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockReturnValue(true);
  const windows = { makeFolder: async () => void mkdirSync(folder), program: async () => [] };
  await runnerInit({ ...farm, folder }, windows);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(top, { recursive: true });
});

const said = (): string =>
  jest
    .mocked(process.stdout.write)
    .mock.calls.map(([text]) => String(text))
    .join('');

test('a runner is paused by a file, and that is said', async () => {
  await runnerPause({ folder });
  expect(existsSync(runnerFiles(folder).stop)).toBe(true);
  expect(said()).toContain('sqlw01 is paused');
});

test('one that is paused already stays so, even if nothing can be written there', async () => {
  mkdirSync(runnerFiles(folder).stop);
  await runnerPause({ folder });
  expect(said()).toContain('sqlw01 is paused');
});

test('one whose journal cannot be read is paused, and that is said before what is wrong with the journal', async () => {
  writeFileSync(runnerFiles(folder).journal, 'altered\n');
  await expect(runnerPause({ folder })).rejects.toMatchObject({ code: 'JournalBroken' });
  expect(existsSync(runnerFiles(folder).stop)).toBe(true);
  expect(said()).toContain('sqlw01 is paused');
});
