import { CertopsError } from '../../src/domain/errors.ts';
import { parseEndpoint } from '../../src/domain/machine/endpoint.ts';
import type { HandshakeFacts } from '../../src/domain/machine/host-facts.ts';
import { type HostName, parseThumbprint, type Role, type StoreName } from '../../src/domain/values.ts';
import { answering, isLocal } from './answering.ts';
import { hasEnded, trustsIn } from './certificate-traces.ts';
import type { MemoryCertificate, MemoryFarm, MemoryMachine, MemoryService } from './machine.ts';

/** One machine of a farm in memory as it is now; each question is answered from the farm, which tests change. */
export interface MemoryState {
  readonly name: HostName;
  readonly farm: MemoryFarm;
  /** Throws `HostMissing`. */
  machine(): MemoryMachine;
  /** Throws `ServiceMissing`. */
  service(role: Role): MemoryService;
  /** Throws `SettingsFileMissing`. */
  settings(role: Role): { [key: string]: string };
  stored(store: StoreName, thumbprint: string): MemoryCertificate | null;
  handshake(target: { host: string; port: number; servername: string | null }): HandshakeFacts;
  /** The worker's way to its master. `accepts`: it pins and trusts what is presented there. */
  connection(): { endpoint: string; shown: HandshakeFacts; accepts: boolean; runs: boolean };
}

/** `names`: from an endpoint's name to the machine's. `now`: milliseconds since 1970. */
export function createMemoryState({
  name,
  farm,
  names,
  now,
}: {
  readonly name: HostName;
  readonly farm: MemoryFarm;
  readonly names: { readonly [name: string]: HostName };
  readonly now: () => number;
}): MemoryState {
  const machine = (): MemoryMachine => {
    const found = farm.get(name);
    if (found === undefined) throw new CertopsError('HostMissing', { host: name });
    return found;
  };
  const service = (role: Role): MemoryService => {
    const found = machine().services[role];
    if (found === undefined) throw new CertopsError('ServiceMissing', { host: name, role });
    return found;
  };
  const settings = (role: Role): { [key: string]: string } => {
    const found = machine().settings[role];
    if (found === undefined) throw new CertopsError('SettingsFileMissing', { host: name, role });
    return found;
  };

  const stored = (store: StoreName, thumbprint: string): MemoryCertificate | null =>
    machine().stores[store].get(thumbprint) ?? null;

  function handshake(target: { host: string; port: number; servername: string | null }): HandshakeFacts {
    const text = `${target.host}:${target.port}`;
    const there = farm.get(isLocal(target.host) ? name : (names[target.host] ?? target.host));
    const found = there === undefined ? null : answering(there, target);
    const error = found === null ? 'ECONNREFUSED' : null;
    return { target: text, servername: target.servername, thumbprint: found?.thumbprint ?? null, error };
  }

  function connection() {
    const { read, facts } = service('worker');
    const { MasterEndpoint = '' } = settings('worker');
    const endpoint = parseEndpoint(MasterEndpoint);
    if (endpoint === null) throw new CertopsError('EndpointNotUnderstood', { found: MasterEndpoint });
    const shown = handshake({ ...endpoint, servername: endpoint.host });
    const pinned = parseThumbprint(read.MasterHttpsCertThumbprint ?? '');
    const accepts =
      shown.thumbprint !== null &&
      shown.thumbprint === pinned &&
      trustsIn(machine(), farm, pinned) &&
      !hasEnded(farm, shown.thumbprint, now());
    return { endpoint: MasterEndpoint, shown, accepts, runs: facts.state === 'running' };
  }

  return { name, farm, machine, service, settings, stored, handshake, connection };
}
