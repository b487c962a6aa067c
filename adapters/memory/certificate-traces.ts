import type { CertificateTrace, CertificateUser, StoredCertificate } from '../../src/domain/host-facts.ts';
import { parseThumbprint, type StoreName, type Thumbprint } from '../../src/domain/values.ts';
import type { MemoryMachine } from './windows-host.ts';

const STORES: readonly StoreName[] = ['Root', 'My'];

/** Whoever names a certificate on a machine in memory: its bindings, its settings, and those that a test put there. */
export function usersOf({ bindings, settings, users }: MemoryMachine, thumbprint: Thumbprint): CertificateUser[] {
  const named = Object.values(settings).flatMap((file) =>
    Object.entries(file ?? {}).filter(([, value]) => parseThumbprint(value) === thumbprint),
  );
  return [
    ...bindings
      .filter((binding) => binding.thumbprint === thumbprint)
      .map(({ key }) => ({ kind: 'binding' as const, where: key })),
    ...named.map(([key]) => ({ kind: 'setting' as const, where: key })),
    ...(users?.get(thumbprint) ?? []),
  ];
}

export function traceOf(machine: MemoryMachine, thumbprint: Thumbprint): CertificateTrace {
  const stores = STORES.filter((store) => machine.stores[store].has(thumbprint));
  const keys = stores.filter((store) => machine.stores[store].get(thumbprint)?.facts.privateKey === 'yes');
  return { thumbprint, stores, keys, users: usersOf(machine, thumbprint) };
}

export const storedOf = ({ stores }: MemoryMachine): readonly StoredCertificate[] =>
  STORES.flatMap((store) =>
    [...stores[store].values()].map(({ facts, friendlyName = null }) => {
      const { thumbprint, subject, notAfter } = facts;
      return { thumbprint, store, subject, notAfter, friendlyName };
    }),
  );
