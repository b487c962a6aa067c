import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { endChild } from './processes.ts';

const PREFIX = '{certops-bench}';
const QUEUE = 'hops';
const PAUSE_MS = 15;
const WARM_UP = 20;

/** The monotonic clock that all processes of a machine share. Milliseconds. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/**
 * How long one hop over a bare queue takes here: from `add` in this process to the start of the processor in another.
 * Both are idle before each hop, as a farm is before a click. Milliseconds.
 */
export async function measureHops(redis: string, samples: number): Promise<readonly number[]> {
  const script = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, [script, 'answer-hops'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, REDIS_URL: redis },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const connection = new Redis(redis, { maxRetriesPerRequest: null });
  const queue = new Queue(QUEUE, { connection, prefix: PREFIX });
  const hops: number[] = [];
  try {
    await lines.next();
    for (let count = 0; count < samples + WARM_UP; count += 1) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      const from = monotonicMs();
      await queue.add('hop', {}, { removeOnComplete: true });
      const { value } = await lines.next();
      if (count >= WARM_UP) hops.push(Number(value) - from);
    }
    await queue.obliterate({ force: true });
  } finally {
    await endChild(child);
    await queue.close();
    connection.disconnect();
  }
  return hops;
}

/** The other process: prints for each letter when its processor started. Ends when its standard input closes. */
export async function answerHops(redis: string): Promise<void> {
  const connection = new Redis(redis, { maxRetriesPerRequest: null });
  const worker = new Worker(QUEUE, async () => void process.stdout.write(`${monotonicMs()}\n`), {
    connection,
    prefix: PREFIX,
  });
  await worker.waitUntilReady();
  process.stdout.write('ready\n');
  process.stdin.resume().once('end', () => process.exit(0));
}
