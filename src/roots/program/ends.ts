import { onEnd } from './parent.ts';

export interface Ends {
  /** Registers what runs when the process ends; the newest runs first. */
  add(end: () => Promise<void>): void;
  /** Runs all of it now. */
  end(): Promise<void>;
  readonly signal: AbortSignal;
}

/** Closes what a process has opened in reverse order; one that fails to close does not keep the others open. */
export function endsInOrder(withParent: boolean): Ends {
  const ends: (() => Promise<void>)[] = [];
  const ending = new AbortController();
  const end = async (): Promise<void> => {
    ending.abort();
    for (let next = ends.pop(); next !== undefined; next = ends.pop()) await next().catch(() => undefined);
  };
  onEnd(end, withParent);
  return { add: (next) => void ends.push(next), end, signal: ending.signal };
}
