import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Lab } from '../../infra/lab/index.ts';
import { foldEntry } from '../../src/domain/fold/bot-fold.ts';
import type { BotEntry, RunnerEntry } from '../../src/domain/journal/entries.ts';
import { type FarmState, initialFarmState } from '../../src/domain/rotation/farm-state.ts';
import type { RotationState } from '../../src/domain/rotation/rotation.ts';
import { demoFolders, prepareFarm } from '../../src/roots/demo/farm-of-lab.ts';
import { readLabFile } from '../../src/roots/demo/lab-file.ts';
import { botFiles, runnerFiles } from '../../src/roots/program/state.ts';
import { openSession } from '../../src/roots/script/console-session.ts';
import { sleep } from './rig.ts';

const ROOT = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const PEOPLE = { requester: 'mei', approvers: ['ana', 'tom'] } as const;

export type Processes = Awaited<ReturnType<typeof startProcesses>>;

/** A process of ours, which is started again under the same name after it was killed. */
interface Part {
  readonly name: string;
  start(): Promise<void>;
  /** kill -9 */
  kill(): Promise<void>;
  /** Whether it was started and has ended by itself. */
  ended(): boolean;
  said(): { readonly [name: string]: unknown };
}

interface ProcessesOptions {
  /** The gap limit. */
  readonly limit?: string;
  /** Runners kill themselves, once for each file that they write: `kill-at-write.mjs`. */
  readonly dies?: 'before' | 'after';
}

/**
 * A farm as `npm start` makes one, of real processes: redis-server, the bot with its console, a runner for each host;
 * over a lab in this process. Any of them may be killed at any moment.
 */
export async function startProcesses(lab: Lab, options: ProcessesOptions = {}) {
  const state = mkdtempSync(path.join(os.tmpdir(), 'certops-e2e-processes-'));
  const folders = demoFolders(state);
  const labFile = await readLabFile(lab.file);
  await prepareFarm(labFile, folders, path.join(ROOT, 'infra/lab/farm.yaml'));
  // Killing and starting again over and over takes longer than a gap may.
  const { limit = '600 s' } = options;
  const farmText = readFileSync(folders.farmFile, 'utf8').replace('limit: 60 s', `limit: ${limit}`);
  writeFileSync(folders.farmFile, farmText);

  const port = await freePort();
  const redisFolder = path.join(state, 'redis');
  mkdirSync(redisFolder);
  const url = `redis://127.0.0.1:${port}`;
  const env = { REDIS_URL: url, CERTOPS_LOG_LEVEL: 'info' };
  const redisArgs = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'yes'];
  const redis = part(
    'redis',
    'redis-server',
    [...redisArgs, '--appendfsync', 'always', '--dir', redisFolder],
    {},
    state,
  );
  const bot = part(
    'bot',
    process.execPath,
    [path.join(ROOT, 'dist/certops.mjs'), 'bot', '--farm', folders.farmFile, '--state', folders.bot, '--console'],
    env,
    state,
  );
  const hook = pathToFileURL(path.join(ROOT, 'test/e2e/kill-at-write.mjs')).href;
  const dying =
    options.dies === undefined
      ? {}
      : { NODE_OPTIONS: `--import=${hook}`, CERTOPS_TEST_KILL: options.dies, CERTOPS_TEST_MARKS: state };
  const runners = new Map(
    lab.hosts.map(({ name }) => {
      const args = [path.join(ROOT, 'dist/runner.mjs'), '--host', name, '--folder', folders.runner(name)];
      return [name, part(`runner-${name}`, process.execPath, args, { ...env, ...dying }, state)] as const;
    }),
  );
  const runner = (name: string): Part => runners.get(name) as Part;
  await redis.start();
  await Promise.all([bot.start(), ...[...runners.values()].map((one) => one.start())]);

  const entriesOf = (name: string): readonly RunnerEntry[] =>
    readLines<RunnerEntry>(runnerFiles(folders.runner(name)).journal).map(({ entry }) => entry);
  const farm = (): FarmState =>
    readLines<BotEntry>(botFiles(folders.bot).journal('prod')).reduce(
      (sofar, { entry, at }) => foldEntry(sofar, entry, at),
      initialFarmState,
    );
  const rotation = (): RotationState | undefined => {
    const { rotations, order } = farm();
    return rotations[order.at(-1) ?? ''];
  };

  /** As a browser at the console does it. What a bot that is being killed does not hear is lost. */
  async function post(what: 'say' | 'act', body: { [name: string]: string | object }): Promise<void> {
    try {
      const session = await openSession(String(bot.said().url));
      try {
        await session.post(`/api/${what}`, body as never);
      } finally {
        session.close();
      }
    } catch {
      await sleep(50);
    }
  }

  async function until(done: () => boolean | Promise<boolean>, limitMs = 240_000): Promise<void> {
    const end = Date.now() + limitMs;
    while (!(await done())) {
      if (Date.now() > end) throw new Error(`it never came to that: ${JSON.stringify(summary(), null, 1)}`);
      await sleep(5);
    }
  }

  const summary = () => {
    const found = rotation();
    return {
      turned: found?.turned,
      closed: found?.closed,
      orders: found?.orders.map(({ host, n, kind, stage, status, outcome, code }) =>
        [host, n, kind, stage, status, outcome, code].join(' '),
      ),
      journals: lab.hosts.map(({ name }) => [
        name,
        entriesOf(name)
          .slice(-8)
          .map((entry) => JSON.stringify({ ...entry, order: undefined, look: undefined }).slice(0, 300)),
      ]),
      logs: readdirSync(path.join(state, 'log')).map((name) => [
        name,
        readFileSync(path.join(state, 'log', name), 'utf8')
          .split('\n')
          .slice(-4),
      ]),
    };
  };

  /** Tools that a killed runner left behind end with it, as they do when the power fails. */
  function endTools(name: string): void {
    const folder = path.join(folders.runner(name), 'running');
    for (const file of existsSync(folder) ? readdirSync(folder) : [])
      for (const line of readFileSync(path.join(folder, file), 'latin1').split('\n')) {
        const pid = Number(line.split(' ')[0]);
        try {
          const ours = pid > 0 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(lab.folder);
          if (ours) process.kill(pid, 'SIGKILL');
        } catch {
          // It had ended before, or ended just now.
        }
      }
  }

  const here = (name: string, ...args: readonly string[]): Promise<{ code: number; said: string }> =>
    new Promise((resolve) => {
      const program = [path.join(ROOT, 'dist/runner.mjs'), ...args, '--folder', folders.runner(name)];
      const child = spawn(process.execPath, program, { env: { ...process.env, NODE_OPTIONS: '', REDIS_URL: url } });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += String(bytes)));
      child.once('close', (code) => resolve({ code: code ?? -1, said }));
    });

  return {
    lab,
    state,
    redis,
    redisUrl: url,
    bot,
    runner,
    runners: [...runners.values()],
    until,
    botEntries: (): readonly BotEntry[] =>
      readLines<BotEntry>(botFiles(folders.bot).journal('prod')).map(({ entry }) => entry),
    rotation: (): RotationState => {
      const found = rotation();
      if (found === undefined) throw new Error('there is no rotation');
      return found;
    },
    thumbprint: () => rotation()?.made.new?.certificate.thumbprint ?? null,
    journalOf: entriesOf,
    chat: null,
    endTools,
    /** A command of `certops runner` on that machine: its exit code, and what it printed. */
    here,
    /** Tries again while nobody hears it: the bot may have just been killed. */
    async ask(text = '/ssis rotate-master because Yearly renewal') {
      const known = farm().order.length;
      while (farm().order.length === known) await post('say', { as: PEOPLE.requester, text });
      await until(() => rotation()?.plan != null || rotation()?.closed != null);
    },
    async approve() {
      for (const as of PEOPLE.approvers) {
        while (rotation()?.votes.some(({ by }) => by.id === as) !== true) {
          const { id, plan } = rotation() as RotationState;
          await post('act', { as, verb: 'approve', data: { rotation: id, digest: plan?.digest ?? '' }, inputs: {} });
        }
      }
    },
    async stopRotation() {
      const { id } = rotation() as RotationState;
      while ((rotation() as RotationState).turned === null) {
        if (rotation()?.closed != null)
          throw new Error(`it ended before the stop: ${JSON.stringify(summary(), null, 1)}`);
        await post('act', { as: PEOPLE.requester, verb: 'stop', data: { rotation: id }, inputs: {} });
      }
    },
    async closed() {
      await until(() => rotation()?.closed != null);
      return (rotation() as RotationState).closed as NonNullable<RotationState['closed']>;
    },
    async stop() {
      await Promise.all([...runners.values(), bot].map((one) => one.kill()));
      for (const { name } of lab.hosts) endTools(name);
      await redis.kill();
      rmSync(state, { recursive: true, force: true });
    },
  };
}

function part(
  name: string,
  program: string,
  args: readonly string[],
  env: { readonly [name: string]: string },
  state: string,
): Part {
  let child: ChildProcess | null = null;
  let said: { readonly [name: string]: unknown } = {};
  const log = path.join(state, 'log', `${name}.log`);
  mkdirSync(path.dirname(log), { recursive: true });
  const isReady = (line: string): boolean => line.startsWith('{"ready":true') || line.includes('Ready to accept');
  return {
    name,
    said: () => said,
    ended: () => child !== null && (child.exitCode !== null || child.signalCode !== null),
    start: () =>
      new Promise((resolve, reject) => {
        const started = spawn(program, args, {
          stdio: ['ignore', 'pipe', 'pipe'],
          env: { ...process.env, NODE_OPTIONS: '', ...env },
        });
        child = started;
        started.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${readFileSync(log, 'utf8')}`)));
        const keep = (bytes: Buffer | string): void => writeFileSync(log, bytes, { flag: 'a' });
        started.stderr.on('data', keep);
        createInterface({ input: started.stdout }).on('line', (line) => {
          keep(`${line}\n`);
          if (!isReady(line)) return;
          if (line.startsWith('{')) said = JSON.parse(line) as typeof said;
          resolve();
        });
      }),
    kill: async () => {
      const was = child;
      child = null;
      if (was === null || was.exitCode !== null || was.signalCode !== null) return;
      const gone = new Promise((resolve) => {
        was.once('exit', resolve);
      });
      was.kill('SIGKILL');
      await gone;
    },
  };
}

/** The complete lines of a journal file; the last may still be written. */
function readLines<E>(file: string): readonly { readonly entry: E; readonly at: string }[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse((JSON.parse(line) as { body: string }).body) as { entry: E; at: string });
}

/** Outside the ranges from which systems give out ports: while Redis is killed, nobody else may get its port. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 10_000);
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
