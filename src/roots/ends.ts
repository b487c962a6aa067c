import { onEnd } from './parent.ts';

export interface Ends {
  /** Runs when the process ends; the newest first. */
  add(end: () => Promise<void>): void;
  /** Ends all of it now. */
  end(): Promise<void>;
  readonly signal: AbortSignal;
}

/** What a process has opened is closed in the opposite order; one that fails does not keep the others open. */
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
