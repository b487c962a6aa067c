import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { readLogTail } from '../../../adapters/windows/log-file.ts';
import { createPaths } from '../../../adapters/windows/paths.ts';
import { serviceSid } from '../../../adapters/windows/services/account.ts';
import type { Tools } from '../../../adapters/windows/tools.ts';
import { fakeContext } from './fake-context.ts';

const SID = serviceSid('SSISScaleOutWorker160');
const PROFILE = 'C:\\Windows\\ServiceProfiles\\SSISScaleOutWorker160';
const NEWER_S = 60;

let root: string;

beforeEach(async () => {
  root = await fs.mkdtemp(path.join(os.tmpdir(), 'certops-log-'));
});
afterEach(() => fs.rm(root, { recursive: true, force: true }));

/** A machine on which only this account has a profile. */
function context() {
  const run: Tools['run'] = async (tool, args) => {
    const text = `HKEY_LOCAL_MACHINE\\x\r\n    ProfileImagePath    REG_EXPAND_SZ    ${PROFILE}\r\n\r\n`;
    return { tool, args: args as readonly string[], code: 0, text, bytes: Buffer.from(text) };
  };
  return fakeContext({ run }, { root, paths: createPaths(root) });
}

/** `after`: written so many seconds after the others. */
async function log(file: string, line: string, after = 0): Promise<void> {
  const real = createPaths(root).toFileSystem(`${PROFILE}\\AppData\\Local\\SSIS\\${file}`);
  await fs.mkdir(path.dirname(real), { recursive: true });
  await fs.writeFile(real, line);
  await fs.utimes(real, 1_700_000_000, 1_700_000_000 + after);
}

test.each(['ScaleOut\\Agent', 'Cluster\\Agent', 'ScaleOut\\16\\Agent', '16\\ScaleOut\\Agent', 'ScaleOut\\Agent\\16'])(
  'the newest log of a worker is read below %s, and never the cache of what packages say',
  async (folder) => {
    await log(`${folder}\\old.log`, 'old');
    await log(`${folder}\\new.log`, 'its own', 1);
    await log(`${folder}\\ELogCache\\77.log`, 'a package: (403) Forbidden', NEWER_S);
    await log(`${folder}\\elogcache\\a\\78.txt`, 'another package', NEWER_S);
    await log('ScaleOut\\Tasks\\1\\task.log', 'a task', NEWER_S);
    expect(await readLogTail(context(), SID)).toEqual({ lines: ['its own'], writtenAt: 1_700_000_001_000 });
  },
);

test('only folders that may hold the log are searched, never that cache nor the tasks', async () => {
  await log('ScaleOut\\Agent\\worker.log', 'its own');
  await log('ScaleOut\\Agent\\ELogCache\\a\\77.log', 'a package');
  await log('ScaleOut\\Tasks\\1\\task.log', 'a task');
  const [listed, looked] = [jest.spyOn(fs, 'readdir'), jest.spyOn(fs, 'lstat')];
  expect((await readLogTail(context(), SID))?.lines).toEqual(['its own']);
  const names = [...listed.mock.calls, ...looked.mock.calls].map(([file]) => path.basename(String(file)));
  jest.restoreAllMocks();
  expect(names.sort()).toEqual(['Agent', 'SSIS', 'ScaleOut', 'worker.log']);
});

test('the log of a worker that has run tens of thousands of packages is read: each leaves something beside it', async () => {
  await log('Cluster\\Agent\\worker.log', 'its own');
  await log('Cluster\\Tasks\\0', 'a task');
  const tasks = createPaths(root).toFileSystem(`${PROFILE}\\AppData\\Local\\SSIS\\Cluster\\Tasks`);
  const left = (at: number) => fs.link(path.join(tasks, '0'), path.join(tasks, String(at + 1)));
  await Promise.all(Array.from({ length: 20_000 }, (_, at) => left(at)));
  expect((await readLogTail(context(), SID))?.lines).toEqual(['its own']);
});

test('where there is only that cache, there is no log', async () => {
  await log('ScaleOut\\Agent\\ELogCache\\77.log', 'a package');
  expect(await readLogTail(context(), SID)).toBeNull();
});

test.each(['', 'a\\'])(
  'a log beside which somebody has made thousands of files is not looked for (%s)',
  async (below) => {
    await log('ScaleOut\\Agent\\new.log', 'its own');
    const folder = createPaths(root).toFileSystem(`${PROFILE}\\AppData\\Local\\SSIS\\ScaleOut\\Agent`);
    const flood = createPaths(root).toFileSystem(`${PROFILE}\\AppData\\Local\\SSIS\\ScaleOut\\Agent\\${below}x`);
    await fs.mkdir(flood, { recursive: true });
    const linked = (at: number) => fs.link(path.join(folder, 'new.log'), path.join(path.dirname(flood), `${at}.log`));
    await Promise.all(Array.from({ length: 20_000 }, (_, at) => linked(at)));
    expect(await readLogTail(context(), SID)).toBeNull();
  },
);
