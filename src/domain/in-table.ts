/**
 * What a table itself holds under a name. Names come from outside, and every object answers to `constructor`.
 * `undefined`: it holds nothing there.
 */
export const inTable = <T>(table: { readonly [name: string]: T }, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
