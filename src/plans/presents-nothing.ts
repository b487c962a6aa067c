import type { MasterLook } from '../domain/machine/host-facts.ts';
import type { HostName, Refusal } from '../domain/values.ts';
import { refuse } from '../domain/values.ts';

/**
 * `error`: how its handshakes failed, if all did in the same way. A port that only answers late is a matter of asking
 * again.
 */
export function presentsNothing(host: HostName, { presented }: MasterLook): Refusal {
  const errors = new Set(presented.map(({ error }) => error));
  const [error = null] = errors;
  return refuse('MasterPresentsNothing', { host, ...(errors.size === 1 && error !== null ? { error } : {}) });
}
