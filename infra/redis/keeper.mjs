import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Sits between the program and its redis-server, which would outlive a program that dies: when standard input closes,
 * this process ends the server and then itself. A server that dies alone is started again on the same port with the
 * same files. Plain JavaScript, so that the same file runs from the sources and from a build.
 *
 * First line of standard input: {program, config}. Standard output: a line {started: pid}, {failed: code} or {ended}.
 */
const GIVE_UP_AFTER = 5;
const SETTLED_MS = 2000;
const KILL_AFTER_MS = 4000;

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
let ending = false;
let server = null;
let early = 0;

for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});
process.on('SIGTERM', end);
process.stdout.on('error', () => {});

const input = createInterface({ input: process.stdin });
input.once('line', (line) => start(JSON.parse(line)));
input.once('close', end);

function start(order) {
  const since = Date.now();
  // The locale is set so that a machine with an unknown LANG can still start it. The password goes through the pipe.
  server = spawn(order.program, ['-'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
  });
  server.stdin.on('error', () => {});
  server.stdin.end(order.config);
  server.once('spawn', () => say({ started: server.pid }));
  server.once('error', (error) => fail(error.code));
  server.once('exit', (code) => {
    if (ending) {
      say({ ended: true });
      process.exit(0);
    }
    early = Date.now() - since < SETTLED_MS ? early + 1 : 0;
    if (early >= GIVE_UP_AFTER) return fail(`EXIT${code}`);
    setTimeout(() => !ending && start(order), 100 * early);
  });
}

function fail(code) {
  say({ failed: code });
  process.exit(1);
}

function end() {
  if (ending) return;
  ending = true;
  if (server === null || server.exitCode !== null || server.signalCode !== null) process.exit(0);
  server.kill('SIGTERM');
  setTimeout(() => server.kill('SIGKILL'), KILL_AFTER_MS).unref();
}
