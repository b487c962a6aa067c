import { createServer } from 'node:net';
import type { LabHostInfo, LabOptions } from './options.ts';
import type { Role } from './world/state.ts';

export interface HostPlan {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly address: string;
  /** A cluster node while the group is on another node: its master's service does not run. */
  readonly passive?: true;
}

/** What a farm looks like. Kept, so that names, addresses and sockets stay the same across restarts. */
export interface Layout {
  readonly farm: string;
  readonly port: number;
  readonly endpointHost: string;
  /** Where all masters find SSISDB. Left out: each on its own machine. */
  readonly sqlServer?: string;
  readonly hosts: readonly HostPlan[];
  /** Local address of the master -> real port on 127.0.0.1. */
  readonly sockets: { readonly [address: string]: number };
}

/** Addresses at which a master can be reached. `own` is its address on the farm's network, behind its name. */
const masterAddresses = (own: string): readonly string[] => ['127.0.0.1', '127.0.0.2', own, '::1'];

/**
 * Below the range from which systems take ports for outgoing connections: one of those could take the port of a lab
 * that is restarting.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 31_999;

export async function planLayout(options: LabOptions): Promise<Layout> {
  const { onebox = false, cluster = false } = options;
  const workers = options.workers ?? (onebox ? 0 : 3);
  const master: HostPlan = { name: 'sqlm01', roles: onebox ? ['master', 'worker'] : ['master'], address: '10.20.0.10' };
  const nodes: readonly HostPlan[] = cluster
    ? [master, { name: 'sqlm02', roles: ['master'], address: '10.20.0.11', passive: true }]
    : [master];
  const hosts = [...nodes, ...Array.from({ length: workers }, (_, index) => workerPlan(index + 1))];
  const sockets: { [address: string]: number } = {};
  for (const address of masterAddresses(master.address)) {
    sockets[address] = await freePort(Object.values(sockets));
  }
  const names = cluster ? { endpointHost: 'ssisprod', sqlServer: 'ssiscatalog' } : { endpointHost: master.name };
  return { farm: options.farm ?? 'prod', port: options.port ?? 8391, ...names, hosts, sockets };
}

/** What lab.json says about each host. Loopback addresses reach the master only from the master's own machine. */
export function hostInfos(layout: Layout, rootOf: (host: string) => string): readonly LabHostInfo[] {
  return layout.hosts.map(({ name, roles, passive }) => ({
    name,
    roles,
    root: rootOf(name),
    systemRoot: 'C:\\Windows',
    connect: connectMap(layout, roles.includes('master') ? (passive === true ? 'passive' : 'own') : 'elsewhere'),
  }));
}

/** Nobody listens there: the address of a node whose service does not run. */
const NOBODY = '127.0.0.1:1';

function connectMap(layout: Layout, master: 'own' | 'passive' | 'elsewhere'): { [hostAndPort: string]: string } {
  const own = layout.hosts[0]?.address ?? '';
  const to = (address: string): string => `127.0.0.1:${layout.sockets[address] ?? 0}`;
  const at = (address: string): string => (master === 'passive' ? NOBODY : to(address));
  const map: { [hostAndPort: string]: string } = {};
  for (const name of [layout.endpointHost, own]) map[`${name}:${layout.port}`] = to(own);
  if (master === 'elsewhere') return map;
  for (const address of ['127.0.0.1', '127.0.0.2']) map[`${address}:${layout.port}`] = at(address);
  for (const name of ['[::1]', '::1', 'localhost']) map[`${name}:${layout.port}`] = at('::1');
  map[`localhost:${layout.port}`] = at('127.0.0.1');
  return map;
}

function workerPlan(number: number): HostPlan {
  const name = `sqlw${String(number).padStart(2, '0')}`;
  return { name, roles: ['worker'], address: `10.20.${1 + Math.floor(number / 250)}.${number % 250}` };
}

async function freePort(taken: readonly number[]): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    if (!taken.includes(port) && (await canListen(port))) return port;
  }
  throw new Error(`no free port between ${FIRST_PORT} and ${LAST_PORT}`);
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)));
  });
}
