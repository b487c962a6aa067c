import type { Queue } from 'bullmq';
import { CertopsError } from '../src/domain/errors.ts';
import type { Envelope } from '../src/domain/letters/protocol.ts';
import { parseHostName } from '../src/domain/values.ts';
import type { Log } from '../src/ports/log.ts';
import type { BotPostOffice, LetterHandler } from '../src/ports/post-office.ts';
import { noLog, openQueue, producerConnection, queueAway, reasonOf, within } from './connection.ts';
import { waitingIn } from './tidy.ts';
import { openWorker, type QueueWorker } from './worker.ts';
import { watchWrites } from './writes.ts';

export const REPORTS = 'reports';

/** What the bot writes and reads to see whether Redis takes anything. */
export const watchedWith = (prefix: string) => ({
  key: `${prefix}:schedule:writes`,
  list: waitingIn(`${prefix}:${REPORTS}`),
});

/**
 * How many letters may wait in a queue that nobody empties: a bot that is off for days would otherwise find Redis full,
 * and a full Redis gives no letter out. A letter that is turned away is sent again, as a lost one is.
 */
const MOST_KEPT = 2000;
/** The same for reports that wait for another bot. */
const MOST_HANDED_ON = 1000;

/**
 * Where the bot of one farm finds its reports that another bot took from the shared queue, or (null) that queue. The
 * keys lie below `reports:`, which every bot's Redis user may reach. Throws `FarmNameUnfit` for a name that would form
 * another key.
 */
export function reportsOf(farm: string | null, prefix: string): { readonly queue: string; readonly prefix: string } {
  if (farm === null) return { queue: REPORTS, prefix };
  if (parseHostName(farm) !== farm) throw new CertopsError('FarmNameUnfit', { farm });
  return { queue: farm, prefix: `${prefix}:${REPORTS}:of` };
}

/** `orders.<host>`. Throws `HostNameUnfit` for a name that would form another queue or another key pattern. */
export function ordersOf(host: string): string {
  if (parseHostName(host) !== host) throw new CertopsError('HostNameUnfit', { host });
  return `orders.${host}`;
}

interface PostOfficeOptions {
  /** `redis://user:password@host:port` */
  readonly redis: string;
  readonly prefix: string;
  readonly log?: Log;
  /** A Redis that is silent for this long counts as away. Milliseconds. */
  readonly answerMs?: number;
  /** How many letters may wait in one queue. */
  readonly mostKept?: number;
  /**
   * Also checks, while nothing is to be sent, whether Redis accepts writes. For the bot only, whose Redis user may
   * write the key that the check uses.
   */
  readonly looks?: boolean;
  /**
   * Why the letters sent to this process cannot be taken: whoever hears nobody must not go on as if all were silent.
   * With a farm: why those that another bot took for it cannot; all others are heard.
   */
  readonly whyDeaf?: (farm: string | null) => string | null;
}

/**
 * Letters out, over BullMQ. Rejects with `QueueAway` at once while Redis is away, or when the queue is full because
 * nobody took the earlier letters; nothing waits in memory.
 */
export function createPostOffice(options: PostOfficeOptions): BotPostOffice & { close(): Promise<void> } {
  const { redis: url, prefix, log = noLog, answerMs = 3000, mostKept = MOST_KEPT } = options;
  const connection = producerConnection(url, 'post office', log, answerMs);
  const queues = new Map<string, Queue>();
  const writes = options.looks === true ? watchWrites(connection.redis, watchedWith(prefix), log) : null;
  const refusal = (): string | null => writes?.refusal() ?? options.whyDeaf?.(null) ?? null;

  function queueOf(name: string): Queue {
    const known = queues.get(name);
    if (known !== undefined) return known;
    const queue = openQueue(name, prefix, connection);
    queues.set(name, queue);
    return queue;
  }

  async function reached<T>(use: () => Promise<T>): Promise<T> {
    if (connection.redis.status !== 'ready') throw new CertopsError('QueueAway', { reason: connection.redis.status });
    try {
      return await use();
    } catch (error) {
      writes?.look();
      throw queueAway(error);
    }
  }

  async function send(name: string, letter: Envelope): Promise<void> {
    const isFull = await reached(async () => {
      if ((await connection.redis.llen(waitingIn(`${prefix}:${name}`))) >= mostKept) return true;
      await queueOf(name).add(letter.type, letter);
      return false;
    });
    if (isFull) throw new CertopsError('QueueAway', { reason: 'full' });
  }

  async function handOn(farm: string, letter: Envelope): Promise<boolean> {
    const box = reportsOf(farm, prefix);
    return reached(async () => {
      // Not kept open: whoever can write into `reports` may name farms without end.
      const queue = openQueue(box.queue, box.prefix, connection);
      try {
        if ((await queue.getWaitingCount()) >= MOST_HANDED_ON) return false;
        await queue.add(letter.type, letter);
        return true;
      } finally {
        queue.close().catch(() => {});
      }
    });
  }

  return {
    toHost: async (host, letter) => send(ordersOf(host), letter),
    toBot: (letter) => send(REPORTS, letter),
    toBotOf: handOn,
    up: () => connection.redis.status === 'ready' && refusal() === null,
    refusal,
    refusalOf: (farm) => options.whyDeaf?.(farm) ?? null,
    close: async () => {
      writes?.stop();
      await within(Promise.all([...queues.values()].map((queue) => queue.close())));
      connection.end();
    },
  };
}

interface MailboxOptions {
  readonly redis: string;
  /** `reports`, `ordersOf(host)`, or with its prefix what `reportsOf(farm)` names. */
  readonly queue: string;
  readonly prefix: string;
  /** Gets what was in the queue, unread and untrusted, in order. */
  readonly handler: LetterHandler;
  /** How many are handled at a time; if left out, one after another. */
  readonly atOnce?: number;
  readonly log?: Log;
}

/** Why the letters in one of these mailboxes cannot be taken; null: they can, or there is no such mailbox. */
export const refusalsIn =
  <Of>(boxes: ReadonlyMap<Of, { refusal(): string | null }>) =>
  (of: Of): string | null =>
    boxes.get(of)?.refusal() ?? null;

/**
 * Letters in. A letter is taken, handled once and removed, whatever the handler does: its sender sends it again from
 * its journal. Recovers by itself after an outage of any length.
 */
export async function openMailbox(options: MailboxOptions): Promise<QueueWorker> {
  const { redis: url, queue, prefix, handler, atOnce = 1, log = noLog } = options;
  return openWorker({
    redis: url,
    queue,
    prefix,
    concurrency: atOnce,
    log,
    processor: async (job) => {
      try {
        await handler(job.data);
      } catch (error) {
        log.warn({ queue, reason: reasonOf(error) }, 'a letter was not handled');
      }
    },
  });
}
