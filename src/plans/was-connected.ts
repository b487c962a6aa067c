import type { ConnectionWitness } from '../domain/machine/host-facts.ts';

/** Whether the worker was connected when it was looked at, by its own witnesses. */
export const wasConnected = ({ log, tcp }: Pick<ConnectionWitness, 'log' | 'tcp'>): boolean =>
  log?.state === 'connected' || (tcp === true && log?.state !== 'refused');
