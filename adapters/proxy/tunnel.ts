import { type ClientRequest, request } from 'node:http';
import type { Socket } from 'node:net';
import { type HttpProxy, ProxyFailed, type ProxyReason, shownProxy } from '../../src/domain/calls/way-out.ts';
import { errorCode } from '../../src/domain/errors.ts';

/** A connection through the proxy. Throws `ProxyFailed` within the time limit. */
export function openTunnel(proxy: HttpProxy, target: string, timeLimitMs: number): Promise<Socket> {
  const { host, port, user } = proxy;
  const failed = (reason: ProxyReason, found: string) =>
    new ProxyFailed({ reason, proxy: shownProxy(proxy), target, found });
  return new Promise((resolve, reject) => {
    const asking: ClientRequest = request({
      host,
      port,
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...(user === null ? {} : { 'proxy-authorization': basic(user) }) },
      agent: false,
    });
    const end = (error: Error): void => {
      clearTimeout(limit);
      asking.destroy();
      reject(error);
    };
    const limit = setTimeout(() => end(failed('proxy-away', 'no-answer-in-time')), timeLimitMs);
    asking.on('error', (error) => end(failed(...nameOf(error))));
    asking.once('connect', ({ statusCode = 0, headers }, socket: Socket, head) => {
      socket.on('error', () => {});
      const isOpen = statusCode >= 200 && statusCode <= 299;
      // No server we reach through a proxy speaks first, so this is a page that the proxy itself sends.
      if (!isOpen || head.length > 0) {
        socket.destroy();
        const more = isOpen ? ', with a page' : wanted(headers['proxy-authenticate']);
        return end(failed('proxy-refused', `HTTP ${statusCode}${more}`));
      }
      clearTimeout(limit);
      socket.setNoDelay(true).setKeepAlive(true, 60_000);
      resolve(socket);
    });
    asking.end();
  });
}

/** Something that answers, but not in HTTP, is no proxy. */
function nameOf(error: Error): [ProxyReason, string] {
  const code = errorCode(error) || 'unknown';
  return code.startsWith('HPE_') ? ['proxy-refused', 'no HTTP'] : ['proxy-away', code];
}

/** The authentication schemes it asks for; we only support Basic. */
function wanted(header: string | readonly string[] | undefined): string {
  const ways = String(header ?? '').match(/\b(?:basic|digest|ntlm|negotiate|kerberos|bearer)\b/giu) ?? [];
  return ways.length === 0 ? '' : `, wants ${[...new Set(ways)].join(' or ')}`;
}

const basic = ({ name, password }: { readonly name: string; readonly password: string }): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
