import type { CertopsError } from '../errors.ts';

/** An HTTP proxy that connects us with CONNECT. */
export interface HttpProxy {
  readonly host: string;
  readonly port: number;
  /** Secret. null: the proxy needs no credentials from this machine. */
  readonly user: { readonly name: string; readonly password: string } | null;
}

/** What to do in an address whose password holds more than letters and digits. */
export const ESCAPED = 'with @ : / # ? % in a password written as %40 %3A %2F %23 %3F %25';

export const PROXY_FORM = `http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, ${ESCAPED}`;

/** As in curl, `http://` may be left out. null: not a proxy address we can use. */
export function proxyIn(text: string): HttpProxy | null {
  const [, user, password, host = '', port = ''] =
    /^(?:http:\/\/)?(?:([^\s:@/?#]+):([^\s:@/?#]+)@)?([\w.-]+|\[[\da-f:.]+\]):(\d{1,5})\/?$/iu.exec(text) ?? [];
  if (host === '' || !URL.canParse(`http://${text.replace(/^http:\/\//iu, '')}`) || Number(port) === 0) return null;
  const at = { host: host.replace(/^\[|\]$/gu, ''), port: Number(port) };
  if (user === undefined || password === undefined) return { ...at, user: null };
  try {
    return { ...at, user: { name: decodeURIComponent(user), password: decodeURIComponent(password) } };
  } catch {
    return null;
  }
}

/** The scheme of an address that is not a usable proxy; anything after it may be a password. */
export const schemeOf = (text: string): string => `${/^[a-z][a-z\d+.-]{0,20}:\/\//iu.exec(text)?.[0] ?? ''}(secret)`;

/** Safe to show: credentials are masked. */
export const shownProxy = ({ host, port, user }: HttpProxy): string =>
  `http://${user === null ? '' : '***@'}${hostAndPort(host, port)}`;

export const hostAndPort = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/**
 * `proxy-away`: nobody answers at the proxy's address. `proxy-refused`: it answers but does not let us through.
 * `proxy-not-secure`: it lets us through, but whoever answers behind it cannot prove to be our target.
 */
export type ProxyReason = 'proxy-away' | 'proxy-refused' | 'proxy-not-secure';

type ProxyFailure = {
  readonly reason: ProxyReason;
  readonly proxy: string;
  readonly target: string;
  /** A code such as `ECONNREFUSED` or `HTTP 407`; nothing that the proxy wrote. */
  readonly found: string;
};

/** A request that failed like this never reached its target. */
export class ProxyFailed extends Error {
  readonly failure: ProxyFailure;

  constructor(failure: ProxyFailure) {
    super(`${failure.reason} ${failure.found}`);
    this.name = 'ProxyFailed';
    this.failure = failure;
  }
}

/** Libraries wrap a connection failure as the cause of their own error, some as the cause of a cause. */
export function proxyFailureIn(error: unknown): ProxyFailure | null {
  let one = error;
  for (let left = 6; left > 0 && typeof one === 'object' && one !== null; left -= 1) {
    if (one instanceof ProxyFailed) return one.failure;
    one = (one as { readonly cause?: unknown }).cause;
  }
  return null;
}

/** What an error built from a proxy failure took over from it; empty if the proxy was not at fault. */
export function proxyDataOf(data: CertopsError['data']): Partial<Pick<ProxyFailure, 'proxy' | 'target' | 'found'>> {
  const { proxy, target, found } = data as Partial<ProxyFailure>;
  return proxy === undefined || target === undefined || found === undefined ? {} : { proxy, target, found };
}

/**
 * Whether a `ChatAway` reason means that nobody, or somebody else, answered. Otherwise the chat itself answered with an
 * error.
 */
export const isOutOfReach = (reason: string): boolean =>
  /^(?:|network|not-slack|no-answer-in-time|no answer|proxy-[a-z-]+|[A-Z][A-Z\d_]+)$/u.test(reason);
