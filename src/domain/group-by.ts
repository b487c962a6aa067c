/** Groups by key, in order of first occurrence. Node 20 has no Map.groupBy. */
export function groupBy<K, T>(all: readonly T[], key: (one: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const of = key(one);
    const group = groups.get(of);
    if (group === undefined) groups.set(of, [one]);
    else group.push(one);
  }
  return groups;
}

export const groupsBy = <T>(all: readonly T[], key: (one: T) => unknown): readonly (readonly T[])[] => [
  ...groupBy(all, key).values(),
];
