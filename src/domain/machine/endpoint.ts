import { canonicalName } from './certificate.ts';

/**
 * Host and port of a worker's MasterEndpoint (`https://host:8391`, a name or an address); null if it is not one. No
 * default port: the services have none.
 */
export function parseEndpoint(text: string): { readonly host: string; readonly port: number } | null {
  const found = /^\s*https:\/\/(\[[0-9a-f:.]+\]|[^\s:/?#@[\]]+):(\d{1,5})\/?\s*$/iu.exec(text);
  if (found === null) return null;
  const port = Number(found[2]);
  if (port < 1 || port > 65_535) return null;
  return {
    host: String(found[1])
      .toLowerCase()
      .replace(/^\[|\]$/gu, ''),
    port,
  };
}

/**
 * Whether a certificate with these names covers this host: the same name, the same address however it is written, or
 * one label under a wildcard.
 */
export function namesCover(names: readonly string[], host: string): boolean {
  const wanted = canonicalName(host);
  return names.some((name) => {
    const lower = canonicalName(name);
    if (lower === wanted) return true;
    return lower.startsWith('*.') && wanted.includes('.') && wanted.slice(wanted.indexOf('.')) === lower.slice(1);
  });
}
