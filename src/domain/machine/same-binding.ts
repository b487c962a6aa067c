import type { SslBinding } from './host-facts.ts';

/** No store given means the machine's My. Store names are case-insensitive. */
const store = (name: string): string => (name === '' ? 'my' : name.toLowerCase());

type Identity = Pick<SslBinding, 'key' | 'thumbprint' | 'appId' | 'store'>;

export const sameKey = (one: { readonly key: string }, other: { readonly key: string }): boolean =>
  one.key.toLowerCase() === other.key.toLowerCase();

export const sameIdentity = (one: Identity, other: Identity): boolean => identityDifferences(one, other).length === 0;

const identityDifferences = (one: Identity, other: Identity): readonly string[] => [
  ...(sameKey(one, other) ? [] : ['key']),
  ...(one.thumbprint === other.thumbprint ? [] : ['thumbprint']),
  ...(one.appId.toLowerCase() === other.appId.toLowerCase() ? [] : ['appId']),
  ...(store(one.store) === store(other.store) ? [] : ['store']),
];

/** Names of what differs, apart from extended properties. */
export function differences(found: SslBinding | null, wanted: SslBinding | null): readonly string[] {
  if (found === null || wanted === null) return found === wanted ? [] : ['bound'];
  const names = new Set([...Object.keys(found.parameters), ...Object.keys(wanted.parameters)]);
  return [
    ...identityDifferences(found, wanted),
    ...[...names].filter((name) => found.parameters[name] !== wanted.parameters[name]),
  ];
}

/**
 * Extended properties named in the wish that have another value now. Others do not count: a rewritten binding has the
 * defaults, which some builds list and the wish need not name.
 */
export const extendedDifferences = (found: SslBinding | null, wanted: SslBinding | null): readonly string[] =>
  found === null || wanted === null
    ? []
    : Object.keys(wanted.extended).filter((name) => found.extended[name] !== wanted.extended[name]);

/** Whether a binding is as wanted; the same test for planning, making and proving the change. */
export const isAsWanted = (found: SslBinding | null | undefined, wanted: SslBinding | null): boolean =>
  differences(found ?? null, wanted).length === 0 && extendedDifferences(found ?? null, wanted).length === 0;
