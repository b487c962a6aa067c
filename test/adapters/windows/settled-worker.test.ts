import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPaths } from '../../../adapters/windows/paths.ts';
import { restartService } from '../../../adapters/windows/services/restart.ts';
import type { Tools } from '../../../adapters/windows/tools.ts';
import { fakeContext } from './fake-context.ts';
import { type Behaviour, FakeScm } from './fake-scm.ts';

const PROFILE = 'C:\\Windows\\ServiceProfiles\\SSISScaleOutWorker160';
/** Nobody waits for it in a test: whoever returns before has been let in, or has found a worker that fell over. */
const LONG_MS = 3_600_000;
const never = new AbortController().signal;
const clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: async (ms: number) => {
    await sleep(ms, undefined, { ref: false });
  },
};

let root: string;
beforeEach(async () => {
  root = await fs.mkdtemp(path.join(os.tmpdir(), 'certops-settled-'));
});
afterEach(() => fs.rm(root, { recursive: true, force: true }));

/** A machine whose worker's account has a profile; `says`: what its log has once it was started; null: it has none. */
function machine(behaviour: Behaviour, settleMs: number, says: (() => readonly string[]) | null) {
  const scm = new FakeScm(clock.now, behaviour);
  scm.account = 'NT Service\\SSISScaleOutWorker160';
  scm.names = ['SSISScaleOutWorker160'];
  const run: Tools['run'] = async (tool, args) => {
    if (says !== null && tool === 'sc' && args[0] === 'start') await log(...says());
    if (!String(args[1]).includes('ProfileList')) return scm.run(tool, args as readonly string[]);
    const text = `HKEY_LOCAL_MACHINE\\x\r\n    ProfileImagePath    REG_EXPAND_SZ    ${PROFILE}\r\n`;
    return { tool, args: args as readonly string[], code: 0, text, bytes: Buffer.from(text) };
  };
  const context = fakeContext({ run }, { root, paths: createPaths(root), clock, overrides: { settleMs } });
  return { scm, restarted: () => restartService(context, 'worker', never) };
}

async function log(...lines: readonly string[]): Promise<void> {
  const folder = createPaths(root).toFileSystem(`${PROFILE}\\AppData\\Local\\SSIS\\ScaleOut\\Agent`);
  await fs.mkdir(folder, { recursive: true });
  await fs.writeFile(path.join(folder, 'Worker160_20260101.log'), lines.join('\r\n'));
}

const saidAt = (at: number, words: string): string => `${new Date(at).toISOString()} [Information] ${words}`;
const IN = 'Connected to Scale Out Master at https://sqlm01:8391.';
const letIn = (): readonly string[] => [saidAt(Date.now(), IN)];

test('a worker that says that its master let it in is waited for no longer', async () => {
  await machine({}, LONG_MS, letIn).restarted();
});

test.each([
  ['was let in before it was started', () => [saidAt(0, IN)]],
  ['was let in before, by a log that keeps the time of a zone further east,', () => [saidAt(Date.now() + LONG_MS, IN)]],
  ['says nothing', () => ['']],
  ['was refused', () => [saidAt(Date.now(), 'The HTTP request was forbidden: (403) Forbidden')]],
])('a worker that %s and then ends is found so', async (_what, says) => {
  const { restarted } = machine({ livesMs: 400 }, 600, says);
  await expect(restarted()).rejects.toMatchObject({ code: 'ServiceNotRunning' });
});

test('a worker without a log takes the whole time', async () => {
  const { restarted } = machine({ livesMs: 400 }, 600, null);
  await expect(restarted()).rejects.toMatchObject({ code: 'ServiceNotRunning' });
});

test('a worker that was let in and has ended by then is found so', async () => {
  const { scm, restarted } = machine({ livesMs: 60 }, LONG_MS, letIn);
  await expect(restarted()).rejects.toMatchObject({ code: 'ServiceNotRunning' });
  expect(scm.state).toBe(1);
});
