import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CertopsError } from '../../src/domain/errors.ts';
import { type Door, judgeKnock } from './doorkeeper.ts';
import { sentenceOf, translate } from './errors.ts';
import { send, sendJson, sendRefusal } from './http.ts';

/** Handles a request that has passed the door, by method and path. */
export type Route = (call: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
}) => void | Promise<void>;

export type Routes = (method: string, path: string) => Route | null;

export interface WebLog {
  warn(data: object, words: string): void;
  error(data: object, words: string): void;
}

/**
 * Listens on loopback only. If a port was named, it is that one or none: throws CertopsError `ConsolePortTaken`.
 * Otherwise the last port is tried first, and if it is taken, any free one.
 */
export async function listen(named: number | null, last: number | null): Promise<{ server: Server; port: number }> {
  const port = named ?? last;
  const server = createServer(notYet);
  // Slow or half-sent requests are ended soon; open streams are responses, which these limits do not affect.
  server.headersTimeout = 10_000;
  server.requestTimeout = 20_000;
  server.maxHeadersCount = 64;
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (named !== null)
        return reject(new CertopsError('ConsolePortTaken', { port: named, reason: error.code ?? 'unknown' }));
      if (port === null || !['EADDRINUSE', 'EACCES'].includes(error.code ?? '')) return reject(error);
      server.once('error', reject);
      server.listen(0, '127.0.0.1');
    });
    server.listen(port ?? 0, '127.0.0.1');
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** Without a listener Node never answers a request; a page that reconnected too early would hang. */
const notYet = (_: IncomingMessage, response: ServerResponse): void => refuse(response, 503, 'BotNotReady');

/** Lets a caller that starts much else first fail at once. Throws CertopsError `ConsolePortTaken`. */
export async function mustBeFree(port: number): Promise<void> {
  const { server } = await listen(port, null);
  await new Promise((resolve) => server.close(resolve));
}

/** Lets a server that has been listening answer at last: by the door first, then by the routes. */
export function serve(server: Server, door: Door, routes: Routes, log: WebLog): void {
  server.off('request', notYet);
  server.on('request', (request, response) => {
    const verdict = judgeKnock(door, {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
    });
    if (verdict.answer === 'refused') return refuse(response, verdict.status, verdict.code);
    if (verdict.answer === 'take-cookie') {
      return send(response, 303, 'text/plain; charset=utf-8', '', {
        location: '/',
        'set-cookie': `${door.cookieName}=${door.cookie}; Path=/; HttpOnly; SameSite=Strict`,
      });
    }
    const route = routes(request.method ?? '', verdict.path);
    if (route === null) return refuse(response, 404, 'NotThere');
    // The promise also catches what a route throws synchronously; otherwise nobody would, and the bot would end.
    new Promise<void>((resolve) => resolve(route({ request, response, query: verdict.query }))).catch(
      (error: unknown) => {
        if (response.headersSent) response.destroy();
        else sendFailure(response, error, log);
      },
    );
  });
}

const refuse = (response: ServerResponse, status: number, code: string): void =>
  sendRefusal(response, status, code, sentenceOf(code));

function sendFailure(response: ServerResponse, error: unknown, log: WebLog): void {
  const { status, code, detail } = translate(error);
  if (detail === null) {
    refuse(response, status, code);
    return;
  }
  log.error(detail, 'the console could not answer');
  sendJson(response, status, { code, sentence: 'The bot could not do that; its log says why.' });
}
