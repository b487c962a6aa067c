import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { serviceProblems } from '../../../adapters/windows/look-problems.ts';
import { createPaths } from '../../../adapters/windows/paths.ts';
import { accountSid } from '../../../adapters/windows/services/account.ts';
import type { ServiceFacts } from '../../../src/domain/machine/host-facts.ts';
import { fakeClock, fakeContext } from './fake-context.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'certops-problems-'));
const context = fakeContext(
  {
    run: async () => {
      throw new Error('nothing is asked');
    },
  },
  { root, paths: createPaths(root) },
);
const FOLDER = 'C:\\x';
const settings = path.join(context.paths.toFileSystem(FOLDER), 'MasterSettings.config');

beforeEach(() => {
  fs.rmSync(settings, { recursive: true, force: true });
  fs.mkdirSync(path.dirname(settings), { recursive: true });
  fs.writeFileSync(settings, '{}');
});
afterAll(() => fs.rmSync(root, { recursive: true }));

const SERVICE: ServiceFacts = {
  name: 'SSISScaleOutMaster150',
  state: 'running',
  pid: 1,
  start: 'auto',
  account: 'LocalSystem',
  accountSid: 'S-1-5-18',
  folder: FOLDER,
  dependents: [],
};

test('a settings file that cannot be written is found before anybody is asked, and is as it was', async () => {
  fs.rmSync(settings);
  // Nobody may write a folder as a file, whoever asks.
  fs.mkdirSync(settings);
  expect(await serviceProblems(context, 'master', SERVICE)).toEqual([
    {
      code: 'settings-not-writable',
      data: { role: 'master', file: 'C:\\x\\MasterSettings.config', reason: 'EISDIR' },
    },
  ]);
});

test('one that is held for a moment is no problem', async () => {
  const bytes = fs.readFileSync(settings);
  fs.rmSync(settings);
  const clock = fakeClock(() => fs.writeFileSync(settings, bytes));
  expect(await serviceProblems({ ...context, clock }, 'master', SERVICE)).toEqual([]);
  expect(fs.readFileSync(settings)).toEqual(bytes);
});

test('accounts of Windows itself are known without asking it', async () => {
  expect(await accountSid(context, 'NT AUTHORITY\\NetworkService')).toBe('S-1-5-20');
});
