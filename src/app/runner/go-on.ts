import { openOrders } from '../../domain/fold/runner-fold.ts';
import { endsOfCutShort, waitAfterSilence } from './after-silence.ts';
import type { RunnerDeps } from './deps.ts';
import { EVENTS, tellEventLog } from './event-log.ts';
import { RunnerStopping } from './failure.ts';
import { readHold } from './held/holds.ts';
import type { OwnJournal } from './own-journal.ts';

/** How a runner that starts goes on with what its journal shows as open. */
interface GoingOn {
  /** At once, or after a silence in the background, at the bot's first word. */
  start(): Promise<void>;
  /** Whether it still waits for that word: until then nothing but looks begins. */
  isWaiting(): boolean;
  /** Resolves when it does not wait any more, also because the runner stops. */
  ended(): Promise<void>;
}

/** `firstWord`: the last entry that the bot had when it first answered. `resume`: works on what is open. */
export function createGoingOn(
  deps: RunnerDeps,
  parts: {
    readonly untilRecorded: OwnJournal['untilRecorded'];
    readonly firstWord: Promise<number>;
    readonly resume: () => void;
    readonly stopping: AbortSignal;
  },
): GoingOn {
  const { journal, host, clock, log, config } = deps;
  const { untilRecorded, firstWord, stopping } = parts;
  let isWaiting = false;
  let resuming: Promise<void> = Promise.resolve();

  /**
   * That an order is armed is written together with its acceptance, after the machine was checked, but a crash may tear
   * the second line off: the bot would wait for it in vain.
   */
  async function resume(): Promise<void> {
    const torn = openOrders(journal.state()).filter(
      (order) => order.armedAt === null && order.failed === null && readHold(order, config)?.part === 'follow',
    );
    parts.resume();
    if (torn.length > 0)
      await untilRecorded(...torn.map(({ n, rotation }) => ({ type: 'armed', n, rotation }) as const));
  }

  /**
   * Goes on at the bot's first word, or without it after the wait. If the bot has more of this journal than is here,
   * nothing here tells what became of what is open.
   */
  async function resumeAfter(waitMs: number): Promise<void> {
    const found = journal.head().seq;
    const before = journal.state();
    const ends = new AbortController();
    const silence = clock.sleep(waitMs, AbortSignal.any([ends.signal, stopping])).then(() => found);
    const upTo = await Promise.race([firstWord, silence.catch(() => found)]);
    ends.abort();
    if (stopping.aborted) return;
    if (upTo > found) {
      log.warn({ found, wanted: upTo }, 'the journal is shorter than the bot knows it: what is open is left as it is');
      await untilRecorded(...endsOfCutShort(before, found, upTo));
      tellEventLog(
        deps,
        EVENTS.finished,
        `certops left what was open: its journal ends at ${found} and not at ${upTo}`,
      );
    } else {
      await endHalfImport();
    }
    isWaiting = false;
    await resume();
  }

  /** Beside whatever the runner does next: with a full disk it may take long. */
  function inBackground(work: Promise<void>): void {
    resuming = work.catch((error: unknown) => {
      if (!(error instanceof RunnerStopping)) throw error;
    });
  }

  /** Not while a person has paused this runner: the next start or import does it. */
  async function endHalfImport(): Promise<void> {
    const isPaused = (await deps.paused?.().catch(() => true)) ?? false;
    if (!isPaused) await host.endHalfImport();
  }

  return {
    async start() {
      const waitMs = waitAfterSilence(journal, clock.now());
      isWaiting = waitMs > 0;
      if (!isWaiting) {
        await endHalfImport();
        return inBackground(resume());
      }
      log.info(
        { seconds: Math.ceil(waitMs / 1000) },
        'what is open waits for the word of the bot, and no longer than this',
      );
      inBackground(resumeAfter(waitMs));
    },
    isWaiting: () => isWaiting,
    ended: () => resuming,
  };
}
