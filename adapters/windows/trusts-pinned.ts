import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { isCertopsError } from '../../src/domain/errors.ts';
import { issuersOf } from '../../src/domain/machine/chain.ts';
import { parseEndpoint } from '../../src/domain/machine/endpoint.ts';
import type { ConnectionWitness } from '../../src/domain/machine/host-facts.ts';
import { parseThumbprint, type Thumbprint } from '../../src/domain/values.ts';
import { validityOf } from './certificates/der.ts';
import { readEntry } from './certificates/read.ts';
import { readAuthorities } from './certificates/stored.ts';
import type { WindowsContext } from './context.ts';
import { probe } from './probe.ts';

/**
 * What .NET writes when Windows does not accept a master's certificate: in English, and in any language by the
 * exception that it throws and the error numbers of an untrusted root and a broken chain. Other refusals have other
 * reasons.
 */
const NOT_TRUSTED =
  /trust relationship|remote certificate is invalid|\bAuthenticationException\b|\b0x800b01(?:09|0a)\b/iu;

/** The most issuers to take from what the master sends: a TLS server leaves its root out. */
const MOST_SENT = 10;

interface Issuer {
  readonly der: string;
  readonly store: 'Root' | 'CA' | 'sent';
}

/**
 * Whether this machine trusts the master that its worker pins: the certificate is in Root itself, or its issuers lead
 * to a root that is. null: cannot be determined from here, as Windows may find issuers that are neither on the machine
 * nor sent by the master. Throws what reading the store throws.
 */
export async function readTrust(
  context: WindowsContext,
  pinned: Thumbprint,
  { endpoint, handshake, log }: ConnectionWitness,
): Promise<boolean | null> {
  if ((await readEntry(context, 'Root', pinned)) !== null) return true;
  // Finding its issuer takes its bytes, and only the master is sure to have them.
  const shown = handshake.thumbprint === pinned ? await presentedAt(context, endpoint, pinned) : null;
  if (shown === null) return null;
  const led = await leadsToRoot(context, shown);
  return led ?? (log?.state === 'refused' && NOT_TRUSTED.test(log.line ?? '') ? false : null);
}

async function presentedAt(
  context: WindowsContext,
  endpoint: string,
  pinned: Thumbprint,
): Promise<X509Certificate | null> {
  const target = parseEndpoint(endpoint);
  if (target === null) return null;
  const { host, port } = target;
  const { certificate } = await probe(context, { host, port, servername: isIP(host) === 0 ? host : null });
  return certificate !== null && parseThumbprint(certificate.fingerprint) === pinned ? certificate : null;
}

async function leadsToRoot(context: WindowsContext, shown: X509Certificate): Promise<boolean | null> {
  if (shown.issuer === shown.subject) return false;
  const known = await authorities(context);
  if (known === null) return null;
  // Certificates on the machine come first: a trusted root counts, whatever else of that name is sent.
  const chain = issuersOf<Issuer>(textOf(shown), [...known, ...sentWith(shown)], context.clock.now());
  const top = chain.at(-1);
  if (top === undefined) return null;
  const { subject, issuer } = read(top);
  return subject !== issuer || chain.some((one) => isOutOfTime(read(one), context.clock.now()))
    ? null
    : top.store === 'Root';
}

async function authorities(context: WindowsContext): Promise<readonly Issuer[] | null> {
  try {
    return await readAuthorities(context);
  } catch (error) {
    if (isCertopsError(error)) return null;
    throw error;
  }
}

function sentWith(shown: X509Certificate): readonly Issuer[] {
  const sent: Issuer[] = [];
  let next = shown.issuerCertificate;
  while (next !== undefined && sent.length < MOST_SENT) {
    sent.push({ der: textOf(next), store: 'sent' });
    next = next.issuerCertificate;
  }
  return sent;
}

const textOf = ({ raw }: X509Certificate): string => raw.toString('base64');

const read = ({ der }: Issuer): X509Certificate => new X509Certificate(Buffer.from(der, 'base64'));

function isOutOfTime(certificate: X509Certificate, now: number): boolean {
  const { from, to } = validityOf(certificate);
  return now < from || now > to;
}
