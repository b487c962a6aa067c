import type { Data, Json } from './values.ts';

/** Whether two values are the same JSON: the order of names does not count, that of lists does. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, index) => sameJson(item, b[index]))
    );
  }
  const left = a as Data;
  const right = b as Data;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && sameJson(left[name], right[name]))
  );
}

/**
 * `now`, reusing the parts of `was` that are equal: a machine mostly shows what it showed before, and looks are kept
 * for every rotation for years.
 */
export function sharing<T>(now: T, was: unknown): T {
  if (now === was) return was as T;
  if (typeof now !== 'object' || typeof was !== 'object' || now === null || was === null) return now;
  if (Array.isArray(now) !== Array.isArray(was)) return now;
  const before = was as { readonly [name: string]: unknown };
  const parts = Object.entries(now).map(([name, part]): [string, unknown] => [
    name,
    Object.hasOwn(before, name) ? sharing(part, before[name]) : part,
  ]);
  const names = Object.keys(before);
  const isSame =
    names.length === parts.length && parts.every(([name, part], at) => name === names[at] && part === before[name]);
  if (isSame) return was as T;
  return (Array.isArray(now) ? parts.map(([, part]) => part) : Object.fromEntries(parts)) as T;
}
