import { type Processor, Worker } from 'bullmq';
import type { Log } from '../src/ports/log.ts';
import { reasonOf, within, workerConnection } from './connection.ts';
import { harmless } from './harmless.ts';

export interface QueueWorkerOptions {
  readonly redis: string;
  readonly queue: string;
  readonly prefix: string;
  readonly concurrency: number;
  readonly processor: Processor;
  readonly log: Log;
  /** How long to leave Redis alone after it refused a command. Milliseconds. */
  readonly restMs?: number;
}

/** A BullMQ worker with what it needs to be let run for months: it comes back after any outage, and ends when told. */
export function openWorker(options: QueueWorkerOptions): { close(): Promise<void> } {
  const { redis, queue, prefix, concurrency, processor, log, restMs = 2000 } = options;
  const connection = workerConnection(redis, queue, log);
  const worker = new Worker(queue, processor, {
    connection: connection.redis,
    prefix,
    concurrency,
    maxStalledCount: 0,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
    // BullMQ waits 15 s after a fetch that met a closed connection; a letter should not.
    runRetryDelay: 500,
  });
  const { backend } = worker;
  const run = backend.execCommand.bind(backend);
  backend.execCommand = (client, name, args) => {
    const answer = run(client, name, args);
    return answer instanceof Promise ? answer.then(harmless) : answer;
  };
  let said = '';
  let resting: NodeJS.Timeout | undefined;
  worker.on('active', () => {
    said = '';
  });
  worker.on('error', (error) => {
    const reason = reasonOf(error);
    // A connection's comings and goings are told by the connection.
    if (error.name !== 'ReplyError') return;
    if (reason !== said) log.warn({ queue, reason }, 'redis refuses');
    said = reason;
    // BullMQ asks again at once what was refused (no right, memory full): ten thousand times a second.
    if (resting !== undefined) return;
    void worker.pause(true);
    resting = setTimeout(() => {
      resting = undefined;
      void worker.resume();
    }, restMs);
  });
  return {
    close: async () => {
      clearTimeout(resting);
      await within(worker.close());
      connection.end();
    },
  };
}
