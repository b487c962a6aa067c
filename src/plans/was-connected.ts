import type { ConnectionWitness } from '../domain/machine/host-facts.ts';

/** Whether the worker was connected at the time of the look, by its own witnesses. */
export const wasConnected = ({ log, tcp }: Pick<ConnectionWitness, 'log' | 'tcp'>): boolean =>
  log?.state === 'connected' || (tcp === true && log?.state !== 'refused');
