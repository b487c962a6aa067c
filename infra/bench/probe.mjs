/**
 * Loaded into every process of a rehearsal through NODE_OPTIONS, but active only in runners. Each tool that a runner
 * starts becomes two lines of JSON in CERTOPS_BENCH_FOLDER, at its start and its end: when (nanoseconds of the
 * machine's monotonic clock, the same for all processes), what, and what `sc queryex` said. The product knows nothing
 * of it.
 */
import { ChildProcess } from 'node:child_process';
import { openSync, writeSync } from 'node:fs';
import path from 'node:path';

const folder = process.env.CERTOPS_BENCH_FOLDER ?? '';
const [, script = '', word] = process.argv;
if (folder !== '' && (path.basename(script) === 'runner.mjs' || word === 'runners-together')) watch();

function watch() {
  const files = new Map();
  const tell = (host, line) => {
    const file = files.get(host) ?? openSync(path.join(folder, `${host}.jsonl`), 'a', 0o600);
    files.set(host, file);
    writeSync(file, `${JSON.stringify(line)}\n`);
  };
  const now = () => Number(process.hrtime.bigint());
  const spawn = ChildProcess.prototype.spawn;
  let count = 0;
  ChildProcess.prototype.spawn = function watched(options) {
    count += 1;
    const id = count;
    // Each machine of the lab is a folder, with its tools in it.
    const host = /[/]hosts[/]([^/]+)[/]/u.exec(options.file)?.[1] ?? '';
    const tool = path.basename(options.file).replace(/\.exe$/u, '');
    const args = options.args.slice(1);
    // The only secret in any tool's arguments.
    const password = args.indexOf('-p');
    const shown = args.map((arg, at) => (tool === 'certutil' && at === password + 1 && password >= 0 ? '***' : arg));
    tell(host, { id, at: now(), wall: Date.now(), tool, args: shown });
    const result = spawn.call(this, options);
    let said = '';
    if (tool === 'sc') this.stdout?.on('data', (bytes) => (said += bytes.toString('latin1')));
    let end = 0;
    // Callers may go on at `exit`; `close` comes later, once the pipes are closed too.
    this.once('exit', () => {
      end = now();
    });
    this.once('close', (code) => tell(host, { id, end, code, ...(tool === 'sc' ? { state: stateIn(said) } : {}) }));
    return result;
  };
}

/** `STATE : 4  RUNNING`: the number. */
const stateIn = (text) => Number(/\bSTATE\s+:\s+(\d)/u.exec(text)?.[1] ?? 0);
