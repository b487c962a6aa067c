import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { environment } from '../../src/config/load.ts';
import { startChild } from '../../src/roots/demo/children.ts';
import { demoFolders, prepareFarm } from '../../src/roots/demo/farm-of-lab.ts';
import { readLabFile } from '../../src/roots/demo/lab-file.ts';
import { rehearsalPrefix } from '../../src/roots/demo/redis.ts';
import { places } from '../../src/roots/program/places.ts';
import { runRunner } from '../../src/roots/runner/run-runner.ts';
import { labControl } from '../lab/control.ts';
import { endChild } from './processes.ts';
import { probed, type Rehearsal, type RehearsalOptions } from './rehearsal.ts';

/**
 * The same farm with all its runners in one process, each as complete as on a machine of its own. What it takes longer
 * than a bare script, which is one process too, is the product's own work plus that many runners waiting for one
 * thread.
 */
export async function startTogether({ state, redis, workers, probe }: RehearsalOptions): Promise<Rehearsal> {
  const from = performance.now();
  if (probe !== null) await mkdir(probe, { recursive: true });
  const lab = ours('lab', state, places().lab, [
    'serve',
    '--folder',
    path.join(state, 'lab'),
    '--workers',
    `${workers}`,
  ]);
  await lab.ready;
  const file = path.join(state, 'lab/lab.json');
  const folders = demoFolders(state);
  const farm = await prepareFarm(await readLabFile(file), folders, places().farm);
  const env = { REDIS_URL: redis, CERTOPS_REDIS_PREFIX: rehearsalPrefix(state), CERTOPS_LOG_LEVEL: 'warn' };
  const args = ['bot', '--with-parent', '--farm', folders.farmFile, '--state', folders.bot];
  const bot = ours('bot', state, places().certops, [...args, '--console', '--lab', path.join(state, 'lab')], env);
  const names = farm.hosts.map(({ name }) => name);
  const runners = startRunners(state, names, environment({ ...env, ...probed(probe) }));
  const [{ url }] = await Promise.all([bot.ready, allReady(runners)]);
  return {
    state,
    readyMs: performance.now() - from,
    url: String(url),
    lab: labControl(file),
    end: async () => {
      await endChild(runners);
      await bot.end();
      await lab.end();
    },
  };
}

function ours(name: string, state: string, script: string, args: readonly string[], env = {}) {
  const log = path.join(state, 'log', `${name}.log`);
  const said = (sentence: string): void => void process.stderr.write(`${sentence}\n`);
  return startChild({ name, script, args, env, log, restart: false, said });
}

function startRunners(state: string, names: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const log = openSync(path.join(state, 'log/runners.log'), 'a', 0o600);
  const args = [process.argv[1] ?? '', TOGETHER, state, names.join()];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', log, 'ipc'], env });
  closeSync(log);
  return child;
}

async function allReady(runners: ChildProcess): Promise<void> {
  const gone = once(runners, 'exit').then(() =>
    Promise.reject(new Error('the process of all runners ended: log/runners.log says why')),
  );
  await Promise.race([once(runners, 'message'), gone]);
}

/** `probe.mjs` has the same word. */
export const TOGETHER = 'runners-together';

/**
 * The process of all runners. It ends when its standard input does, as soon as the first of them has closed what it
 * opened. Unlike in `runner.mjs`, which has one machine only, compiling schemas to code pays off here: all runners
 * share them.
 */
export async function serveTogether(state: string, names: readonly string[]): Promise<void> {
  for (const emitter of [process, process.stdin, process.stdout]) emitter.setMaxListeners(0);
  const { runner } = demoFolders(state);
  await Promise.all(names.map((host) => runRunner({ host, folder: runner(host), withParent: true })));
  process.send?.('ready');
}
