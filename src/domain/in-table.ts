/**
 * The table's own value for a name; `undefined`: none. Names come from outside, and every object answers to
 * `constructor`.
 */
export const inTable = <T>(table: { readonly [name: string]: T }, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
