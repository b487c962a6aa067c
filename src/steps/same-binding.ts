import { sameJson } from '../domain/equal.ts';
import type { SslBinding } from '../domain/host-facts.ts';

/**
 * Whether a binding is as wanted. Extended properties that the wish does not name are defaults, which some builds list.
 */
export function isAsWanted(found: SslBinding | null | undefined, wanted: SslBinding | null): boolean {
  if (found == null || wanted === null) return (found ?? null) === wanted;
  const extended = Object.fromEntries(Object.keys(wanted.extended).map((name) => [name, found.extended[name] ?? null]));
  return sameJson({ ...found, extended }, { ...wanted });
}
