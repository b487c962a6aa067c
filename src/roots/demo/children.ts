import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { environment } from '../../config/load.ts';
import { CertopsError } from '../../domain/errors.ts';
import { silent } from '../sayings/rehearsal.ts';
import { BUSY } from '../sayings/saying.ts';
import { beNice } from './turns.ts';

export interface ChildOptions {
  readonly name: string;
  /** A bundle of `dist/`. */
  readonly script: string;
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: string };
  /** Its standard error is appended to this file. */
  readonly log: string;
  /** Whether it is started again when it ends by itself, as a service manager would do. */
  readonly restart: boolean;
  readonly said: (sentence: string) => void;
  /** A process that this one keeps alive: a machine must not vanish under a runner that is just finishing. */
  readonly needs?: Child;
  /** Its niceness, as the system counts it; left out: 0. */
  readonly niceness?: number;
}

export interface Child {
  readonly name: string;
  /** What it printed when it was ready. Rejects with CertopsError `ChildNotReady`. */
  readonly ready: Promise<Said>;
  /** Its standard input: the process lives as long as anybody holds it open. null: it has ended. */
  input(): Writable | null;
  /** Ends it by closing its standard input; after a while by force. */
  end(): Promise<void>;
}

type Said = { readonly [name: string]: unknown };

const END_MS = 6000;
const AGAIN_MS = 300;
/** As a service manager does: one that fails again and again stays down, but not for failures of long ago. */
const MOST_FAILURES = 5;
const STEADY_MS = 60_000;
/** A predecessor that is still ending holds its lock for a moment. */
const BUSY_TRIES = 40;

/**
 * Starts a process of ours. It is detached, because Ctrl-C reaches a whole process group at once and we end our
 * children in order. It also ends by itself when our end of its standard input closes, so that nothing outlives a kill
 * -9 of us.
 */
export function startChild(options: ChildOptions): Child {
  mkdirSync(path.dirname(options.log), { recursive: true });
  let ending = false;
  let tries = 0;
  let current: ChildProcess | null = null;
  let timer: NodeJS.Timeout | undefined;
  let settle: { resolve: (said: Said) => void; reject: (error: Error) => void };
  const ready = new Promise<Said>((resolve, reject) => {
    settle = { resolve, reject };
  });
  ready.catch(() => {});

  const giveUp = (end: NodeJS.Signals | number | null, hasSaid: boolean): void => {
    const { name, log } = options;
    settle.reject(new CertopsError('ChildNotReady', { name, log, hasSaid }));
    const why = hasSaid ? `${log} says why` : silent(log);
    options.said(`${name} ended (${end}) and is not started again: ${why}. npm start starts all anew.`);
  };
  const start = (): void => {
    const since = performance.now();
    const before = sizeOf(options.log);
    const child = spawnChild(options, (said) => settle.resolve(said));
    current = child;
    child.once('exit', (code, signal) => {
      if (ending) return;
      tries = performance.now() - since < STEADY_MS ? tries + 1 : 1;
      const again = code === BUSY ? tries < BUSY_TRIES : options.restart && (signal !== null || tries < MOST_FAILURES);
      if (!again) return giveUp(signal ?? code, sizeOf(options.log) > before);
      if (code !== BUSY) options.said(`${options.name} ended (${signal ?? code}) and is started again.`);
      timer = setTimeout(start, AGAIN_MS);
    });
  };
  start();
  return {
    name: options.name,
    ready,
    // The pipe of a process that has ended cannot be passed on: spawn would throw.
    input: () => (current === null || hasEnded(current) ? null : current.stdin),
    end: async () => {
      ending = true;
      clearTimeout(timer);
      if (current !== null) await endProcess(current);
    },
  };
}

function spawnChild(
  { script, args, env, log, needs, niceness = 0 }: ChildOptions,
  said: (said: Said) => void,
): ChildProcess {
  const out = openSync(log, 'a', 0o600);
  const child = spawn(process.execPath, [script, ...args], {
    detached: true,
    windowsHide: true,
    stdio: ['pipe', 'pipe', out, needs?.input() ?? 'ignore'],
    env: environment(env),
  });
  closeSync(out);
  beNice(child.pid, niceness);
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  lines.on('line', (line) => {
    const words = parseSaid(line);
    if (words?.ready === true) said(words);
  });
  return child;
}

/** 0 where there is none. */
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

async function endProcess(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  child.stdin?.end();
  const kill = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await gone;
  clearTimeout(kill);
}

function parseSaid(line: string): Said | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Said) : null;
  } catch {
    return null;
  }
}
