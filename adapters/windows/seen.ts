import type { WindowsContext } from './context.ts';

interface Seen {
  readonly value: unknown;
  /** Milliseconds of the steady clock. */
  readonly at: number;
}

/** The end of a change and the look of its step are a few milliseconds apart. */
export const ECHO_MS = 250;

const seen = new WeakMap<WindowsContext, Map<string, Seen>>();

/**
 * A step looks before and after its change, and the change looks at its own beginning and end: the same query twice
 * within moments, while a farm is cut off. So what one has just seen is handed to the other, once, and only for a
 * moment.
 */
export function handOver(context: WindowsContext, what: string, value: unknown): void {
  const known = seen.get(context) ?? new Map<string, Seen>();
  seen.set(context, known.set(what, { value, at: context.clock.steady() }));
}

/** What was handed over less than `withinMs` ago; null: ask. */
export function takeOver<T>(context: WindowsContext, what: string, withinMs: number): T | null {
  const known = seen.get(context);
  const last = known?.get(what);
  known?.delete(what);
  return last !== undefined && context.clock.steady() - last.at < withinMs ? (last.value as T) : null;
}

const asking = new WeakMap<WindowsContext, Map<string, Promise<unknown>>>();

/** Nothing that was handed over before counts any more: the next look asks. */
export const forgetSeen = (context: WindowsContext): void => void seen.delete(context);

/** One query for all callers in the same turn: nothing can have changed between them. */
export function inOneTurn<T>(context: WindowsContext, what: string, read: () => Promise<T>): Promise<T> {
  const known = asking.get(context) ?? new Map<string, Promise<unknown>>();
  asking.set(context, known);
  const asked = known.get(what);
  if (asked !== undefined) return asked as Promise<T>;
  const answer = read();
  known.set(what, answer);
  const forget = (): void => {
    if (known.get(what) === answer) known.delete(what);
  };
  process.nextTick(forget);
  answer.then(forget, forget);
  return answer;
}
