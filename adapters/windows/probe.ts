import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import tls from 'node:tls';
import { errorCode } from '../../src/domain/errors.ts';
import type { HandshakeFacts } from '../../src/domain/machine/host-facts.ts';
import { type Probe, unlistened } from '../../src/domain/machine/probes.ts';
import { parseThumbprint } from '../../src/domain/values.ts';
import type { WindowsContext } from './context.ts';
import { ownPlace, reachedAt } from './listened.ts';

export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
  /** null: no server name is sent, as by a client that only has an address. */
  readonly servername: string | null;
  /** One of this machine's own bindings: probed only at this machine's own addresses. */
  readonly own?: Probe['own'] | undefined;
}

interface Shown {
  readonly facts: HandshakeFacts;
  /** For callers that compare its names. */
  readonly certificate: X509Certificate | null;
}

const LIMIT_MS = 5000;

/** The name does not resolve: no such name, or no resolver that could be asked. */
const UNRESOLVED = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'];

/**
 * One fresh handshake from this machine, within 5 s, plus another 5 s at the address of a host whose name does not
 * resolve. Where HTTP.SYS does not listen on a loopback address, one that it does listen on is probed instead, and
 * `target` says so. A refused connection is a fact: it is in `error`, nothing is thrown.
 */
export const readHandshake = async (context: WindowsContext, target: ProbeTarget): Promise<HandshakeFacts> =>
  (await showing(context, target)).facts;

/** The same, with the certificate. */
export async function showing(context: WindowsContext, target: ProbeTarget): Promise<Shown> {
  const { host, port, servername, own } = target;
  if (own === undefined) return probe(context, { ...target, host: await reachedAt(context, host) });
  const place = await ownPlace(context, host, own);
  if (place.at !== null) return probe(context, { ...target, host: place.at });
  const asked = `${host}:${port}`;
  const facts =
    place.why === 'unlistened'
      ? unlistened(asked, servername)
      : { target: asked, servername, thumbprint: null, error: 'EADDRNOTAVAIL' };
  return { facts, certificate: null };
}

/** Probes exactly this host, without looking for another address where HTTP.SYS listens. */
export async function probe(context: WindowsContext, { host, port, servername }: ProbeTarget): Promise<Shown> {
  const asked = `${host}:${port}`;
  const { certificate, error } = await shakeAt(context, { host, port, servername }, asked);
  const thumbprint = certificate === null ? null : parseThumbprint(certificate.fingerprint);
  return { facts: { target: asked, servername, thumbprint, error }, certificate };
}

/** By name, as the worker's service does; by its configured address only where the name does not resolve here. */
async function shakeAt(context: WindowsContext, { host, port, servername }: ProbeTarget, asked: string) {
  const shaken = await shake(addressOf(context, asked, host, port), servername);
  const known = context.addresses?.[host.toLowerCase()];
  if (known === undefined || !UNRESOLVED.includes(shaken.error ?? '')) return shaken;
  return shake(addressOf(context, `${known}:${port}`, known, port), servername);
}

/** In the lab every name and address maps to a socket of its own. */
function addressOf(context: WindowsContext, asked: string, host: string, port: number): { host: string; port: number } {
  const really = context.connect[asked.toLowerCase()] ?? context.connect[`[${host}]:${port}`];
  const [, address, number] = /^\[?(.+?)\]?:(\d{1,5})$/u.exec(really ?? '') ?? [];
  return address === undefined ? { host, port } : { host: address, port: Number(number) };
}

interface Shaken {
  readonly certificate: X509Certificate | null;
  readonly error: string | null;
}

let made: tls.SecureContext | null = null;

/** Shared by all handshakes, since making one would add to each. The old certificate may be 1024 bits, SHA-1 or MD5. */
function lenient(): tls.SecureContext {
  made ??= tls.createSecureContext({ minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' });
  return made;
}

function shake(address: { host: string; port: number }, servername: string | null): Promise<Shaken> {
  return new Promise((resolve) => {
    let socket: tls.TLSSocket;
    try {
      socket = tls.connect({
        ...address,
        // callers compare the fingerprint
        rejectUnauthorized: false,
        secureContext: lenient(),
        // an address is not a server name, but Node would send it
        ...(servername === null || isIP(servername) !== 0 ? {} : { servername }),
      });
    } catch (error) {
      resolve({ certificate: null, error: reasonOf(error) });
      return;
    }
    let isProved = false;
    const finish = (error: string | null): void => {
      clearTimeout(timer);
      const certificate = isProved ? presented(socket) : null;
      socket.destroy();
      resolve({ certificate, error: error ?? (certificate === null ? 'NO_CERTIFICATE' : null) });
    };
    const timer = setTimeout(() => finish('ETIMEDOUT'), LIMIT_MS);
    // Up to TLS 1.2 this event comes while our last message is being written.
    socket.on('keylog', () => {
      isProved ||= hasSignedExchange(socket);
    });
    socket.once('secureConnect', () => {
      isProved = true;
      finish(null);
    });
    // kept on purpose: a reset may follow the end
    socket.on('error', (error) => finish(reasonOf(error)));
    socket.once('close', () => finish('ECONNRESET'));
  });
}

/**
 * Whether the server has proved that it holds its certificate's key by the time we send our last message: in a
 * Diffie-Hellman exchange it signs its share, and OpenSSL goes no further until it has verified that. So a server that
 * then refuses us, say for lack of a client certificate, is identified all the same. One that only sent a certificate
 * is not.
 */
const hasSignedExchange = (socket: tls.TLSSocket): boolean =>
  /^TLS_(?:EC)?DHE_(?:RSA|ECDSA|DSS)_/u.test(socket.getCipher()?.standardName ?? '');

/** The certificate, if the handshake got that far. */
function presented(socket: tls.TLSSocket): X509Certificate | null {
  try {
    return socket.getPeerX509Certificate() ?? null;
  } catch {
    return null;
  }
}

function reasonOf(error: unknown): string {
  return errorCode(error).slice(0, 100) || 'UNKNOWN';
}
