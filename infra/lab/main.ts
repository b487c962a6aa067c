import { parseArgs } from 'node:util';
import { startLab } from './index.ts';

const USAGE = 'lab serve --folder DIR [--farm prod] [--workers 3] [--onebox] [--days 14] [--heartbeat MS]';

/**
 * The lab as a process: prints one line of JSON when it is ready, and ends when its stdin closes or on SIGTERM, SIGINT
 * or SIGHUP.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      folder: { type: 'string' },
      farm: { type: 'string' },
      workers: { type: 'string' },
      onebox: { type: 'boolean' },
      days: { type: 'string' },
      heartbeat: { type: 'string' },
    },
  });
  if (positionals[0] !== 'serve' || values.folder === undefined) throw new Error(USAGE);
  const started = performance.now();
  const lab = await startLab({
    folder: values.folder,
    ...(values.farm === undefined ? {} : { farm: values.farm }),
    ...(values.workers === undefined ? {} : { workers: wholeNumber(values.workers) }),
    ...(values.onebox === undefined ? {} : { onebox: values.onebox }),
    ...(values.heartbeat === undefined ? {} : { heartbeatMs: wholeNumber(values.heartbeat) }),
    ...(values.days === undefined ? {} : { days: Number(values.days) }),
  });
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    void lab.close().then(() => process.exit(0));
  };
  process.stdin.resume().once('end', end).once('close', end).once('error', end);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, end);
  const ready = { ready: true, ms: Math.round(performance.now() - started), file: lab.file, hosts: lab.hosts.length };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,4}$/u.test(text)) throw new Error(USAGE);
  return Number(text);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
});
