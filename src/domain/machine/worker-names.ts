import type { HostName } from '../values.ts';

/** The machine's own name, also with a domain behind it. An address is nobody's: another machine may have it. */
export function isNameOf(name: string, host: HostName): boolean {
  const lower = name.toLowerCase();
  return lower === host || lower.startsWith(`${host}.`);
}
