import type { CertopsError } from '../errors.ts';

/** An HTTP proxy, which connects us by CONNECT. */
export interface HttpProxy {
  readonly host: string;
  readonly port: number;
  /** Secret. null: it lets this machine through without. */
  readonly user: { readonly name: string; readonly password: string } | null;
}

/** What an address needs whose password is not letters and digits alone. */
export const ESCAPED = 'with @ : / # ? % in a password written as %40 %3A %2F %23 %3F %25';

export const PROXY_FORM = `http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, ${ESCAPED}`;

/** As curl reads it, `http://` may be left out. null: it is none that we can use. */
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

/** What an address begins with that is no proxy of ours: of the rest anything may be a password. */
export const schemeOf = (text: string): string => `${/^[a-z][a-z\d+.-]{0,20}:\/\//iu.exec(text)?.[0] ?? ''}(secret)`;

/** As it may be told. */
export const shownProxy = ({ host, port, user }: HttpProxy): string =>
  `http://${user === null ? '' : '***@'}${hostAndPort(host, port)}`;

export const hostAndPort = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/**
 * `proxy-away`: nobody answers at the proxy's address; `proxy-refused`: it answers, and lets us not through;
 * `proxy-not-secure`: it does, and nobody behind it proves to be whom we asked for.
 */
export type ProxyReason = 'proxy-away' | 'proxy-refused' | 'proxy-not-secure';

export type ProxyFailure = {
  readonly reason: ProxyReason;
  readonly proxy: string;
  readonly target: string;
  /** `ECONNREFUSED`, `HTTP 407`: a code, and nothing that the proxy wrote. */
  readonly found: string;
};

/** Whatever failed so has not reached whom it was for. */
export class ProxyFailed extends Error {
  readonly failure: ProxyFailure;

  constructor(failure: ProxyFailure) {
    super(`${failure.reason} ${failure.found}`);
    this.name = 'ProxyFailed';
    this.failure = failure;
  }
}

/** Libraries hand on what a connection failed with as the cause of an error of theirs, some as the cause of a cause. */
export function proxyFailureIn(error: unknown): ProxyFailure | null {
  let one = error;
  for (let left = 6; left > 0 && typeof one === 'object' && one !== null; left -= 1) {
    if (one instanceof ProxyFailed) return one.failure;
    one = (one as { readonly cause?: unknown }).cause;
  }
  return null;
}

/** What of it an error took over that was made of it; nothing where it was not the proxy. */
export function proxyDataOf(data: CertopsError['data']): Partial<Pick<ProxyFailure, 'proxy' | 'target' | 'found'>> {
  const { proxy, target, found } = data as Partial<ProxyFailure>;
  return proxy === undefined || target === undefined || found === undefined ? {} : { proxy, target, found };
}

/** Of the reasons of `ChatAway`: nobody answered, or somebody else did. Else the chat itself did, with an error. */
export const isOutOfReach = (reason: string): boolean =>
  /^(?:|network|not-slack|no-answer-in-time|no answer|proxy-[a-z-]+|[A-Z][A-Z\d_]+)$/u.test(reason);
