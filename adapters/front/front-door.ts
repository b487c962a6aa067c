import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isNativeError } from 'node:util/types';
import { CertopsError } from '../../src/domain/errors.ts';
import type { Log } from '../../src/ports/log.ts';
import { createHealth, type Probe } from './health.ts';
import { createReading } from './reading.ts';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;
export type Mount = (path: string, listener: Listener) => void;

interface FrontDoorOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  readonly log: Log;
}

export interface FrontDoor {
  /** The listener of a path answers every method and reads the body. A path can be mounted once. */
  readonly mount: Mount;
  /** A part of the bot that `/readyz` asks about. */
  health(name: string, probe: Probe): void;
  /** Throws CertopsError `NotListening`. */
  start(): Promise<void>;
  /** Lets requests under way be answered, for two seconds at most. */
  stop(): Promise<void>;
  /** Empty until it has started. */
  readonly url: string;
}

const LONGEST_BODY = 1024 * 1024;
/** All bodies being read at once. A click in Slack or Teams has some tens of thousands of bytes. */
const MOST_READ = 16 * LONGEST_BODY;
const TOLD_AGAIN_AFTER_MS = 60_000;
const LAST_WORDS_MS = 2000;

/**
 * The bot's only HTTP server: what chats mount, `/healthz` (alive), `/readyz` (able to work). Plain HTTP, to be put
 * behind a proxy.
 */
export function createFrontDoor({ port, host, log }: FrontDoorOptions): FrontDoor {
  const listeners = new Map<string, Listener>();
  const health = createHealth();
  let told = Number.NEGATIVE_INFINITY;
  const read = createReading(MOST_READ, LONGEST_BODY, () => {
    if (performance.now() - told < TOLD_AGAIN_AFTER_MS) return;
    told = performance.now();
    log.warn({ limit: MOST_READ }, 'too much is being sent at once: the slowest sender is cut off');
  });
  // Node's default is to look for slow requests only twice a minute.
  const server = createServer({ connectionsCheckingInterval: 5_000 });
  setLimits(server);
  server.on('request', (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const listener = listeners.get(path);
    if (listener === undefined) return refuse(request, response, 404, 'NotThere');
    if (Number(request.headers['content-length'] ?? 0) > LONGEST_BODY)
      return refuse(request, response, 413, 'BodyTooLarge');
    try {
      listener(request, response);
    } catch (error) {
      log.warn({ path, reason: isNativeError(error) ? error.name : 'unknown' }, 'a request could not be answered');
      if (response.headersSent) response.destroy();
      else refuse(request, response, 500, 'NotAnswered');
    }
  });

  const alive = { alive: true };
  listeners.set('/healthz', (request, response) => answer(request, response, 200, alive));
  listeners.set('/readyz', (request, response) => {
    // `judge` never rejects: a failing probe is part of the answer.
    void health.judge().then((state) => answer(request, response, state.ready ? 200 : 503, state));
  });

  let url = '';
  return {
    mount(path, listener) {
      if (listeners.has(path)) throw new CertopsError('PathTaken', { path });
      listeners.set(path, (request, response) => {
        listener(request, response);
        // A request that was already answered from its headers, or a health check, is not read and so cuts nobody off.
        if (!response.writableEnded) read(request);
      });
    },
    health: (name, probe) => health.add(name, probe),
    get url() {
      return url;
    },
    async start() {
      await listening(server, port, host);
      url = addressOf(server, host);
      log.info({ listen: host, port: (server.address() as AddressInfo).port }, 'listening');
    },
    stop: () => closed(server),
  };
}

/** Slow or half-sent requests do not hold a connection for long. */
function setLimits(server: Server): void {
  server.headersTimeout = 10_000;
  // Slack waits three seconds for its answer, Teams fifteen.
  server.requestTimeout = 15_000;
  server.maxHeadersCount = 100;
  // Longer than a proxy keeps an idle connection (60 s), or it would send into one that is just closing.
  server.keepAliveTimeout = 75_000;
}

async function listening(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void =>
      reject(new CertopsError('NotListening', { listen: host, port, reason: error.code ?? 'unknown' }));
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      server.on('error', () => {});
      resolve();
    });
  });
}

function addressOf(server: Server, host: string): string {
  const { port, family } = server.address() as AddressInfo;
  // A server that listens on every address is reached at its loopback address.
  const own = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${family === 'IPv6' && own.includes(':') ? `[${own}]` : own}:${port}`;
}

async function closed(server: Server): Promise<void> {
  if (!server.listening) return;
  const late = setTimeout(() => server.closeAllConnections(), LAST_WORDS_MS);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(late);
}

function answer(request: IncomingMessage, response: ServerResponse, status: number, body: object): void {
  if (request.method === 'GET' || request.method === 'HEAD') send(request, response, status, body, {});
  else refuse(request, response, 405, 'MethodNotAllowed');
}

/** Nothing that a refused client still sends is read. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number, code: string): void {
  send(request, response, status, { code }, { connection: 'close' });
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: object,
  more: { readonly [header: string]: string },
): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...more,
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}
