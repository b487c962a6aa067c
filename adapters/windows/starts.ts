import type { Role } from '../../src/domain/values.ts';
import type { WindowsContext } from './context.ts';

/**
 * Node cannot read another process's start time, so the instants at which we started a service are kept, per context.
 */
const starts = new WeakMap<WindowsContext, Map<Role, { pid: number; at: number }>>();

/** Just before a start: `at` in milliseconds. What a log says later is about the new process. */
export function noteStarted(context: WindowsContext, role: Role, pid: number, at: number): void {
  const known = starts.get(context) ?? new Map<Role, { pid: number; at: number }>();
  starts.set(context, known.set(role, { pid, at }));
}

/** When the process that runs now was started, if we did it; null: not known. */
export function startOf(context: WindowsContext, role: Role, pid: number): number | null {
  const known = starts.get(context)?.get(role);
  return known !== undefined && known.pid === pid ? known.at : null;
}
