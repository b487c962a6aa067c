import type { Runner } from '../../app/runner/deps.ts';
import { isCertopsError } from '../../domain/errors.ts';
import type { AcceptedOrder } from '../../domain/fold/runner-fold.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LetterHandler, PostOffice } from '../../ports/post-office.ts';
import { systemClock } from '../program/system-clock.ts';

const STEP_MS = 10;
const TRIES = 200;

type Office = PostOffice & { close(): Promise<void> };

/**
 * A post office that tells when its first letter to the bot has gone out, since from then on others may count on us,
 * and whether Redis refuses such letters for want of a right: nobody hears of that but this machine.
 */
export function openOffice(inner: Office): {
  readonly office: Office & { /** Resolves when Redis is there, or after two seconds. */ connected(): Promise<void> };
  readonly sent: Promise<void>;
  readonly isRefused: () => boolean;
} {
  let told: () => void = () => {};
  const sent = new Promise<void>((resolve) => {
    told = resolve;
  });
  let isRefused = false;
  const toBot: Office['toBot'] = async (letter) => {
    await inner.toBot(letter).catch((error: unknown) => {
      // Any other failure tells nothing of the right.
      if (isCertopsError(error) && error.data.reason === 'NOPERM') isRefused = true;
      throw error;
    });
    isRefused = false;
    told();
  };
  const connected = async (): Promise<void> => {
    for (let tries = 0; tries < TRIES && !inner.up(); tries += 1) await systemClock.sleep(STEP_MS);
  };
  return { office: { ...inner, toBot, connected }, sent, isRefused: () => isRefused };
}

/** Longer than a machine takes to go back. */
const SETTLE_MS = 600_000;

/**
 * Orders that have switched this machine, or failed on it, and can go on by themselves do so before the first letter is
 * taken: no letter may prevent that, not even one that ends this process. A runner that waits for a word from the bot
 * waits with an open mailbox, from which it takes only such words.
 */
export async function settled(
  before: readonly Pick<AcceptedOrder, 'switched' | 'failed'>[],
  runner: Pick<Runner, 'idle'>,
  clock: Clock,
): Promise<void> {
  if (before.every(({ switched, failed }) => switched === null && failed === null)) return;
  const done = new AbortController();
  const late = clock.sleep(SETTLE_MS, done.signal).catch(() => {});
  await Promise.race([runner.idle(), late]);
  done.abort();
}

/**
 * Takes only the bot's acknowledgements and signals until everything is settled. An order that arrives meanwhile is
 * dropped; the bot sends it again.
 */
export function wordsFirst({ receive }: Pick<Runner, 'receive'>, isSettled: Promise<void>): LetterHandler {
  let isOpen = false;
  void isSettled.then(() => {
    isOpen = true;
  });
  return async (letter) => {
    if (isOpen || isWord(letter)) await receive(letter);
  };
}

const isWord = (letter: unknown): boolean =>
  typeof letter === 'object' && ['ack', 'signal'].includes((letter as { type?: string } | null)?.type ?? '');
