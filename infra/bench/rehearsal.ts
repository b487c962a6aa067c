import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseDocument } from 'yaml';
import { type LabControl, labControl } from '../lab/control.ts';

export const PROJECT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const READY_MS = 180_000;
const END_MS = 60_000;

export interface Rehearsal {
  readonly state: string;
  readonly url: string;
  readonly lab: LabControl;
  /** From the start of the process to its printed "ready". Milliseconds. */
  readonly readyMs: number;
  /** Ends the whole process group, as Ctrl-C does. */
  end(): Promise<void>;
}

export interface RehearsalOptions {
  readonly state: string;
  readonly redis: string;
  readonly workers: number;
  /** Folder for what the probe in each runner writes; null: no probe. */
  readonly probe: string | null;
  /** Starts it through `npm start`, as a person would; otherwise runs the bundle directly. */
  readonly npm?: boolean;
  /** Additional environment variables for its processes. */
  readonly environment?: { readonly [name: string]: string };
}

/** The running rehearsals. Each is a process group of its own, which Ctrl-C does not reach. */
const running = new Set<ChildProcess>();

/** Ends every running rehearsal, as Ctrl-C would. */
export async function endRehearsals(): Promise<void> {
  await Promise.all([...running].map(endGroup));
}

export type StartFarm = (options: RehearsalOptions) => Promise<Rehearsal>;

/** Starts a whole farm as `npm start` does, and waits until it says that it is ready. Rejects with what it printed. */
export async function startRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const { state, probe } = options;
  if (probe !== null) await mkdir(probe, { recursive: true });
  const from = performance.now();
  const child = start(options);
  running.add(child);
  child.once('close', () => running.delete(child));
  const readyMs = await ready(child, from);
  return {
    state,
    readyMs,
    url: await readFile(path.join(state, 'address'), 'utf8'),
    lab: labControl(path.join(state, 'lab/lab.json')),
    end: () => endGroup(child),
  };
}

function start({ state, redis, workers, probe, npm = false, environment = {} }: RehearsalOptions): ChildProcess {
  const args = ['--state', state, '--workers', String(workers)];
  const told = { REDIS_URL: redis, CERTOPS_LOG_LEVEL: 'warn', ...environment };
  const env = { ...process.env, ...told, ...probed(probe) };
  const bundle = path.join(PROJECT, 'dist/certops.mjs');
  const [file, all] = npm
    ? ['npm', ['start', '--silent', '--', ...args]]
    : [process.execPath, [bundle, 'demo', ...args]];
  return spawn(file, all, { cwd: PROJECT, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env });
}

/** Environment that makes each runner record its tool calls in this folder; null: no recording. */
export function probed(folder: string | null): { readonly [name: string]: string } {
  const hook = pathToFileURL(path.join(PROJECT, 'infra/bench/probe.mjs')).href;
  return folder === null ? {} : { CERTOPS_BENCH_FOLDER: folder, NODE_OPTIONS: `--import=${hook}` };
}

async function ready(child: ChildProcess, from: number): Promise<number> {
  const said: string[] = [];
  child.stderr?.on('data', (bytes) => said.push(String(bytes)));
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`the rehearsal ${why}: ${said.join('').slice(-2000)}`));
    const timer = setTimeout(() => fail(`was not ready in ${READY_MS} ms`), READY_MS);
    child.once('error', reject);
    child.once('exit', (code) => fail(`ended with ${code}`));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      said.push(`${line}\n`);
      if (!/^\S*ready\S* in /u.test(line)) return;
      clearTimeout(timer);
      child.removeAllListeners('exit');
      resolve(performance.now() - from);
    });
  });
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  const group = -(child.pid ?? 0);
  process.kill(group, 'SIGINT');
  const timer = setTimeout(() => process.kill(group, 'SIGKILL'), END_MS);
  await gone;
  clearTimeout(timer);
}

/** A value for a farm file, at a path where it replaces the example's. */
export interface FarmPart {
  readonly at: readonly string[];
  readonly value: unknown;
}

/** Writes the farm file before the first start, which then keeps it. */
export async function writeFarm(
  state: string,
  askers: readonly string[],
  parts: readonly FarmPart[] = [],
): Promise<void> {
  const example = await readFile(path.join(PROJECT, 'infra/lab/farm.yaml'), 'utf8');
  await mkdir(state, { recursive: true, mode: 0o700 });
  await writeFile(path.join(state, 'farm.yaml'), farmText(example, askers, parts));
}

/** The example with more people: nobody may send more than twenty requests an hour, and a bench sends more. */
export function farmText(example: string, askers: readonly string[], parts: readonly FarmPart[]): string {
  const document = parseDocument(example);
  for (const name of askers) {
    const account = { name: `Asker ${name}`, accounts: { web: name }, groups: ['operators'], timeZone: 'UTC' };
    document.setIn(['people', name], document.createNode(account));
  }
  for (const { at, value } of parts) document.setIn(at, document.createNode(value));
  return document.toString({ lineWidth: 120 });
}
