import type { HostName } from '../values.ts';

/** The machine's own name, with or without a domain. An address identifies nobody: another machine may have it. */
export function isNameOf(name: string, host: HostName): boolean {
  const lower = name.toLowerCase();
  return lower === host || lower.startsWith(`${host}.`);
}

/** The machine of that exact name, else the only one it may be a name of; null: none, or several. */
export function hostNamed(name: string, hosts: readonly HostName[]): HostName | null {
  const exact = hosts.find((host) => host === name.toLowerCase());
  const [one = null, ...others] = hosts.filter((host) => isNameOf(name, host));
  return exact ?? (others.length > 0 ? null : one);
}
