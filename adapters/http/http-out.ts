import { proxyFailureIn } from '../../src/domain/calls/way-out.ts';
import { CertopsError, isCertopsError } from '../../src/domain/errors.ts';
import type { HttpOut } from '../../src/ports/http-out.ts';
import type { WayOut } from '../../src/ports/way-out.ts';

const TIME_LIMIT_MS = 10_000;

interface HttpOutOptions {
  /** For rehearsals: http://127.0.0.1 is allowed too. */
  readonly plainLoopback?: boolean;
  readonly version?: string;
  readonly timeLimitMs?: number;
  /** Left out: connects directly. */
  readonly wayOut?: WayOut | undefined;
}

/**
 * A restricted fetch: https only, no redirects, no credentials, ten seconds, and only the status of the answer is used.
 */
export function createHttpOut(options: HttpOutOptions): HttpOut {
  const { plainLoopback = false, version = '0', timeLimitMs = TIME_LIMIT_MS, wayOut } = options;
  async function send(
    address: string,
    init: { readonly method: 'GET' | 'POST'; readonly body?: string },
  ): Promise<void> {
    const url = allowed(address, plainLoopback);
    const { host } = url;
    try {
      const response = await (wayOut?.fetch ?? fetch)(url, {
        ...init,
        headers: {
          'user-agent': `certops/${version}`,
          ...(init.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
        },
        // A redirect is refused: only the configured address is ever contacted.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeLimitMs),
      });
      await response.body?.cancel();
      const { status } = response;
      if (status >= 200 && status < 300) return;
      const again = status >= 500 || status === 408 || status === 429;
      throw new CertopsError(again ? 'HttpAway' : 'HttpRefused', { host, status });
    } catch (error) {
      if (isCertopsError(error)) throw error;
      // fetch's own error message may contain the address.
      throw new CertopsError('HttpAway', { host, reason: reasonOf(error), ...proxyFailureIn(error) });
    }
  }

  return {
    post: (url, body) => send(url, { method: 'POST', body }),
    get: (url) => send(url, { method: 'GET' }),
  };
}

function allowed(address: string, plainLoopback: boolean): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null) throw new CertopsError('HttpRefused', { host: '', reason: 'no address' });
  const { protocol, username, password, hostname, host } = url;
  const isPlain = plainLoopback && protocol === 'http:' && hostname === '127.0.0.1';
  if (protocol !== 'https:' && !isPlain) throw new CertopsError('HttpRefused', { host, reason: 'not https' });
  if (username !== '' || password !== '') throw new CertopsError('HttpRefused', { host, reason: 'credentials' });
  return url;
}

/** `ECONNREFUSED`, `CERT_HAS_EXPIRED`, `TimeoutError`: a code, never a sentence. */
function reasonOf(error: unknown): string {
  const { cause, name } = (error ?? {}) as { readonly cause?: { readonly code?: unknown }; readonly name?: unknown };
  const code = cause?.code ?? name;
  return typeof code === 'string' && /^\w{1,60}$/u.test(code) ? code : 'unknown';
}
