import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * The library prints an error of several lines, past our log, for each token that it refuses: whoever reaches the port
 * could fill the disk. Returns what runs such work, of which no `console.error` comes out; everybody else's does. The
 * gate's own line, one a minute, says what is to be known.
 */
export function createSilence(target: Pick<Console, 'error'>): <T>(run: () => Promise<T>) => Promise<T> {
  const silent = new AsyncLocalStorage<true>();
  const print = target.error;
  target.error = (...words: unknown[]) => {
    if (silent.getStore() === undefined) print.apply(target, words);
  };
  return (run) => silent.run(true, run);
}
