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
  /** null: none is sent, as a client does that has only an address. */
  readonly servername: string | null;
  /** What this machine binds: asked at no address but its own. */
  readonly own?: Probe['own'] | undefined;
}

export interface Shown {
  readonly facts: HandshakeFacts;
  /** For whoever wants to compare its names. */
  readonly certificate: X509Certificate | null;
}

const LIMIT_MS = 5000;

/** The name leads nowhere: no such name, or nobody who could be asked. */
const UNRESOLVED = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'];

/**
 * One fresh handshake from this machine, within 5 s, and 5 s more at the address of a host whose name does not resolve;
 * a loopback address that HTTP.SYS does not listen on is asked where it does, and `target` says so. A refused
 * connection is a fact: `error` says it, nothing is thrown.
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

/** Exactly there. */
export async function probe(context: WindowsContext, { host, port, servername }: ProbeTarget): Promise<Shown> {
  const asked = `${host}:${port}`;
  const { certificate, error } = await shakeAt(context, { host, port, servername }, asked);
  const thumbprint = certificate === null ? null : parseThumbprint(certificate.fingerprint);
  return { facts: { target: asked, servername, thumbprint, error }, certificate };
}

/** By its name, as the worker's service does; by its address only where that name is unknown here. */
async function shakeAt(context: WindowsContext, { host, port, servername }: ProbeTarget, asked: string) {
  const shaken = await shake(addressOf(context, asked, host, port), servername);
  const known = context.addresses?.[host.toLowerCase()];
  if (known === undefined || !UNRESOLVED.includes(shaken.error ?? '')) return shaken;
  return shake(addressOf(context, `${known}:${port}`, known, port), servername);
}

/** In the lab every name and address leads to a socket of its own. */
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

/** One for all handshakes, for making it is a part of each: the old certificate may be 1024 bits, SHA-1 or MD5. */
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
        // the fingerprint is compared by whoever asks
        rejectUnauthorized: false,
        secureContext: lenient(),
        // an address is no server name, and Node would send it
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
    // Up to TLS 1.2 this is told while our last word is written.
    socket.on('keylog', () => {
      isProved ||= hasSignedExchange(socket);
    });
    socket.once('secureConnect', () => {
      isProved = true;
      finish(null);
    });
    // stays: a reset may follow the end
    socket.on('error', (error) => finish(reasonOf(error)));
    socket.once('close', () => finish('ECONNRESET'));
  });
}

/**
 * Whether the server has shown that it has its certificate's key by the time we say our last word: in an exchange by
 * Diffie-Hellman it signs its share, and OpenSSL goes no further before it has verified that. So a server that then
 * refuses us, say for want of a client certificate, is known all the same. Whoever only sends a certificate is not.
 */
const hasSignedExchange = (socket: tls.TLSSocket): boolean =>
  /^TLS_(?:EC)?DHE_(?:RSA|ECDSA|DSS)_/u.test(socket.getCipher()?.standardName ?? '');

/** As far as the handshake came. */
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
