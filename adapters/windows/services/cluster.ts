import { CertopsError } from '../../../src/domain/errors.ts';
import type { WindowsContext } from '../context.ts';
import { dword, parseRegistry, type RegistryKey, text } from '../parse/registry.ts';
import { readKeys } from '../registry.ts';
import { SERVICES } from './discover.ts';

const RESOURCES = 'HKLM\\Cluster\\Resources';
const DISABLED = 4;

/**
 * Whether a cluster owns the service: some resource names it. Throws `ClusterNotReadable` when this machine is a node
 * whose cluster hive is not loaded, so that nobody can tell.
 */
export async function isClustered(context: WindowsContext, service: string): Promise<boolean> {
  const resources = await readKeys(context, RESOURCES, { deep: true });
  if (resources !== null) return owns(resources, service);
  const clusterService = await readKeys(context, `${SERVICES}\\ClusSvc`);
  if (clusterService?.[0] === undefined || dword(clusterService[0], 'Start', DISABLED) === DISABLED) return false;
  throw new CertopsError('ClusterNotReadable', { service });
}

/**
 * To the cluster a stopped service is a failed one: it restarts it or moves the group. Throws `ServiceClustered`. One
 * call only, since it stands in the way of a restart; whether the hive can be read at all is the look's question.
 */
export async function refuseClustered(context: WindowsContext, service: string): Promise<void> {
  const result = await context.tools.run('reg', ['query', RESOURCES, '/s']);
  if (result.code === 0 && owns(parseRegistry(result.text), service)) {
    throw new CertopsError('ServiceClustered', { service });
  }
}

const owns = (resources: readonly RegistryKey[], service: string): boolean =>
  resources.some((key) => text(key, 'ServiceName')?.toLowerCase() === service.toLowerCase());
