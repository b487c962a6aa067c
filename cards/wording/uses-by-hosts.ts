type Use = { readonly hosts: readonly string[] };

/** Uses of a certificate by the machines that have all of them, in the order of the first of each. */
export function usesByHosts<T extends Use>(all: readonly T[]): readonly (readonly [readonly string[], readonly T[]])[] {
  const by = new Map<string, T[]>();
  for (const use of all) by.set(use.hosts.join(), [...(by.get(use.hosts.join()) ?? []), use]);
  return [...by.values()].map((alike) => [alike[0]?.hosts ?? [], alike]);
}
