import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bindingProblems } from '../../../adapters/windows/look-master.ts';
import { publishedProblems, serviceProblems } from '../../../adapters/windows/look-problems.ts';
import { createPaths } from '../../../adapters/windows/paths.ts';
import { accountSid } from '../../../adapters/windows/services/account.ts';
import type { ServiceFacts } from '../../../src/domain/machine/host-facts.ts';
import { ownBinding } from '../../../src/domain/plan/own-binding.ts';
import type { Thumbprint } from '../../../src/domain/values.ts';
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

/** Windows opens a folder as if it were a file. */
const whereFoldersAreNoFiles = process.platform === 'win32' ? test.skip : test;

whereFoldersAreNoFiles(
  'a settings file that cannot be written is found before anybody is asked, and is as it was',
  async () => {
    fs.rmSync(settings);
    // Nobody can write to a folder as a file.
    fs.mkdirSync(settings);
    expect(await serviceProblems(context, 'master', SERVICE)).toEqual([
      {
        code: 'settings-not-writable',
        data: { role: 'master', file: 'C:\\x\\MasterSettings.config', reason: 'EISDIR' },
      },
    ]);
  },
);

whereFoldersAreNoFiles.each([
  ['master', 'SSISScaleOutMaster.cer'],
  ['worker', 'SSISScaleOutWorker.cer'],
] as const)('a .cer file of a %s that cannot be refreshed is found before anybody is asked', async (role, name) => {
  const file = path.join(context.paths.toFileSystem(FOLDER), name);
  const thumbprint = 'AB'.repeat(20) as Thumbprint;
  fs.writeFileSync(file, 'a certificate');
  expect(await publishedProblems(context, role, SERVICE, thumbprint)).toEqual([]);
  expect(fs.readFileSync(file, 'utf8')).toBe('a certificate');
  fs.rmSync(file);
  // None is made where there is none.
  expect(await publishedProblems(context, role, SERVICE, null)).toEqual([]);
  fs.mkdirSync(file);
  expect(await publishedProblems(context, role, SERVICE, thumbprint)).toEqual([
    { code: 'cer-not-writable', data: { role, file: `C:\\x\\${name}`, reason: 'EISDIR' } },
  ]);
  fs.rmdirSync(file);
});

test.each([
  ['0.0.0.0:8391', 'ipport', []],
  ['master.corp:8391', 'hostnameport', []],
  ['master.corp.:8391', 'hostnameport', ['key']],
  ['müller.corp:8391', 'hostnameport', ['key']],
] as const)('a binding of %s that no tool accepts is found before anybody is asked: %s %j', (key, kind, wrong) => {
  const thumbprint = 'AB'.repeat(20) as Thumbprint;
  const shown = { target: '127.0.0.1:8391', servername: null, thumbprint, error: null };
  const binding = { ...ownBinding(8391, thumbprint, 'Root'), key, kind };
  expect(bindingProblems([binding], thumbprint, 8391, [shown])).toEqual(
    wrong.length === 0 ? [] : [{ code: 'binding-not-valid', data: { key, wrong } }],
  );
});

test('a settings file that is briefly held is no problem', async () => {
  const bytes = fs.readFileSync(settings);
  fs.rmSync(settings);
  const clock = fakeClock(() => fs.writeFileSync(settings, bytes));
  expect(await serviceProblems({ ...context, clock }, 'master', SERVICE)).toEqual([]);
  expect(fs.readFileSync(settings)).toEqual(bytes);
});

test('accounts of Windows itself are known without asking Windows', async () => {
  expect(await accountSid(context, 'NT AUTHORITY\\NetworkService')).toBe('S-1-5-20');
});
