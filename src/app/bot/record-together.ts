import type { BotEntry } from '../../domain/journal/entries.ts';
import type { FarmState } from '../../domain/rotation/farm-state.ts';
import type { HostName } from '../../domain/values.ts';

export type Decide<T> = (state: FarmState) => { readonly entries: readonly BotEntry[]; readonly answer: T };

/** An answer with nothing to record. */
export const nothing = <T>(answer: T): { entries: []; answer: T } => ({ entries: [], answer });

interface Waiting {
  readonly host: HostName;
  readonly decide: Decide<unknown>;
  resolve(answer: never): void;
  reject(error: unknown): void;
}

/**
 * Collects what runners say while the disk is busy; `record` is called with all of it once its turn comes. What one
 * machine says does not depend on what another says, so all are decided on the same state; what the same machine says
 * next waits for the next turn. A `decide` that throws rejects alone; a disk that refuses rejects all.
 */
export function createRecordTogether(
  record: (decide: Decide<void>) => Promise<void>,
): <T>(host: HostName, decide: Decide<T>) => Promise<T> {
  let waiting: readonly Waiting[] = [];
  let isTaking = false;

  async function takeAll(): Promise<void> {
    isTaking = true;
    while (waiting.length > 0) await take();
    isTaking = false;
  }

  async function take(): Promise<void> {
    let taken = waiting;
    const settle: (() => void)[] = [];
    try {
      await record((state) => {
        taken = firstOfEach(waiting);
        waiting = waiting.filter((one) => !taken.includes(one));
        const entries: BotEntry[] = [];
        for (const { decide, resolve, reject } of taken) {
          try {
            const wanted = decide(state);
            entries.push(...wanted.entries);
            settle.push(() => resolve(wanted.answer as never));
          } catch (error) {
            settle.push(() => reject(error));
          }
        }
        return { entries, answer: undefined };
      });
      for (const one of settle) one();
    } catch (error) {
      waiting = waiting.filter((one) => !taken.includes(one));
      for (const { reject } of taken) reject(error);
    }
  }

  return (host, decide) =>
    new Promise((resolve, reject) => {
      waiting = [...waiting, { host, decide, resolve, reject }];
      if (!isTaking) void takeAll();
    });
}

function firstOfEach(waiting: readonly Waiting[]): readonly Waiting[] {
  const hosts = new Set<HostName>();
  return waiting.filter(({ host }) => !hosts.has(host) && hosts.add(host));
}
