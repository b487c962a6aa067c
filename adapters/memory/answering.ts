import type { HandshakeFacts } from '../../src/domain/machine/host-facts.ts';
import { parseThumbprint } from '../../src/domain/values.ts';
import type { MemoryMachine } from './machine.ts';

export const isLocal = (host: string): boolean => host === '::1' || host.startsWith('127.');

/** The most specific binding answers; none does while the service, which holds the address, is not running. */
export function answering(there: MemoryMachine, target: { host: string; port: number; servername: string | null }) {
  if (there.services.master?.facts.state !== 'running') return null;
  if (there.silent?.has(`${target.host}:${target.port}`) === true) return null;
  const keys = [`${target.servername ?? ''}:${target.port}`, `${target.host}:${target.port}`, `0.0.0.0:${target.port}`];
  return keys.flatMap((key) => there.bindings.filter((binding) => binding.key === key))[0] ?? null;
}

/** As the real host does in a look: adds the expiry of a certificate that the settings do not name. */
export function withEnd({ settings, stores }: MemoryMachine, shown: HandshakeFacts): HandshakeFacts {
  const { thumbprint } = shown;
  if (thumbprint === null || thumbprint === parseThumbprint(settings.master?.SSLCertThumbprint ?? '')) return shown;
  const found = stores.Root.get(thumbprint) ?? stores.My.get(thumbprint);
  return found === undefined ? shown : { ...shown, notAfter: found.facts.notAfter };
}
