import type { LabHost } from './host.ts';
import type { ServiceConfig, Switches } from './state.ts';

/** What a test may change on a host from outside, as an administrator would have set it up. */
export interface HostChanges extends Partial<Switches> {
  /** By service name. */
  readonly services?: { readonly [name: string]: Partial<Pick<ServiceConfig, 'account' | 'start'>> };
  /** The master is a resource of a Windows failover cluster. */
  readonly clustered?: boolean;
}

/** The cluster's own service: there on every node. */
const CLUSTER_SERVICE = 'SYSTEM\\CurrentControlSet\\Services\\ClusSvc';
const RESOURCE = 'Cluster\\Resources\\7d0e4ae2-5f0c-4f53-9a0e-8d1f2c6b3a11';

/** Throws for a service that is not installed. */
export function changeHost(host: LabHost, { services = {}, clustered, ...switches }: HostChanges): void {
  Object.assign(host.state.switches, switches);
  for (const [name, changes] of Object.entries(services)) {
    const service = host.service(name);
    if (service === null) throw new Error(`no such service: ${name}`);
    Object.assign(service, changes);
  }
  if (clustered !== undefined) {
    delete host.state.registry[CLUSTER_SERVICE];
    delete host.state.registry[RESOURCE];
    delete host.state.registry[`${RESOURCE}\\Parameters`];
  }
  const master = host.state.services.find((service) => service.role === 'master');
  if (clustered === true && master !== undefined) {
    host.state.registry[CLUSTER_SERVICE] = {
      ImagePath: ['REG_EXPAND_SZ', '%SystemRoot%\\Cluster\\clussvc.exe -s'],
      Start: ['REG_DWORD', '0x2'],
    };
    host.state.registry[RESOURCE] = { Name: ['REG_SZ', 'Scale Out Master'], Type: ['REG_SZ', 'Generic Service'] };
    host.state.registry[`${RESOURCE}\\Parameters`] = { ServiceName: ['REG_SZ', master.name] };
  }
  host.save();
}
