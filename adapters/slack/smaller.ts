import { SIZES, type Size } from '../../cards/block-kit.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { isOfContent } from './errors.ts';

/** A rendered message. */
export interface Content {
  readonly text: string;
  readonly blocks: readonly object[];
}

/** A message to be sent in the largest size that Slack takes. */
export interface Sized<T> {
  readonly draw: (size: Size) => Content;
  readonly send: (message: Content) => Promise<T>;
  /**
   * What it is about: the next message about the same starts with the size that was taken. If left out: it is sent
   * once.
   */
  readonly about?: string;
}

export type SendSized = <T>(sized: Sized<T>) => Promise<T>;

/** After this no other size is tried, so that a call ends within half a minute; the next call goes on from there. */
const NEXT_SIZE_MS = 8_000;
const KEPT = 200;

/**
 * If Slack rejects a card's content it would do so for ever, and nobody could see or stop anything: so a smaller
 * version is sent. The accepted size is remembered, or a running card would be refused at each change. If no size is
 * accepted, throws what `send` threw.
 */
export function createSmaller({ clock, log }: { readonly clock: Clock; readonly log: Log }): SendSized {
  const taken = new Map<string, number>();

  function remember(about: string | undefined, size: number): void {
    if (about === undefined) return;
    taken.delete(about);
    if (size > 0) taken.set(about, size);
    // A Map keeps the order of insertion: the oldest come first.
    for (const old of [...taken.keys()].slice(0, Math.max(0, taken.size - KEPT))) taken.delete(old);
  }

  return async ({ draw, send, about }) => {
    const until = clock.now() + NEXT_SIZE_MS;
    for (let at = taken.get(about ?? '') ?? 0; ; at += 1) {
      const size = SIZES[at] ?? 'words';
      try {
        return await send(draw(size));
      } catch (error) {
        if (!isOfContent(error)) throw error;
        const next = at + 1 < SIZES.length ? at + 1 : 0;
        remember(about, next);
        log.warn({ ...error.data, size }, 'Slack does not take what is in a message');
        if (next === 0 || clock.now() > until) throw error;
      }
    }
  };
}
