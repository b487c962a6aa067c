import { isIP } from 'node:net';
import { namesCover, parseEndpoint } from '../../src/domain/machine/endpoint.ts';
import type { ConnectionWitness, HandshakeFacts, ServiceFacts } from '../../src/domain/machine/host-facts.ts';
import { instantOf } from '../../src/domain/time.ts';
import { factsOf } from './certificates/der.ts';
import type { WindowsContext } from './context.ts';
import { placeIn, placesOf } from './endpoint-addresses.ts';
import { parseNetstat } from './parse/netstat.ts';
import { probe } from './probe.ts';
import { readService } from './services/facts.ts';
import { readSettingOf } from './settings/file.ts';
import type { ToolResult } from './tools.ts';
import { readWorkerLog } from './worker-log.ts';

/**
 * What this machine can tell about whether its worker is connected: (a) a handshake with the endpoint in its own file,
 * (b) its log since it started, (c) a TCP connection of its process. A witness that cannot tell is null, never "no".
 * Takes five seconds longer when the log tells of an attempt that was cut off but there is a connection.
 */
export async function readConnectionWitness(context: WindowsContext): Promise<ConnectionWitness> {
  // neither needs the other, and where tools take seconds, everybody waits for what follows one another
  const sockets = askNetstat(context);
  sockets.catch(() => null);
  const service = await readService(context, 'worker');
  const endpoint = await readSettingOf(context, service.folder, 'worker', 'MasterEndpoint');
  return witnessOf(context, service, endpoint, sockets);
}

/** The same, when service and endpoint have just been read. */
async function witnessOf(
  context: WindowsContext,
  service: ServiceFacts,
  endpoint: string,
  asked?: Promise<ToolResult>,
): Promise<ConnectionWitness> {
  const target = parseEndpoint(endpoint);
  const look = async (sockets?: Promise<ToolResult>) =>
    target === null ? null : connectionsOf(context, service.pid, target, sockets).catch(() => null);
  const [handshake, said, first] = await Promise.all([
    target === null ? nowhere(endpoint) : handshakeTo(context, target),
    readWorkerLog(context, service).catch(() => null),
    look(asked),
  ]);
  const tcp = first === null ? null : first.length > 0;
  if (said === null) return { endpoint, handshake, log: null, tcp };
  const { line } = said;
  const at = said.at === null ? null : instantOf(said.at);
  if (said.state !== 'cut') return { endpoint, handshake, log: { state: said.state, line, at }, tcp };
  // a crashed master leaves connections behind that nobody answers
  const isAnswered = handshake.thumbprint !== null;
  const passed = isAnswered && first !== null && first.length > 0 && (await oneStays(context, first, look));
  return { endpoint, handshake, log: { state: passed ? 'silent' : 'refused', line, at }, tcp };
}

const AGAIN_MS = 1000;

/** The same for a look: a plan is refused by the handshake, so an attempt that nobody answered is repeated once. */
export async function witnessForLook(
  context: WindowsContext,
  service: ServiceFacts,
  endpoint: string,
): Promise<ConnectionWitness> {
  const first = await witnessOf(context, service, endpoint);
  if (first.handshake.thumbprint !== null || parseEndpoint(endpoint) === null) return first;
  await context.clock.sleep(AGAIN_MS);
  return witnessOf(context, service, endpoint);
}

/** A refused attempt ends within a moment, and the next one has another local port. */
const STAYS_MS = 5000;

async function oneStays(
  context: WindowsContext,
  first: readonly string[],
  look: () => Promise<readonly string[] | null>,
): Promise<boolean> {
  await context.clock.sleep(STAYS_MS);
  const second = await look();
  return second?.some((local) => first.includes(local)) ?? false;
}

/** A worker refuses a certificate that does not name its endpoint, so such a handshake proves nothing. */
async function handshakeTo(
  context: WindowsContext,
  { host, port }: { host: string; port: number },
): Promise<HandshakeFacts> {
  const { facts, certificate } = await probe(context, { host, port, servername: isIP(host) === 0 ? host : null });
  if (certificate === null || facts.error !== null) return facts;
  const names = namesOf(certificate.raw);
  if (names === null) return { ...facts, error: 'CERTIFICATE_UNREADABLE' };
  return namesCover(names, host) ? facts : { ...facts, error: 'NAME_NOT_COVERED' };
}

/** null: a certificate that cannot be read is no reason to ignore the other witnesses. */
function namesOf(der: Buffer): readonly string[] | null {
  try {
    return factsOf(der).names;
  } catch {
    return null;
  }
}

const nowhere = (endpoint: string): HandshakeFacts => ({
  target: endpoint.slice(0, 300),
  servername: null,
  thumbprint: null,
  error: 'ENDPOINT_NOT_UNDERSTOOD',
});

/**
 * Local addresses of the process's connections to where the endpoint leads: not to the same port of another machine,
 * which it may have too. Null: cannot be determined, or the endpoint's name does not resolve here.
 */
export async function connectionsOf(
  context: WindowsContext,
  pid: number,
  target: { readonly host: string; port: number },
  asked?: Promise<ToolResult>,
): Promise<readonly string[] | null> {
  if (pid === 0) return null;
  const [places, { code, text }] = await Promise.all([placesOf(context, target), asked ?? askNetstat(context)]);
  const listed = code === 0 ? parseNetstat(text) : null;
  if (listed === null || places === null) return null;
  const found = listed.connections.flatMap(({ local, remote, pid: owner }) =>
    owner === pid && places.has(placeIn(remote) ?? '') ? [local] : [],
  );
  return found.length > 0 || listed.isWhole ? found : null;
}

/** Not `-p TCP`, which is IPv4 only: a machine that resolves its own name gets an IPv6 address. */
const askNetstat = (context: WindowsContext): Promise<ToolResult> =>
  context.tools.run('netstat', ['-ano'], { timeLimitMs: 30_000 });
