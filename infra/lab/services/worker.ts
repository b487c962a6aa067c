import { connect as connectTcp, isIP, type Socket } from 'node:net';
import tls from 'node:tls';
import type { FaultBox } from '../faults/box.ts';
import type { Measure } from '../measure.ts';
import type { LabHost } from '../world/host.ts';
import type { ServiceConfig } from '../world/state.ts';
import { toPem } from './http-sys.ts';
import { judgeMaster, sentences } from './judge-master.ts';
import type { Level } from './log.ts';
import type { ServiceProgram, ServiceStart } from './program.ts';

/** A worker, and the connection that netstat would show. */
export interface WorkerProgram extends ServiceProgram {
  connection(): { readonly localPort: number; readonly endpoint: string } | null;
}

interface WorkerInput {
  readonly host: LabHost;
  readonly service: ServiceConfig;
  readonly faults: FaultBox;
  readonly measure: Measure;
  /** `host:port` -> where it is really reached; undefined: no such machine. */
  readonly connect: { readonly [hostAndPort: string]: string };
  readonly heartbeatMs: number;
  readonly retryMs: number;
  /** The master answered, so it has recorded the worker as online. */
  heard(): void;
  log(level: Level, sentence: string, pid: number): void;
}

/**
 * Factor by which the pause grows with each retry, up to SLOWEST_MS: fifty cut-off workers must not fill a processor.
 */
const SLOWER = 1.5;
const SLOWEST_MS = 1000;
/** The same error is not logged more often than this. */
const REPEAT_LOG_MS = 2000;

/** The Scale Out Worker: connects with its certificate to the master it pins, and keeps the connection alive. */
export function createWorker(input: WorkerInput): WorkerProgram {
  let life: Life | null = null;
  return {
    check: ({ settings }) => {
      const credential = readCredential(input, settings);
      return typeof credential === 'string' ? credential : null;
    },
    run: async (start) => {
      life = startLife(input, start);
    },
    halt: () => {
      life?.end();
      life = null;
    },
    connection: () => life?.connection() ?? null,
  };
}

/** Cached by certificate and key: each handshake needs one, and fifty workers start within one second. */
const contexts = new Map<string, tls.SecureContext>();
const MOST_CONTEXTS = 500;

function contextOf({ cert, key }: Credential): tls.SecureContext {
  const known = contexts.get(cert + key);
  if (known !== undefined) return known;
  if (contexts.size >= MOST_CONTEXTS) contexts.clear();
  const made = tls.createSecureContext({ cert, key, minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' });
  contexts.set(cert + key, made);
  return made;
}

interface Life {
  end(): void;
  connection(): { readonly localPort: number; readonly endpoint: string } | null;
}

function startLife(input: WorkerInput, { pid, settings }: ServiceStart): Life {
  const { host, measure } = input;
  const endpoint = new URL(settings.MasterEndpoint ?? 'https://nowhere:1');
  const target = { host: endpoint.hostname.replace(/^\[|\]$/gu, ''), port: Number(endpoint.port || 443) };
  const address = `${endpoint.hostname}:${target.port}`;
  const words = sentences(`https://${address}`);
  const name = host.state.name;
  let socket: Socket | null = null;
  let timer: NodeJS.Timeout | null = null;
  let pause = input.retryMs;
  let ended = false;
  let logged = { sentence: '', at: 0 };

  const complain = (sentence: string): void => {
    const now = Date.now();
    if (sentence === logged.sentence && now - logged.at < REPEAT_LOG_MS) return;
    logged = { sentence, at: now };
    input.log('Error', sentence, pid);
  };
  const retry = (sentence: string): void => {
    const last = socket;
    socket = null;
    last?.destroy();
    if (timer !== null) clearTimeout(timer);
    measure.broken(name);
    if (ended) return;
    complain(sentence);
    if (host.state.switches.staysAway || input.faults.take(name, 'worker') !== null) {
      input.log('Error', 'The worker gives up. Restart it when the master can be reached.', pid);
      ended = true;
      return;
    }
    timer = setTimeout(attempt, pause);
    pause = Math.min(pause * SLOWER, Math.max(SLOWEST_MS, input.retryMs));
  };
  const attempt = (): void => {
    const real = input.connect[address.toLowerCase()];
    const credential = readCredential(input, settings);
    if (real === undefined) retry(words.nobody);
    else if (typeof credential === 'string') retry(credential);
    else open(real, credential);
  };
  const open = (real: string, credential: Credential): void => {
    const [realHost = '', realPort = ''] = real.split(':');
    const raw = connectTcp({ host: realHost, port: Number(realPort) });
    let failed = false;
    const fail = (sentence: string): void => {
      if (failed || socket !== raw) return;
      failed = true;
      retry(sentence);
    };
    socket = raw;
    raw.setNoDelay(true);
    raw.once('error', (error: NodeJS.ErrnoException) =>
      fail(error.code === 'ECONNREFUSED' ? words.nobody : words.unbound),
    );
    raw.once('connect', () => {
      const secure = tls.connect({
        socket: raw,
        ...(isIP(target.host) === 0 ? { servername: target.host } : {}),
        rejectUnauthorized: false,
        secureContext: contextOf(credential),
      });
      secure.once('error', () => fail(words.unbound));
      secure.once('close', () => fail(words.broken));
      secure.once('secureConnect', () => {
        const presented = judgeMaster(host, secure, target.host, settings.MasterHttpsCertThumbprint ?? '');
        if (presented === null) fail(words.untrusted);
        else talk(secure, presented, fail);
      });
    });
  };
  const talk = (secure: tls.TLSSocket, thumbprint: string, fail: (sentence: string) => void): void => {
    const beat = `POST /ClusterManagement/ HTTP/1.1\r\nHost: ${address}\r\nContent-Length: 0\r\n\r\n`;
    let first = true;
    secure.setEncoding('latin1').on('data', (text) => {
      if (!String(text).startsWith('HTTP/1.1 200')) return fail(words.forbidden);
      if (first) {
        measure.connected(name, thumbprint);
        input.log('Information', `Connected to Scale Out Master at https://${address}.`, pid);
      } else measure.answered(name);
      input.heard();
      first = false;
      pause = input.retryMs;
      timer = setTimeout(() => secure.write(beat), input.heartbeatMs);
    });
    secure.write(beat);
  };

  attempt();
  return {
    end: () => {
      ended = true;
      if (timer !== null) clearTimeout(timer);
      const last = socket;
      socket = null;
      last?.destroy();
      measure.broken(name);
    },
    connection: () =>
      socket === null || socket.localPort === undefined ? null : { localPort: socket.localPort, endpoint: address },
  };
}

interface Credential {
  readonly cert: string;
  readonly key: string;
}

/** The worker's own certificate with its key, or a sentence for its log when its account cannot use it. */
function readCredential(input: WorkerInput, settings: ServiceStart['settings']): Credential | string {
  const { host, service } = input;
  const thumbprint = settings.WorkerHttpsCertThumbprint ?? '';
  const store = (settings.StoreName ?? 'My').toLowerCase() === 'root' ? 'Root' : 'My';
  const location = settings.StoreLocation ?? 'LocalMachine';
  const certificate = location.toLowerCase() === 'localmachine' ? host.certificate(store, thumbprint) : null;
  if (certificate === null) return `The certificate ${thumbprint} was not found in ${location}\\${store}.`;
  const container = host.key(certificate);
  const key = container !== null && host.mayOpen(container, service) ? host.keyPem(container) : null;
  const authority = (settings.MasterEndpoint ?? '').replace(/^https:\/\//u, '');
  return key === null ? sentences(`https://${authority}`).noKey : { cert: toPem(certificate.der), key };
}
