import type { Role } from '../../src/domain/values.ts';
import type { WindowsContext } from './context.ts';

/** Node cannot read another process's start time, so we keep, per context, when we started a service. */
const starts = new WeakMap<WindowsContext, Map<Role, { pid: number; at: number }>>();

/** `at`: just before the start, in milliseconds since 1970. Anything logged later is about the new process. */
export function noteStarted(context: WindowsContext, role: Role, pid: number, at: number): void {
  const known = starts.get(context) ?? new Map<Role, { pid: number; at: number }>();
  starts.set(context, known.set(role, { pid, at }));
}

/** When the current process was started, if we started it; null: not known. */
export function startOf(context: WindowsContext, role: Role, pid: number): number | null {
  const known = starts.get(context)?.get(role);
  return known !== undefined && known.pid === pid ? known.at : null;
}
