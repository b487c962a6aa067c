import type { LabHost } from './host.ts';

/** The cluster's own service, which every node has. */
const CLUSTER_SERVICE = 'SYSTEM\\CurrentControlSet\\Services\\ClusSvc';
const RESOURCE = 'Cluster\\Resources\\7d0e4ae2-5f0c-4f53-9a0e-8d1f2c6b3a11';

/** Puts the host's master into a Windows failover cluster, or takes it out of it. */
export function setClustered(host: LabHost, is: boolean): void {
  const { registry, services } = host.state;
  for (const key of [CLUSTER_SERVICE, RESOURCE, `${RESOURCE}\\Parameters`]) delete registry[key];
  const master = services.find(({ role }) => role === 'master');
  if (!is || master === undefined) return;
  registry[CLUSTER_SERVICE] = {
    ImagePath: ['REG_EXPAND_SZ', '%SystemRoot%\\Cluster\\clussvc.exe -s'],
    Start: ['REG_DWORD', '0x2'],
  };
  registry[RESOURCE] = { Name: ['REG_SZ', 'Scale Out Master'], Type: ['REG_SZ', 'Generic Service'] };
  registry[`${RESOURCE}\\Parameters`] = { ServiceName: ['REG_SZ', master.name] };
}
