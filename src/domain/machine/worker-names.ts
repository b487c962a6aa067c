import { isAddress } from '../step-params.ts';
import type { HostName } from '../values.ts';

/** The machine's own name, also with a domain behind it, or an address. */
export function isNameOf(name: string, host: HostName): boolean {
  const lower = name.toLowerCase();
  return lower === host || lower.startsWith(`${host}.`) || isAddress(lower);
}
