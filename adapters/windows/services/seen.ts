import type { WindowsContext } from '../context.ts';
import type { ServiceStatus } from '../parse/sc.ts';

interface Seen {
  readonly status: ServiceStatus;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** `before`: by whoever restarts it next. `after`: by the restart itself, in its last look. */
type By = 'before' | 'after';

const seen = new WeakMap<WindowsContext, Map<string, Seen>>();

/**
 * A restart is looked at before and after by the step that asks for it, and looks itself at its beginning and its end:
 * twice the same question within moments, while a farm is cut off. So what one has just seen is handed to the other,
 * once, and for a moment only.
 */
export function handOver(context: WindowsContext, by: By, service: string, status: ServiceStatus): void {
  const known = seen.get(context) ?? new Map<string, Seen>();
  seen.set(context, known.set(`${by} ${service}`, { status, at: context.clock.steady() }));
}

/** Handed over less than so many milliseconds ago; null: ask. */
export function takeOver(context: WindowsContext, by: By, service: string, withinMs: number): ServiceStatus | null {
  const known = seen.get(context);
  const last = known?.get(`${by} ${service}`);
  known?.delete(`${by} ${service}`);
  return last !== undefined && context.clock.steady() - last.at < withinMs ? last.status : null;
}
