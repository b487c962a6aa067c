import { onEnd } from './parent.ts';

export interface Ends {
  /** Runs when the process ends; the newest first. */
  add(end: () => Promise<void>): void;
  readonly signal: AbortSignal;
}

/** What a process has opened is closed in the opposite order; one that fails does not keep the others open. */
export function endsInOrder(withParent: boolean): Ends {
  const ends: (() => Promise<void>)[] = [];
  const ending = new AbortController();
  onEnd(async () => {
    ending.abort();
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end().catch(() => undefined);
  }, withParent);
  return { add: (end) => void ends.push(end), signal: ending.signal };
}
