type Use = { readonly hosts: readonly string[] };

/** Uses of a certificate, grouped by the machines that share them, in the order in which the groups first appear. */
export function usesByHosts<T extends Use>(all: readonly T[]): readonly (readonly [readonly string[], readonly T[]])[] {
  const by = new Map<string, T[]>();
  for (const use of all) by.set(use.hosts.join(), [...(by.get(use.hosts.join()) ?? []), use]);
  return [...by.values()].map((alike) => [alike[0]?.hosts ?? [], alike]);
}
