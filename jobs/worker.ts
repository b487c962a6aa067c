import { type Processor, Worker } from 'bullmq';
import { errorCode } from '../src/domain/errors.ts';
import type { Log } from '../src/ports/log.ts';
import { type Connection, isOfRights, reasonOf, within, workerConnection } from './connection.ts';
import { harmless } from './harmless.ts';
import { createLackedRight } from './lacked-right.ts';
import { keepToOwnQueue } from './own-queue.ts';
import { giveUp, tidy } from './tidy.ts';

const TIDY_MS = 60_000;

export interface QueueWorker {
  /** `NOPERM` if this user lacks a right that taking letters needs; null: not as far as is known. */
  refusal(): string | null;
  close(): Promise<void>;
}

interface QueueWorkerOptions {
  readonly redis: string;
  readonly queue: string;
  readonly prefix: string;
  readonly concurrency: number;
  readonly processor: Processor;
  readonly log: Log;
  /** Job fields to let through besides those of a letter (see `harmless`). */
  readonly fields?: readonly string[];
  /** How long to leave Redis alone after it refused a command. Milliseconds. */
  readonly restMs?: number;
  /** How often the queue is cleared of whatever holds its letters back. Milliseconds. */
  readonly tidyMs?: number;
  /** Unusable keys of the queue were deleted: whoever stores something in them must write it again. */
  readonly onRemoved?: () => void;
}

/** A BullMQ worker that can run for months: it recovers after any outage, and ends when told. */
export function openWorker(options: QueueWorkerOptions): QueueWorker {
  const { redis, queue, prefix, concurrency, processor, log, restMs = 2000, tidyMs = TIDY_MS } = options;
  const connection = workerConnection(redis, queue, log);
  keepToOwnQueue(connection.redis);
  const worker = new Worker(queue, processor, {
    connection: connection.redis,
    prefix,
    concurrency,
    // If BullMQ's version check failed, the failure would be cached for good. If it disliked the answer, the worker
    // would throw in a tight loop that never yields to our code: not even a signal could end such a process.
    skipVersionCheck: true,
    maxStalledCount: 0,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
    // BullMQ waits 15 s after a fetch that hit a closed connection; a letter should not wait that long.
    runRetryDelay: 500,
    // The longest time for which it honours a rate limit that somebody wrote into the queue: meanwhile it fetches
    // nothing.
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
  const right = createLackedRight(() => performance.now());
  worker.on('completed', () => {
    said = '';
    right.passed();
  });
  worker.on('error', (error) => {
    const reason = reasonOf(error);
    if (isOfConnection(error)) return;
    if (reason !== said) log.warn({ queue: `${prefix}:${queue}`, reason, ...refusedIn(error) }, 'redis refuses');
    said = reason;
    if (reason === 'NOPERM' || isOfRights(error)) right.refused();
    // When a fetch is refused (no permission, memory full), or answered in a way that BullMQ does not know, it tries
    // again at once: ten thousand times a second.
    if (resting !== undefined) return;
    void worker.pause(true);
    tidying.now(reason);
    resting = setTimeout(() => {
      resting = undefined;
      void worker.resume();
    }, restMs);
  });
  return {
    refusal: () => (right.isLacked() ? 'NOPERM' : null),
    close: async () => {
      clearTimeout(resting);
      tidying.stop();
      await within(worker.close());
      connection.end();
    },
  };
}

/** The command that this user lacks the right to, as far as Redis says. Nothing else of what it says is repeated. */
function refusedIn({ message }: Error): { readonly command?: string } {
  const command = /\bto run the '([a-z]+(?:\|[a-z]+)?)' command/u.exec(message)?.[1];
  return command === undefined ? {} : { command };
}

/** The connection logs its own losses and recoveries, and what fails with it waits by itself. */
const isOfConnection = (error: Error): boolean =>
  errorCode(error) !== '' || /^(?:Connection is closed|Socket timeout|Stream isn't writeable)/u.test(error.message);

/** Tidies at each connection, at every interval, and when something was refused; never twice at a time. */
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
      if (wasHeld) log.warn({ queue: base }, 'somebody had paused or limited this queue: it runs again');
      if (removed.length > 0) {
        log.warn({ queue: base, removed }, 'unusable keys of this queue were removed');
        onRemoved?.();
      }
      // If keys were removed, one of them was the cause, and the letters are good.
      const given = refused === null || removed.length > 0 ? 0 : await giveUp(redis, base, refused);
      if (given > 0)
        log.warn({ queue: base, letters: given }, 'letters of this queue were given up: they are sent again');
    } catch (error) {
      log.warn({ queue: base, reason: reasonOf(error) }, 'the queue could not be checked');
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
