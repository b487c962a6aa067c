import dns from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import type { Resolve, WindowsContext } from './context.ts';

const systemResolve: Resolve = async (name) => (await dns.lookup(name, { all: true })).map(({ address }) => address);

interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** `address port`, in the one form that `placeOf` writes. */
type Place = string;

/**
 * Where a connection to an endpoint leads, seen from this machine; null: its name does not resolve here, so nobody can
 * tell. The configuration's `connect` takes precedence over the name: it gives that place itself, and every address
 * that leads to the same place. Its `addresses` are used only where the name does not resolve.
 */
export async function placesOf(context: WindowsContext, { host, port }: Endpoint): Promise<ReadonlySet<Place> | null> {
  const { connect, addresses: known = {}, resolve = systemResolve } = context;
  const shown = isIPv6(host) ? `[${host}]` : host;
  const instead = connect[`${shown}:${port}`.toLowerCase()] ?? connect[`${host}:${port}`.toLowerCase()];
  if (instead !== undefined) {
    const same = Object.entries(connect).flatMap(([asked, reached]) => (reached === instead ? [asked] : []));
    return new Set([instead, ...same].flatMap((text) => placeIn(text) ?? []));
  }
  if (isIP(host) !== 0) return new Set([placeOf(host, port)]);
  const found = await resolve(host).catch(() => []);
  const other = found.length === 0 ? known[host.toLowerCase()] : undefined;
  const addresses = other === undefined ? found : await resolve(other).catch(() => []);
  return addresses.length === 0 ? null : new Set(addresses.map((address) => placeOf(address, port)));
}

/** `10.0.0.5:8391`, `[fe80::a1%5]:8391`; null for a name, which is no address. */
export function placeIn(text: string): Place | null {
  const [, address = '', port = ''] = /^\[?([^\]]+?)\]?:(\d{1,5})$/u.exec(text) ?? [];
  return isIP(address) === 0 ? null : placeOf(address, Number(port));
}

/**
 * One way to write an address. The zone is dropped, since netstat writes it and a resolver does not; an IPv4 address
 * mapped into IPv6 is written as IPv4.
 */
function placeOf(address: string, port: number): Place {
  const bare = address.replace(/%.*$/u, '');
  if (!isIPv6(bare)) return `${bare} ${port}`;
  const short = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/u.exec(short) ?? [];
  if (high === undefined || low === undefined) return `${short} ${port}`;
  const number = Number.parseInt(high, 16) * 0x1_0000 + Number.parseInt(low, 16);
  return `${[24, 16, 8, 0].map((bits) => (number >>> bits) & 0xff).join('.')} ${port}`;
}
