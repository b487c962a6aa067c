import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

export interface Resident {
  readonly pid: number;
  /** In units of 1,000,000 bytes. */
  readonly megabytes: number;
  readonly command: string;
}

/** Resident memory of every process whose command line contains all these words. */
export async function residentOf(words: readonly string[]): Promise<readonly Resident[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,rss=,args='], { maxBuffer: 32 * 1024 * 1024 });
  return parseProcesses(stdout).filter(({ command }) => words.every((word) => command.includes(word)));
}

/** Ends a process of ours by closing its standard input, and waits until it has gone. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.stdin?.end();
  await gone;
}

/** Lines of `ps -axo pid=,rss=,args=`; ps counts in 1024 bytes. */
export function parseProcesses(text: string): readonly Resident[] {
  return text.split('\n').flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(.*)$/u.exec(line);
    if (found === null) return [];
    const [, pid = '', kilobytes = '', command = ''] = found;
    return [{ pid: Number(pid), megabytes: Math.round(Number(kilobytes) * 1.024) / 1000, command }];
  });
}
