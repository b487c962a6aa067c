/**
 * Ctrl-C; SIGTERM, which Windows does not have; Ctrl-Break and the closing of the window, which only Windows has. On
 * other systems SIGHUP is left to `nohup`.
 */
const SIGNALS: readonly NodeJS.Signals[] =
  process.platform === 'win32' ? ['SIGINT', 'SIGBREAK', 'SIGHUP'] : ['SIGINT', 'SIGTERM'];

/**
 * Calls `stop` once, when this process is to end: by a signal or, with `withParent`, by the end of standard input,
 * which closes when the process that started us is gone, however it died.
 */
export function onEnd(stop: () => Promise<void>, withParent: boolean): void {
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of SIGNALS) process.on(signal, end);
  if (!withParent) return;
  process.stdin.on('end', end);
  process.stdin.on('close', end);
  process.stdin.on('error', end);
  process.stdin.resume();
}

/** Tells the process that started us that we are ready: one line of JSON. */
export function sayReady(words: { readonly [name: string]: unknown }): void {
  // A parent that is already gone must not crash us before we have closed everything in order.
  process.stdout.on('error', () => {});
  process.stdout.write(`${JSON.stringify({ ready: true, ...words })}\n`);
}
