import type { WindowsContext } from './context.ts';

/**
 * Milliseconds; the gap limit by default. With tools of two seconds and three bindings, half a minute was over in the
 * middle of the outage. Far shorter than an installation that changes a service.
 */
const FRESH_MS = 60_000;

interface Memo {
  readonly value: Promise<unknown>;
  readonly until: number;
}

const memos = new WeakMap<WindowsContext, Map<string, Memo>>();

/**
 * Remembers facts that no step changes and that prove nothing: which services are installed, how one is registered,
 * where its log is. Each costs a tool's start, and between a switch and its proof that is time in which workers are cut
 * off. So they are kept for a minute, and read again for each order and each look (`forget`). Failures are not
 * kept.
 */
export function remembered<T>(context: WindowsContext, what: string, read: () => Promise<T>): Promise<T> {
  const memo = memos.get(context) ?? new Map<string, Memo>();
  memos.set(context, memo);
  const known = memo.get(what);
  const now = context.clock.steady();
  if (known !== undefined && now < known.until) return known.value as Promise<T>;
  const value = read();
  const kept = { value, until: now + FRESH_MS };
  memo.set(what, kept);
  value.catch(() => {
    if (memo.get(what) === kept) memo.delete(what);
  });
  return value;
}

/** Everything remembered of this machine is read again. */
export const forget = (context: WindowsContext): void => void memos.delete(context);
