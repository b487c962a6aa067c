import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** Builds what is stale; `npm test` has done that already, jest alone has not. */
export const ensureBuilt = (): void =>
  void execFileSync(process.execPath, [path.join(ROOT, 'infra/up.mjs'), 'build'], { stdio: 'ignore' });

export interface Demo {
  readonly process: ChildProcess;
  /** All that it has printed so far, on both streams. */
  text(): string;
  /** Resolves when this has been printed; rejects if it ends before. */
  printed(words: string | RegExp): Promise<void>;
  /** Resolves with the exit code, or the signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** A folder of its own for a rehearsal; `remove` only deletes it, and ends nothing. */
export function stateFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'certops-demo-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** `certops demo` as somebody types it. */
export function startDemo(args: readonly string[], env: NodeJS.ProcessEnv = {}): Demo {
  const child = spawn(process.execPath, [path.join(ROOT, 'dist/certops.mjs'), 'demo', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A CI machine counts as a terminal that shows colours.
    env: { ...process.env, REDIS_URL: '', NODE_OPTIONS: '', NO_COLOR: '1', ...env },
  });
  let text = '';
  const listeners = new Set<() => void>();
  const add = (more: string): void => {
    text += more;
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding('utf8').on('data', add);
  child.stderr.setEncoding('utf8').on('data', add);
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code ?? -1));
  });
  const printed = (words: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (typeof words === 'string' ? !text.includes(words) : !words.test(text)) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
      void ended.then((how) => reject(new Error(`ended with ${how} before it printed ${words}:\n${text}`)));
    });
  return { process: child, text: () => text, printed, ended };
}

/** Command lines of all processes that name this folder. */
export function processesOf(folder: string): readonly string[] {
  return commandLines().filter((line) => line.includes(folder));
}

/** Resolves when none is left. */
export async function allGone(folder: string): Promise<void> {
  while (processesOf(folder).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

function commandLines(): readonly string[] {
  if (process.platform !== 'linux')
    return execFileSync('ps', ['-A', '-o', 'command='], { encoding: 'utf8' }).split('\n');
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name) && name !== String(process.pid))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    });
}
