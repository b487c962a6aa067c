import { PUBLIC_KEY } from '../../config/farm-fields.ts';
import type { RunnerConfig } from '../../config/runner-config.ts';
import { CertopsError } from '../../domain/errors.ts';
import type { Farm } from '../../domain/farm/farm.ts';
import { type HostName, parseHostName } from '../../domain/values.ts';

/** Public keys of runners, by host. */
export type Peers = { readonly [host: string]: string[] };

const MOST_KEYS = 2;

/** The keys that a farm file names. */
export const peersOf = (farm: Farm): Peers => Object.fromEntries(farm.hosts.map(({ name, keys }) => [name, [...keys]]));

/**
 * Parses `--peer HOST=KEY`; a host that is named twice has two keys. Throws CertopsError `PeerNotUnderstood`,
 * `PeerKeysTooMany`.
 */
export function peersNamed(named: readonly string[]): Peers {
  const peers: { [host: string]: string[] } = {};
  for (const text of named) {
    const at = text.indexOf('=');
    if (at < 1) throw new CertopsError('PeerNotUnderstood', { found: text });
    const host = hostName(text.slice(0, at));
    const keys = [...(peers[host] ?? []), publicKey(text.slice(at + 1))];
    if (keys.length > MOST_KEYS) throw new CertopsError('PeerKeysTooMany', { host });
    peers[host] = keys;
  }
  return peers;
}

/**
 * Throws CertopsError `PeerKeyIsOfBot`: a report tells who made a certificate, and a bot could sign one in the name of
 * that runner.
 */
export function mustNotBeBots({ botKeys, hostKeys }: Pick<RunnerConfig, 'botKeys' | 'hostKeys'>): void {
  for (const [host, keys] of Object.entries(hostKeys))
    if (keys.some((key) => botKeys.includes(key))) throw new CertopsError('PeerKeyIsOfBot', { host });
}

/** A runner's public key (Ed25519), as the farm file has it. Throws `KeyNotAllowed`. */
export function publicKey(text: string): string {
  if (!PUBLIC_KEY.test(text)) throw new CertopsError('KeyNotAllowed', { found: JSON.stringify(text) });
  return text;
}

/** The name of a machine, as people type it. Throws `HostNameNotAllowed`. */
export function hostName(text: string): HostName {
  const name = parseHostName(text);
  if (name === null) throw new CertopsError('HostNameNotAllowed', { found: text });
  return name;
}
