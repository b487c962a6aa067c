import type { ProxyWhy } from '../proxy-why.ts';

/** What happened to a call at the proxy, and what to do. null: it was not the proxy. */
export function proxyWords({ reason, proxy, target, found }: ProxyWhy): string | null {
  if (reason === 'proxy-away')
    return `The proxy ${proxy} does not answer (${found}). Compare CERTOPS_HTTPS_PROXY or HTTPS_PROXY with its host and port, and see that this machine may reach it.`;
  if (reason === 'proxy-not-secure')
    return `Behind the proxy ${proxy} nobody proves to be ${target} (${found}). Where the proxy opens TLS, name the file with its CA in NODE_EXTRA_CA_CERTS, or have it leave ${target} alone.`;
  if (reason !== 'proxy-refused') return null;
  return `The proxy ${proxy} refused the way to ${target} (${found}). ${todo(String(found), target, String(proxy))}`;
}

function todo(found: string, target: unknown, proxy: string): string {
  if (found.startsWith('HTTP 407')) {
    // The proxy's address names a user.
    const first = proxy.includes('@')
      ? 'It does not take the user and password that it was given: compare them'
      : 'Write user and password into CERTOPS_HTTPS_PROXY, as http://USER:PASSWORD@HOST:PORT';
    return `${first}; of the ways to prove who it is the bot knows Basic alone. Or have the proxy let this machine through without.`;
  }
  if (/^HTTP 50[234]/u.test(found)) return `It does not reach ${target} itself: ask whoever runs it.`;
  if (found === 'no HTTP') return 'Whatever answers there is no HTTP proxy: compare host and port.';
  return `Have it let this machine through to ${target} (CONNECT).`;
}
