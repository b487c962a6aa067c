import fs from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { CertopsError } from '../../src/domain/errors.ts';
import type { Data } from '../../src/domain/values.ts';

export interface SpawnRequest {
  /** File-system path of the program. */
  readonly file: string;
  /** As passed to the program, secrets included: must never get into an error. */
  readonly args: readonly string[];
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
  readonly environment: { readonly [name: string]: string } | undefined;
  /** What errors say about this call, with secrets masked. */
  readonly call: Data;
  /** The previous call found the program there: it is started without checking again. */
  readonly isThere: boolean;
  /**
   * Called with the process id once the program runs. The function that it returns is called when the process has ended
   * and whoever waited for that has gone on, since they may have to start another one at once.
   */
  readonly started: (pid: number) => () => void;
}

/** How long to wait for the pipes after a kill: a child of the tool may hold them open. */
const PIPES_MS = 500;
/** A machine that is suspended uses up no more of a limit than this. */
const SLICE_MS = 1000;
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;

/*
 * The mark by which Node tells that a thread cannot change its folder. On Windows cross-spawn (of execa) goes elsewhere
 * and back at each start, and the way back fails once our own folder is gone: a share, a drive of a remote desktop.
 */
Object.assign(process.chdir, { disabled: true });

/**
 * Starts a program without a shell and waits for it to end. The only place that sees execa's results: its errors carry
 * the whole command line, password included, in message, command, cause and more, so every error is built from scratch
 * here.
 */
export async function spawn(request: SpawnRequest): Promise<{ code: number; stdout: Buffer; stderr: Buffer }> {
  const { file, limitMs, signal, call } = request;
  if (!request.isThere) await mustBeThere(file, call);
  if (signal?.aborted) throw new CertopsError('ToolStopped', call);
  const child = execa(file, request.args, {
    encoding: 'buffer',
    // collected below: execa's own buffering costs more CPU time than starting the program
    buffer: false,
    reject: false,
    stdin: 'ignore',
    windowsHide: true,
    // ours may be gone, or one where anybody may put a library that the tool would load
    cwd: path.dirname(file),
    // NODE_DEBUG=execa would print each command line, password included
    verbose: 'none',
    // a tool that was started may finish: half a change is worse than a late one, and a sweep waits for it. Windows
    // ends it with a dying runner all the same (libuv's job object), unless it is started without a console, in which
    // netsh and certutil write another code page; the next look sees what half a change left behind
    cleanup: false,
    ...(request.environment === undefined ? {} : { env: request.environment, extendEnv: false }),
  });
  const ended = child.pid === undefined ? (): void => {} : request.started(child.pid);
  let handOver = (): void => {};
  const handedOver = new Promise<void>((resolve) => {
    handOver = resolve;
  });
  child.once('exit', () => void handedOver.then(() => setImmediate(ended)));

  let stopped: CertopsError | null = null;
  let abandon = (): void => {};
  const abandoned = new Promise<null>((resolve) => {
    abandon = () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve(null);
    };
  });
  let patience: NodeJS.Timeout | undefined;
  const stop = (code: string, data: Data): void => {
    stopped ??= new CertopsError(code, data);
    child.kill('SIGKILL');
    patience ??= setTimeout(abandon, PIPES_MS);
  };
  const isFull = (): void => stop('ToolOutputTooLong', { ...call, limitBytes: MAX_OUTPUT_BYTES });
  const stdout = collect(child.stdout, isFull);
  const stderr = collect(child.stderr, isFull);
  const limit = awakeFor(limitMs, () => stop('ToolTimedOut', { ...call, limitMs }));
  const onAbort = (): void => stop('ToolStopped', call);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const result = await Promise.race([child, abandoned]);
    if (stopped !== null) throw stopped;
    if (result === null || result.exitCode === undefined) throw failure(result, call);
    return { code: result.exitCode, stdout: stdout(), stderr: stderr() };
  } finally {
    limit.clear();
    clearTimeout(patience);
    signal?.removeEventListener('abort', onAbort);
    handOver();
  }
}

/**
 * Calls back after `ms`, not counting time in which the machine or this process was suspended: a program that was
 * suspended too, or has ended meanwhile, has not taken too long.
 */
function awakeFor(ms: number, over: () => void): { clear(): void } {
  let left = ms;
  let timer: NodeJS.Timeout;
  const next = (): void => {
    const slice = Math.min(left, SLICE_MS);
    left -= slice;
    timer = setTimeout(left > 0 ? next : over, slice);
  };
  next();
  return { clear: () => clearTimeout(timer) };
}

/**
 * Checked before a start: on Windows execa hands a program that it cannot look at, arguments and all, to cmd.exe, whose
 * exit code 1 would then pass for the program's own answer.
 */
async function mustBeThere(file: string, call: SpawnRequest['call']): Promise<void> {
  const found = await fs.stat(file).catch((error: NodeJS.ErrnoException) => error.code ?? 'UNKNOWN');
  if (typeof found === 'string' && found !== 'ENOTDIR') throw failure({ code: found }, call);
  if (typeof found === 'string' || !found.isFile()) throw new CertopsError('ToolMissing', call);
}

/** Collects a stream; `isFull` is called when it exceeds what any of our tools ever writes. */
function collect(stream: Readable | null, isFull: () => void): () => Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  stream?.on('data', (bytes: Buffer) => {
    length += bytes.length;
    if (length > MAX_OUTPUT_BYTES) isFull();
    else parts.push(bytes);
  });
  return () => Buffer.concat(parts);
}

type Ended = {
  readonly code?: unknown;
  readonly signal?: string | undefined;
};

/** Takes over only the operating system's code and the signal: anything else from execa may contain the password. */
function failure(result: Ended | null, call: Data): CertopsError {
  if (result?.signal !== undefined) return new CertopsError('ToolKilled', { ...call, signal: result.signal });
  const cause =
    typeof result?.code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/u.test(result.code) ? result.code : 'UNKNOWN';
  if (cause === 'ENOENT') return new CertopsError('ToolMissing', call);
  // out of processes, handles or memory, or locked for a moment: says nothing about the tool itself
  if (['EAGAIN', 'EBUSY', 'EMFILE', 'ENFILE', 'ENOMEM', 'ETXTBSY'].includes(cause))
    return new CertopsError('ToolNotStarted', { ...call, cause });
  // EACCES, EPERM and libuv's UNKNOWN: a software restriction policy, AppLocker or endpoint protection. UNKNOWN also
  // means that Windows can commit no more memory (1455); nothing here can tell the two apart
  return new CertopsError('ToolBlocked', { ...call, cause });
}
