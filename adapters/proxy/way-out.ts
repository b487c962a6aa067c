import type { Socket } from 'node:net';
import { Agent, buildConnector, fetch as fetchThrough } from 'undici';
import { type HttpProxy, hostAndPort, ProxyFailed, shownProxy } from '../../src/domain/calls/way-out.ts';
import { errorCode } from '../../src/domain/errors.ts';
import type { OpenLine, WayOut } from '../../src/ports/way-out.ts';
import { directTo } from './no-proxy.ts';
import { openTunnel } from './tunnel.ts';

/** Shorter than the shortest limit of a call (5 s), so that the error names the proxy and not the server behind it. */
const TIME_LIMIT_MS = 4_000;

export interface WayOutOptions {
  readonly noProxy?: string;
  readonly timeLimitMs?: number;
  /** CA certificates to trust behind the proxy; left out: those that Node trusts. */
  readonly ca?: string;
}

/**
 * Through the proxy, except for this machine itself and what `noProxy` lists. Not undici's ProxyAgent: it reports a
 * proxy's refusal only in the text of a message, and has no time limit of its own for a proxy that hangs.
 */
export function createWayOut(proxy: HttpProxy, options: WayOutOptions): WayOut {
  const connect = connectorBy(proxy, options);
  const dispatcher = new Agent({ connect });
  return {
    // From the same undici as the dispatcher: Node's own fetch uses another version.
    fetch: ((input: string | URL, init?: object) => fetchThrough(input, { ...init, dispatcher })) as typeof fetch,
    line: () => openLine(connect),
  };
}

/** Opens each connection: directly or through the proxy. */
export function connectorBy(
  proxy: HttpProxy,
  { noProxy = '', timeLimitMs = TIME_LIMIT_MS, ca }: WayOutOptions,
): buildConnector.connector {
  const isDirect = directTo(noProxy);
  const plain = buildConnector({});
  const secure = buildConnector({ timeout: timeLimitMs, ...(ca === undefined ? {} : { ca }) });

  return (options, callback) => {
    const { hostname, protocol } = options;
    const port = Number(options.port) || (protocol === 'https:' ? 443 : 80);
    if (isDirect(hostname, port)) return void plain(options, callback);
    const target = hostAndPort(hostname, port);
    openTunnel(proxy, target, timeLimitMs).then(
      (socket) => {
        if (protocol !== 'https:') return callback(null, socket);
        secure({ ...options, httpSocket: socket }, (error, secured) => {
          if (error === null) return callback(null, secured);
          socket.destroy();
          const found = errorCode(error) || 'unknown';
          callback(new ProxyFailed({ reason: 'proxy-not-secure', proxy: shownProxy(proxy), target, found }), null);
        });
      },
      (error) => callback(error, null),
    );
  };
}

/**
 * An undici WebSocket neither exposes its socket nor says why a connection failed; the library that uses one handles
 * both only when it makes the connection itself.
 */
function openLine(connect: buildConnector.connector): OpenLine {
  const open = new Set<Socket>();
  let failure: unknown = null;
  const dispatcher = new Agent({
    connect: (options, callback) =>
      connect(options, (error, socket) => {
        failure = error;
        if (error !== null) return callback(error, null);
        open.add(socket);
        socket.once('close', () => open.delete(socket));
        callback(null, socket);
      }),
  });
  return {
    dispatcher,
    failure: () => failure,
    cut: () => {
      for (const socket of open) socket.destroy();
    },
  };
}
