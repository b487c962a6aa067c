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
  if (Array.isArray(now) || Array.isArray(was))
    return (Array.isArray(now) && Array.isArray(was) ? sharingItems(now, was) : now) as T;
  const after = now as { readonly [name: string]: unknown };
  const before = was as { readonly [name: string]: unknown };
  const names = Object.keys(after);
  const parts = names.map((name) => (Object.hasOwn(before, name) ? sharing(after[name], before[name]) : after[name]));
  const known = Object.keys(before);
  const isSame =
    names.length === known.length &&
    names.every((name, place) => name === known[place] && parts[place] === before[name]);
  return (isSame ? was : Object.fromEntries(names.map((name, place) => [name, parts[place]]))) as T;
}

function sharingItems(now: readonly unknown[], was: readonly unknown[]): readonly unknown[] {
  const parts = now.map((part, place) => sharing(part, was[place]));
  return parts.length === was.length && parts.every((part, place) => part === was[place]) ? was : parts;
}
