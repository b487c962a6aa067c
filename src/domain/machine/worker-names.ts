import type { HostName } from '../values.ts';

/** The machine's own name, also with a domain behind it. An address is nobody's: another machine may have it. */
export function isNameOf(name: string, host: HostName): boolean {
  const lower = name.toLowerCase();
  return lower === host || lower.startsWith(`${host}.`);
}

/** The machine of that name, or else the only one that it may be the name of; null: there is none, or are several. */
export function hostNamed(name: string, hosts: readonly HostName[]): HostName | null {
  const exact = hosts.find((host) => host === name.toLowerCase());
  const [one = null, ...others] = hosts.filter((host) => isNameOf(name, host));
  return exact ?? (others.length > 0 ? null : one);
}
