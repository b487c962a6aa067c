import type { SslBinding } from '../../../src/domain/host-facts.ts';
import type { Json } from '../../../src/domain/values.ts';

/** No store given is the machine's My. Store names compare without case. */
const store = (name: string): string => (name === '' ? 'my' : name.toLowerCase());

type Identity = Pick<SslBinding, 'key' | 'thumbprint' | 'appId' | 'store'>;

export const sameKey = (one: { readonly key: string }, other: { readonly key: string }): boolean =>
  one.key.toLowerCase() === other.key.toLowerCase();

export const sameIdentity = (one: Identity, other: Identity): boolean =>
  sameKey(one, other) &&
  one.thumbprint === other.thumbprint &&
  one.appId.toLowerCase() === other.appId.toLowerCase() &&
  store(one.store) === store(other.store);

/** Names of what differs from the wish, extended properties apart. */
export function differences(found: SslBinding | null, wanted: SslBinding | null): readonly string[] {
  if (found === null || wanted === null) return found === wanted ? [] : ['bound'];
  const names = new Set([...Object.keys(found.parameters), ...Object.keys(wanted.parameters)]);
  return [
    ...(sameKey(found, wanted) ? [] : ['key']),
    ...(found.thumbprint === wanted.thumbprint ? [] : ['thumbprint']),
    ...(found.appId.toLowerCase() === wanted.appId.toLowerCase() ? [] : ['appId']),
    ...(store(found.store) === store(wanted.store) ? [] : ['store']),
    ...[...names].filter((name) => found.parameters[name] !== wanted.parameters[name]),
  ];
}

/** Extended properties that the wish names and that are otherwise now: a binding written again has their defaults. */
export const extendedDifferences = (found: SslBinding, wanted: SslBinding): readonly string[] =>
  Object.keys(wanted.extended).filter((name) => found.extended[name] !== wanted.extended[name]);

/** A binding as data of an error. */
export const toJson = (binding: SslBinding | null): Json => (binding === null ? null : { ...binding });
