import { spawn } from 'node:child_process';
import path from 'node:path';
import { SQLCMD_FOLDER } from '../lab/world/registry.ts';

/** What a bare script needs to know about a lab machine. */
export interface BareHost {
  readonly name: string;
  readonly root: string;
}

interface Said {
  readonly code: number;
  readonly text: string;
}

/** The only tool outside System32. */
const SQLCMD = path.join(...SQLCMD_FOLDER.slice('C:\\'.length).split('\\'), 'sqlcmd.exe');

/** Runs one tool with a plain `spawn` and nothing around it. */
export function runBare(host: BareHost, tool: string, args: readonly string[]): Promise<Said> {
  const file = path.join(host.root, tool === 'sqlcmd' ? SQLCMD : `Windows/System32/${tool}.exe`);
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const parts: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => parts.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => parts.push(bytes));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, text: Buffer.concat(parts).toString('latin1') }));
  });
}

export const STOPPED = 1;
export const RUNNING = 4;
const POLL_MS = 20;
const POLL_LIMIT_MS = 60_000;

/** Polls `sc queryex` until the service is in this state, at most fifty times a second. */
export async function untilState(
  host: BareHost,
  service: string,
  state: number,
  asked = (): unknown => 0,
): Promise<void> {
  for (const until = performance.now() + POLL_LIMIT_MS; performance.now() < until; ) {
    asked();
    const { text } = await runBare(host, 'sc', ['queryex', service]);
    if (Number(/\bSTATE\s+:\s+(\d)/u.exec(text)?.[1] ?? 0) === state) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`${service} on ${host.name} is not in state ${state} after ${POLL_LIMIT_MS} ms`);
}

/** Stop, poll, start, poll. */
export async function restartBare(host: BareHost, service: string): Promise<void> {
  await runBare(host, 'sc', ['stop', service]);
  await untilState(host, service, STOPPED);
  await runBare(host, 'sc', ['start', service]);
  await untilState(host, service, RUNNING);
}
