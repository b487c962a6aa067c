import { proxyFailureIn } from '../../src/domain/calls/way-out.ts';
import type { WayOut } from '../../src/ports/way-out.ts';

/**
 * Longer than undici waits for a connection (10 s), so that a connection that was never made is not mistaken for a lost
 * answer.
 */
const TIME_LIMIT_MS = 15_000;

/** Nothing has left this machine: the address was not found, or not reached, for whatever reason. */
const neverLeft = (error: Failed): boolean =>
  ['connect', 'getaddrinfo'].includes(String(error.syscall)) || error.code === 'UND_ERR_CONNECT_TIMEOUT';

/** Nor here: the server could not prove who it is, or ended the connection before that. */
const NOT_SECURE = /^(?:EPROTO|ERR_(?:TLS|SSL)_.*|CERT_.*|UNABLE_TO_.*|.*SELF_SIGNED_CERT.*)$/u;

/** What `fetch` gives as the cause; where a name has several addresses, `errors` holds the failure of each. */
interface Failed {
  readonly [name: string]: unknown;
  readonly errors?: readonly Failed[];
}

function hasLeft(error: unknown): boolean {
  if (proxyFailureIn(error) !== null) return false;
  const cause = (error as { readonly cause?: Failed } | null)?.cause ?? {};
  const { code, message, errors = [] } = cause;
  const isCut = code === 'ECONNRESET' && /before secure TLS/u.test(String(message));
  return !isCut && ![cause, ...errors].some(neverLeft) && !NOT_SECURE.test(String(code));
}

/**
 * Answers through the response URL that came with the person's action. `no`: the person does not see it, so it may be
 * sent another way; `lost`: they may see it. Never throws.
 */
export async function respond(url: string, message: object, wayOut?: WayOut): Promise<'sent' | 'no' | 'lost'> {
  try {
    const response = await (wayOut?.fetch ?? fetch)(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
    });
    const said = await response.text().catch(() => '');
    return response.ok && !/"ok"\s*:\s*false/u.test(said) ? 'sent' : 'no';
  } catch (error) {
    return hasLeft(error) ? 'lost' : 'no';
  }
}
