import { CertopsError } from '../../src/domain/errors.ts';
import type { Envelope } from '../../src/domain/letters/protocol.ts';
import { parseHostName } from '../../src/domain/values.ts';
import type { BotPostOffice, LetterHandler } from '../../src/ports/post-office.ts';

/** What a queue may do to letters without telling anybody. Each number counts letters still to come. */
interface PostFaults {
  /** Rejects with `QueueAway` and delivers nothing until it is back. */
  away: boolean;
  /** Redis's word for refusing everything while it is `away`; left out: it cannot be reached. */
  refuses?: string;
  /** The farm for which it does not hand out what another bot took: all else works. */
  refusesBoxOf?: string;
  /** The machine whose orders it does not let the bot write: all else works. */
  refusesOrdersOf?: string;
  /** While it is `away`, this has not been noticed yet, except by whoever sends. */
  unnoticed?: boolean;
  lose: number;
  double: number;
  /** Letters held back until the last of them is in, then delivered in reverse order. */
  reorder: number;
}

interface MemoryPost {
  readonly office: BotPostOffice & { close(): Promise<void> };
  readonly faults: PostFaults;
  openMailbox(options: { queue: string; handler: LetterHandler }): Promise<{ close(): Promise<void> }>;
  /** Forgets every waiting letter: a wiped Redis. */
  wipe(): void;
  /** Resolves when everything that can be delivered has been handled. */
  idle(): Promise<void>;
}

const MOST_KEPT = 1000;

/** A post office within one process: the same promises as the one over Redis, and switches for the faults of Redis. */
export function createMemoryPost(): MemoryPost {
  const faults: PostFaults = { away: false, lose: 0, double: 0, reorder: 0 };
  const queues = new Map<string, { letters: string[]; handler: LetterHandler | null; busy: Promise<void> | null }>();
  const held: (() => void)[] = [];

  const queueOf = (name: string) => {
    const queue = queues.get(name) ?? { letters: [], handler: null, busy: null };
    queues.set(name, queue);
    return queue;
  };

  const take = (name: string): void => {
    const queue = queueOf(name);
    if (queue.busy !== null || queue.handler === null || queue.letters.length === 0) return;
    queue.busy = deliver(queue).finally(() => {
      queue.busy = null;
      if (!faults.away) take(name);
    });
  };

  async function deliver(queue: { letters: string[]; handler: LetterHandler | null }): Promise<void> {
    while (!faults.away && queue.handler !== null) {
      await new Promise(setImmediate);
      // The reader may have gone meanwhile: then the letter waits for the next one.
      const { handler } = queue;
      const letter = handler === null ? undefined : queue.letters.shift();
      if (handler === null || letter === undefined) return;
      await handler(JSON.parse(letter)).catch(() => {});
    }
  }

  async function send(name: string, letter: Envelope): Promise<void> {
    if (faults.away) throw new CertopsError('QueueAway', { reason: 'away' });
    const text = JSON.stringify(letter);
    const put = (): void => {
      queueOf(name).letters.push(text);
      take(name);
    };
    if (faults.lose > 0) {
      faults.lose -= 1;
      return;
    }
    if (faults.reorder > 0) {
      faults.reorder -= 1;
      held.unshift(put);
      if (faults.reorder === 0) for (const late of held.splice(0)) late();
      return;
    }
    put();
    if (faults.double > 0) {
      faults.double -= 1;
      put();
    }
  }

  return {
    faults,
    office: {
      toHost: async (host, letter) => {
        if (parseHostName(host) !== host) throw new CertopsError('HostNameUnfit', { host });
        if (faults.refusesOrdersOf === host) throw new CertopsError('QueueAway', { reason: 'NOPERM' });
        await send(`orders.${host}`, letter);
      },
      toBot: (letter) => send('reports', letter),
      toBotOf: async (farm, letter) => {
        if (queueOf(`reports:of:${farm}`).letters.length >= MOST_KEPT) return false;
        await send(`reports:of:${farm}`, letter);
        return true;
      },
      up: () => !faults.away || faults.unnoticed === true,
      refusal: () => (faults.away && faults.unnoticed !== true ? (faults.refuses ?? null) : null),
      refusalOf: (farm) => (faults.refusesBoxOf === farm ? 'NOPERM' : null),
      close: async () => {},
    },
    openMailbox: async ({ queue: name, handler }) => {
      const queue = queueOf(name);
      queue.handler = handler;
      take(name);
      return {
        close: async () => {
          queue.handler = null;
          await queue.busy;
        },
      };
    },
    wipe: () => {
      for (const queue of queues.values()) queue.letters.length = 0;
    },
    idle: async () => {
      for (const name of queues.keys()) {
        take(name);
        while (queueOf(name).busy !== null) await queueOf(name).busy;
      }
    },
  };
}
