import type { WindowsContext } from '../context.ts';
import type { ServiceStatus } from '../parse/sc.ts';

interface Seen {
  readonly status: ServiceStatus;
  /** Milliseconds of the steady clock. */
  readonly at: number;
}

/**
 * `before`: seen by a look, for the restart that follows. `after`: seen by a restart at its end, for the look that
 * follows.
 */
type By = 'before' | 'after';

const seen = new WeakMap<WindowsContext, Map<string, Seen>>();

/**
 * The step that asks for a restart looks before and after it, and the restart looks at its own beginning and end: the
 * same query twice within moments, while a farm is cut off. So what one has just seen is handed to the other, once, and
 * only for a moment.
 */
export function handOver(context: WindowsContext, by: By, service: string, status: ServiceStatus): void {
  const known = seen.get(context) ?? new Map<string, Seen>();
  seen.set(context, known.set(`${by} ${service}`, { status, at: context.clock.steady() }));
}

/** What was handed over less than `withinMs` ago; null: ask. */
export function takeOver(context: WindowsContext, by: By, service: string, withinMs: number): ServiceStatus | null {
  const known = seen.get(context);
  const last = known?.get(`${by} ${service}`);
  known?.delete(`${by} ${service}`);
  return last !== undefined && context.clock.steady() - last.at < withinMs ? last.status : null;
}
