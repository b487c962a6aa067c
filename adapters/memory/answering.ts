import type { MemoryMachine } from './windows-host.ts';

export const isLocal = (host: string): boolean => host === '::1' || host.startsWith('127.');

/** The more specific binding answers; nobody does while the service, which holds the address, does not run. */
export function answering(there: MemoryMachine, target: { host: string; port: number; servername: string | null }) {
  if (there.services.master?.facts.state !== 'running') return null;
  const keys = [`${target.servername ?? ''}:${target.port}`, `${target.host}:${target.port}`, `0.0.0.0:${target.port}`];
  return keys.flatMap((key) => there.bindings.filter((binding) => binding.key === key))[0] ?? null;
}
