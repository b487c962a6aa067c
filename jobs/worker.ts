import { type Processor, Worker } from 'bullmq';
import { errorCode } from '../src/domain/errors.ts';
import type { Log } from '../src/ports/log.ts';
import { type Connection, reasonOf, within, workerConnection } from './connection.ts';
import { harmless } from './harmless.ts';
import { keepToOwnQueue } from './own-queue.ts';
import { giveUp, tidy } from './tidy.ts';

const TIDY_MS = 60_000;

export interface QueueWorkerOptions {
  readonly redis: string;
  readonly queue: string;
  readonly prefix: string;
  readonly concurrency: number;
  readonly processor: Processor;
  readonly log: Log;
  /** What of a job is believed beside what makes a letter. */
  readonly fields?: readonly string[];
  /** How long to leave Redis alone after it refused a command. Milliseconds. */
  readonly restMs?: number;
  /** How often the queue is freed of what holds its letters back. Milliseconds. */
  readonly tidyMs?: number;
  /** Keys of the queue were of no use and are gone: whoever keeps something in them writes it anew. */
  readonly onRemoved?: () => void;
}

/** A BullMQ worker with what it needs to be let run for months: it comes back after any outage, and ends when told. */
export function openWorker(options: QueueWorkerOptions): { close(): Promise<void> } {
  const { redis, queue, prefix, concurrency, processor, log, restMs = 2000, tidyMs = TIDY_MS } = options;
  const connection = workerConnection(redis, queue, log);
  keepToOwnQueue(connection.redis);
  const worker = new Worker(queue, processor, {
    connection: connection.redis,
    prefix,
    concurrency,
    // Its question for the version would be kept for good where it fails, and an answer that it does not like be thrown
    // at each of its turns without one of ours in between: not even a signal ended such a process.
    skipVersionCheck: true,
    maxStalledCount: 0,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
    // BullMQ waits 15 s after a fetch that met a closed connection; a letter should not.
    runRetryDelay: 500,
    // How long it believes a limit that somebody wrote: it asks for nothing meanwhile.
    maximumRateLimitDelay: Math.min(tidyMs, 30_000),
  });
  const { backend } = worker;
  const run = backend.execCommand.bind(backend);
  backend.execCommand = (client, name, args) => {
    const answer = run(client, name, args);
    return answer instanceof Promise ? answer.then((found) => harmless(found, options.fields)) : answer;
  };
  const tidying = keepTidy(connection, `${prefix}:${queue}`, options);
  let said = '';
  let resting: NodeJS.Timeout | undefined;
  worker.on('active', () => {
    said = '';
  });
  worker.on('error', (error) => {
    const reason = reasonOf(error);
    if (isOfConnection(error)) return;
    if (reason !== said) log.warn({ queue, reason }, 'redis refuses');
    said = reason;
    // BullMQ asks again at once what was refused (no right, memory full) or is no answer of a Redis that it knows: ten
    // thousand times a second.
    if (resting !== undefined) return;
    void worker.pause(true);
    tidying.now(reason);
    resting = setTimeout(() => {
      resting = undefined;
      void worker.resume();
    }, restMs);
  });
  return {
    close: async () => {
      clearTimeout(resting);
      tidying.stop();
      await within(worker.close());
      connection.end();
    },
  };
}

/** A connection's comings and goings are told by the connection, and what fails with it waits by itself. */
const isOfConnection = (error: Error): boolean =>
  errorCode(error) !== '' || /^(?:Connection is closed|Socket timeout|Stream isn't writeable)/u.test(error.message);

/** At each connection, once a minute, and when something was refused; never twice at a time. */
function keepTidy(
  { redis }: Connection,
  base: string,
  { tidyMs = TIDY_MS, log, onRemoved }: Pick<QueueWorkerOptions, 'tidyMs' | 'log' | 'onRemoved'>,
): { now(refused: string): void; stop(): void } {
  let isBusy = false;
  async function once(refused: string | null): Promise<void> {
    if (isBusy || redis.status !== 'ready') return;
    isBusy = true;
    try {
      const { wasHeld, removed } = await tidy(redis, base);
      if (wasHeld) log.warn({ queue: base }, 'somebody had paused or limited this queue: it goes on');
      if (removed.length > 0) {
        log.warn({ queue: base, removed }, 'keys of this queue were of no use and are removed');
        onRemoved?.();
      }
      // Else it was a key of the queue's own, and the letters in it are good.
      const given = refused === null || removed.length > 0 ? 0 : await giveUp(redis, base, refused);
      if (given > 0)
        log.warn({ queue: base, letters: given }, 'letters of this queue were given up: they are sent again');
    } catch (error) {
      log.warn({ queue: base, reason: reasonOf(error) }, 'the queue could not be looked at');
    } finally {
      isBusy = false;
    }
  }
  const look = (): void => void once(null);
  redis.on('ready', look);
  const timer = setInterval(look, tidyMs).unref();
  return {
    now: (refused) => void once(refused),
    stop: () => {
      clearInterval(timer);
      redis.off('ready', look);
    },
  };
}
