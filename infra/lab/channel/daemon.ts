import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import { leaveRunFolder, makeRunFolder } from './run-folder.ts';
import { answerText, SLOTS, UNAVAILABLE } from './shim.ts';

export interface ToolCall {
  readonly host: string;
  /** `netsh.exe` */
  readonly tool: string;
  readonly args: readonly string[];
  /** False once the tool was killed: nothing that it would have done after that may happen. */
  alive(): boolean;
}

export interface ToolAnswer {
  readonly code: number;
  readonly bytes: Buffer;
}

export interface Channel {
  readonly runFolder: string;
  close(): void;
}

/** Answers the shims of one lab. A handler that never resolves is a tool that hangs, until somebody kills it. */
export function openChannel(input: { folder: string; handle: (call: ToolCall) => Promise<ToolAnswer> }): Channel {
  const runFolder = makeRunFolder(input.folder);
  const flags = constants.O_RDWR | constants.O_NONBLOCK;
  const ring = openSync(path.join(runFolder, 'ring'), flags);
  const pipes = Array.from({ length: SLOTS }, (_, slot) => openSync(path.join(runFolder, `${slot}.pipe`), flags));
  const taken = new Map<number, number>();
  const file = (slot: number, kind: 'req' | 'out'): string => path.join(runFolder, `${slot}.${kind}`);

  const free = (slot: number): void => {
    taken.delete(slot);
    rmSync(file(slot, 'out'), { force: true });
    drain(pipes[slot] as number);
    rmSync(file(slot, 'req'), { force: true });
  };
  const answer = (slot: number, pid: number, reply: ToolAnswer): void => {
    if (taken.get(slot) !== pid) return;
    writeFileSync(file(slot, 'out'), answerText(reply.bytes, reply.code));
    writeSync(pipes[slot] as number, `${pid}\n`);
  };
  const take = (slot: number): void => {
    const [pid = '', host = '', tool = '', ...args] = readFileSync(file(slot, 'req'), 'utf8').split('\0').slice(0, -1);
    const caller = Number(pid);
    taken.set(slot, caller);
    const alive = (): boolean => taken.get(slot) === caller && isAlive(caller);
    input.handle({ host, tool, args, alive }).then(
      (reply) => answer(slot, caller, reply),
      (error: unknown) => answer(slot, caller, { code: 255, bytes: Buffer.from(`lab: ${String(error)}\n`) }),
    );
  };

  for (const slot of leftovers(runFolder)) {
    const pid = Number(readFileSync(file(slot, 'req'), 'utf8').split('\0')[0]);
    taken.set(slot, pid);
    answer(slot, pid, { code: UNAVAILABLE, bytes: Buffer.from('The RPC server is unavailable.\r\n') });
  }
  const bell = new Socket({ fd: ring, readable: true, writable: false });
  let rest = '';
  bell.setEncoding('latin1').on('data', (text) => {
    const lines = (rest + String(text)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const done = /^d(\d+) (\d+)$/u.exec(line);
      if (done !== null && taken.get(Number(done[1])) === Number(done[2])) free(Number(done[1]));
      if (done !== null) continue;
      const slot = Number(line);
      if (existsSync(file(slot, 'req'))) take(slot);
    }
  });
  // A killed tool leaves its slot behind, sometimes before it has rung.
  let rounds = 0;
  const sweep = setInterval(() => {
    for (const [slot, pid] of taken) if (!isAlive(pid)) free(slot);
    rounds += 1;
    if (rounds % 20 === 0) for (const slot of orphans(runFolder)) if (!taken.has(slot)) free(slot);
  }, 250);
  writeFileSync(path.join(runFolder, 'pid.new'), `${process.pid}\n`);
  const pidFile = path.join(runFolder, 'pid');
  renameSync(path.join(runFolder, 'pid.new'), pidFile);
  return {
    runFolder,
    close: () => {
      clearInterval(sweep);
      // A successor may have taken over already.
      const isMine = existsSync(pidFile) && readFileSync(pidFile, 'utf8').trim() === String(process.pid);
      if (isMine) rmSync(pidFile);
      bell.destroy();
      for (const pipe of pipes) closeSync(pipe);
      if (isMine) leaveRunFolder(runFolder);
    },
  };
}

/** Slots of tools that died before they rang. Living tools will still ring. */
function orphans(runFolder: string): number[] {
  return leftovers(runFolder).filter((slot) => {
    const name = path.join(runFolder, `${slot}.req`);
    const pid = Number(readFileSync(name, 'utf8').split('\0')[0]);
    return pid > 0 ? !isAlive(pid) : Date.now() - statSync(name).mtimeMs > 5000;
  });
}

const leftovers = (runFolder: string): number[] =>
  readdirSync(runFolder)
    .filter((name) => name.endsWith('.req'))
    .map((name) => Number(name.slice(0, -4)));

function drain(pipe: number): void {
  try {
    readSync(pipe, Buffer.alloc(256));
  } catch {
    // Nothing was in it.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
