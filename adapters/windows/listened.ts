import { isIP, SocketAddress } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { WindowsContext } from './context.ts';
import { filledLinesOf } from './parse/text.ts';

/** The only addresses that HTTP.SYS listens on; empty: all of them. null: the list cannot be read. */
type Listened = readonly string[] | null;

const LOOPBACK: readonly string[] = ['127.0.0.1', '::1'];
const ANY: readonly string[] = ['0.0.0.0', '::'];
const known = new WeakMap<WindowsContext, Promise<Listened>>();

/** Reads that list afresh, for each look. */
export async function learnListened(context: WindowsContext): Promise<Listened> {
  const learning = readListened(context);
  known.set(context, learning);
  return learning;
}

async function listenedOf(context: WindowsContext): Promise<Listened> {
  const learning = known.get(context) ?? readListened(context);
  known.set(context, learning);
  return learning;
}

/**
 * Where to reach HTTP.SYS instead of at a loopback address. A machine may have a list of the addresses that HTTP.SYS
 * listens on; then a binding of all addresses answers only on those, and loopback is refused. Source:
 * MicrosoftDocs/windowsserverdocs, netsh http add iplisten.
 */
export async function reachedAt(context: WindowsContext, host: string): Promise<string> {
  if (!LOOPBACK.includes(host)) return host;
  return insteadOf(host, await listenedOf(context), hereIn(context)) ?? host;
}

/** Where to probe one of this machine's bindings, or why it cannot be probed. */
type OwnPlace = { readonly at: string } | { readonly at: null; readonly why: 'unlistened' | 'not-here' };

/**
 * Where to probe a bound address of this machine. Not at one that is missing from the list, and not at one that the
 * machine has lost or a cluster has moved, since another machine may answer there. A name is bound on every address.
 */
export async function ownPlace(context: WindowsContext, host: string, of: 'address' | 'name'): Promise<OwnPlace> {
  const listened = await listenedOf(context);
  const isHere = hereIn(context);
  const asked = of === 'name' ? LOOPBACK : [host];
  const places = asked.map((one) => placeOf(one, listened, isHere));
  return places.find(({ at }) => at !== null) ?? places[0] ?? { at: null, why: 'unlistened' };
}

type IsHere = (address: string) => boolean;

function placeOf(host: string, listened: Listened, isHere: IsHere): OwnPlace {
  if (LOOPBACK.includes(host)) {
    const at = insteadOf(host, listened, isHere);
    return at === null ? { at, why: 'unlistened' } : { at };
  }
  if (listened !== null && listened.length > 0 && !covers(listened, host)) return { at: null, why: 'unlistened' };
  return isHere(host) ? { at: host } : { at: null, why: 'not-here' };
}

/** null: nowhere, as the list has no address of that family that is this machine's. */
export function insteadOf(loopback: string, listened: Listened, isHere: IsHere): string | null {
  if (listened === null || listened.length === 0 || covers(listened, loopback)) return loopback;
  return listened.find((address) => isIP(address) === isIP(loopback) && isHere(address)) ?? null;
}

const covers = (listened: readonly string[], address: string): boolean =>
  listened.includes(plain(address)) || listened.includes(ANY[isIP(address) === 6 ? 1 : 0] ?? '');

/** Null when the list cannot be read: loopback is then probed as if there were none. */
async function readListened(context: WindowsContext): Promise<Listened> {
  try {
    const { code, text } = await context.tools.run('netsh', ['http', 'show', 'iplisten'], { timeLimitMs: 10_000 });
    if (code === 0) return listedIn(text);
  } catch {
    // probed as if there were no list
  }
  return null;
}

/** A heading in some language, then one address a line, possibly with a port. */
export const listedIn = (text: string): readonly string[] =>
  filledLinesOf(text).flatMap((line) => {
    const address = withoutPort(line.trim());
    return isIP(address) === 0 ? [] : [plain(address)];
  });

const withoutPort = (text: string): string =>
  /^\[(.+)\](?::\d{1,5})?$/u.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/u.exec(text)?.[1] ?? text;

/** One spelling of an address, without its zone (the number of a network card). */
function plain(address: string): string {
  const [bare = ''] = address.toLowerCase().split('%');
  return isIP(bare) === 6 ? new SocketAddress({ address: bare, family: 'ipv6' }).address : bare;
}

/**
 * In the lab, `connect` maps this machine's addresses to sockets; where the system lists no addresses, any may be its
 * own.
 */
function hereIn({ connect }: WindowsContext): IsHere {
  const led = Object.keys(connect).map((target) => withoutPort(target));
  const own = ownAddresses();
  return (address) =>
    own === null || address.startsWith('127.') || [...LOOPBACK, ...own, ...led].includes(plain(address));
}

function ownAddresses(): readonly string[] | null {
  try {
    return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => plain(address)));
  } catch {
    return null;
  }
}
