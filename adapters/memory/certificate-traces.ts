import { issuersOf } from '../../src/domain/machine/chain.ts';
import type {
  CertificateTrace,
  CertificateUser,
  NamedCertificate,
  StoredCertificate,
} from '../../src/domain/machine/host-facts.ts';
import { parseThumbprint, type StoreName, type Thumbprint } from '../../src/domain/values.ts';
import type { HostChange } from '../../src/ports/windows-host.ts';
import type { MemoryFarm, MemoryMachine } from './machine.ts';

const STORES: readonly StoreName[] = ['Root', 'My'];

/** What uses a certificate on a machine in memory: its bindings, its settings, and users that a test added. */
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

type Removal = Extract<HostChange, { type: 'certificate.remove' }>;

/**
 * Whether the certificate must stay because something here needs its key or its copy in Root. A pin of a worker's own
 * certificate does not count on a machine without a master: only the master has to trust it.
 */
export function keeps(machine: MemoryMachine, { thumbprint, withKey, unlessPinned }: Removal): boolean {
  const users = usersOf(machine, thumbprint).filter(({ kind }) => kind !== 'published');
  if (withKey) return users.length > 0;
  const isMaster = machine.settings.master !== undefined;
  const pins = users.filter(
    ({ kind, where }) => kind === 'setting' && (isMaster || where !== 'WorkerHttpsCertThumbprint'),
  );
  return unlessPinned === true && pins.length > 0;
}

/** Where a certificate lies, where its key does, and what uses it. */
export function traceOf(machine: MemoryMachine, thumbprint: Thumbprint): CertificateTrace {
  const stores = STORES.filter((store) => machine.stores[store].has(thumbprint));
  const keys = stores.filter((store) => machine.stores[store].get(thumbprint)?.facts.privateKey === 'yes');
  return { thumbprint, stores, keys, users: usersOf(machine, thumbprint) };
}

/** Every certificate in Root and in My, once for each store. */
export const storedOf = ({ stores }: MemoryMachine): readonly StoredCertificate[] =>
  STORES.flatMap((store) =>
    [...stores[store].values()].map(({ facts, friendlyName = null }) => {
      const { thumbprint, subject, names, selfSigned, notAfter } = facts;
      return { thumbprint, store, subject, names, selfSigned, notAfter, friendlyName };
    }),
  );

/**
 * As on Windows: the certificate's bytes, its stores, who may read its key there, and which certificates in Root issued
 * it.
 */
export function namedOf({ stores }: MemoryMachine, thumbprint: Thumbprint): NamedCertificate {
  const found = STORES.flatMap((store) => {
    const one = stores[store].get(thumbprint);
    return one === undefined ? [] : [{ store, ...one }];
  });
  const places = found.map(({ store, facts, readers }) => {
    const { privateKey } = facts;
    return { store, privateKey, readers: privateKey === 'no' ? [] : [...readers].sort() };
  });
  const der = found[0]?.der ?? null;
  const roots = [...stores.Root].map(([name, one]) => ({ thumbprint: name as Thumbprint, der: one.der }));
  const issuers = der === null ? [] : issuersOf(der, roots, null).map((one) => ({ ...one, store: 'Root' as const }));
  return { thumbprint, der, places, issuers };
}

/**
 * As on Windows: trusted when it is in Root itself, or something in Root issued it; never when no machine has its
 * bytes.
 */
export function trustsIn({ stores: { Root } }: MemoryMachine, farm: MemoryFarm, thumbprint: string): boolean {
  if (Root.has(thumbprint)) return true;
  const held = [...farm.values()].flatMap(
    ({ stores }) => stores.My.get(thumbprint) ?? stores.Root.get(thumbprint) ?? [],
  );
  return held.some(({ der, facts }) => !facts.selfSigned && issuersOf(der, [...Root.values()], null).length > 0);
}

/** Whether a certificate is past its end, by whatever machine holds it. */
export const hasEnded = (farm: MemoryFarm, thumbprint: Thumbprint, now: number): boolean =>
  [...farm.values()]
    .flatMap(({ stores }) => stores.Root.get(thumbprint) ?? [])
    .some(({ facts }) => Date.parse(facts.notAfter) <= now);
