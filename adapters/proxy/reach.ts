import { buildConnector } from 'undici';
import { type HttpProxy, proxyFailureIn } from '../../src/domain/calls/way-out.ts';
import { CertopsError, errorCode } from '../../src/domain/errors.ts';
import { connectorBy, type WayOutOptions } from './way-out.ts';

const TIME_LIMIT_MS = 10_000;

/**
 * Opens a connection as a call to this address would, TLS included, and closes it. No request is sent: a monitor would
 * take one for a sign of life. `proxy` null: connects directly. Throws CertopsError `HttpAway`, which names only the
 * host of the address.
 */
export async function reach(address: URL, proxy: HttpProxy | null, options: WayOutOptions): Promise<void> {
  const { ca, timeLimitMs = TIME_LIMIT_MS } = options;
  const { hostname, host, protocol, port } = address;
  const direct = { timeout: timeLimitMs, ...(ca === undefined ? {} : { ca }) };
  const connect = proxy === null ? buildConnector(direct) : connectorBy(proxy, options);
  const bare = hostname.replace(/^\[|\]$/gu, '');
  try {
    await new Promise<void>((resolve, reject) => {
      connect({ hostname: bare, host, protocol, port }, (error, socket) => {
        if (error !== null) return reject(error);
        socket.on('error', () => {}).destroy();
        resolve();
      });
    });
  } catch (error) {
    throw new CertopsError('HttpAway', { host, reason: errorCode(error) || 'unknown', ...proxyFailureIn(error) });
  }
}
