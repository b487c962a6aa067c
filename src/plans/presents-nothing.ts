import type { MasterLook } from '../domain/machine/host-facts.ts';
import type { HostName, Refusal } from '../domain/values.ts';
import { refuse } from '../domain/values.ts';

/**
 * `error`: how its handshakes failed, if all did in the same way. A port that only answers late is a matter of asking
 * again. Windows answers nobody with a certificate whose key is gone, at the latest once it was started again: then
 * that is what has to be put right.
 */
export function presentsNothing(host: HostName, { presented, bindings, certificate }: MasterLook): Refusal {
  if (bindings.length > 0 && certificate?.privateKey === 'no')
    return refuse('HostNotReady', { host, thumbprint: certificate.thumbprint, problem: 'private-key-missing' });
  const errors = new Set(presented.map(({ error }) => error));
  const [error = null] = errors;
  return refuse('MasterPresentsNothing', { host, ...(errors.size === 1 && error !== null ? { error } : {}) });
}
