import { CertopsError, isCertopsError } from '../../../src/domain/errors.ts';
import type { WindowsContext } from '../context.ts';
import { dword, parseRegistry, type RegistryKey, text } from '../parse/registry.ts';
import { cut } from '../parse/text.ts';
import { readKeys } from '../registry.ts';
import { remembered } from '../remembered.ts';
import { SERVICES } from './discover.ts';

const RESOURCES = 'HKLM\\Cluster\\Resources';
const DISABLED = 4;

/**
 * Whether a cluster owns the service: this machine is a node (its cluster service is not disabled), and some resource
 * names the service. Throws `ClusterNotReadable` on a node whose cluster hive is not loaded, and when it cannot be read
 * whether this is a node: then nobody can tell.
 */
export async function isClustered(context: WindowsContext, service: string): Promise<boolean> {
  return owns(await readResources(context), service);
}

/**
 * To the cluster a stopped service is a failed one: it restarts it or moves the group. Throws `ServiceClustered`, which
 * rules a restart out. A hive that cannot be read does not: the look reports that.
 */
export async function refuseClustered(context: WindowsContext, service: string): Promise<void> {
  const resources = await clusterResources(context).catch((error: unknown) => {
    if (isCertopsError(error) && error.code === 'ClusterNotReadable') return [];
    throw error;
  });
  if (owns(resources, service)) throw new CertopsError('ServiceClustered', { service });
}

/**
 * The cluster's resources, read once for the look before a restart and for the restart. Throws `ClusterNotReadable`.
 */
export const clusterResources = (context: WindowsContext): Promise<readonly RegistryKey[]> =>
  remembered(context, 'cluster resources', () => readResources(context));

/** Empty when this machine is not a node. */
async function readResources(context: WindowsContext): Promise<readonly RegistryKey[]> {
  const [node] = (await readKeys(context, `${SERVICES}\\ClusSvc`)) ?? [];
  if (node === undefined) return [];
  // The line that could not be read may be its Start value.
  if (!node.values.has('start') && node.unread.length > 0)
    throw new CertopsError('ClusterNotReadable', { output: cut(node.unread.join('\n')) });
  if (dword(node, 'Start', DISABLED) === DISABLED) return [];
  const result = await context.tools.run('reg', ['query', RESOURCES, '/s']);
  const resources = result.code === 0 ? parseRegistry(result.text) : [];
  // every cluster has at least a resource for its own name
  if (resources.length === 0) throw new CertopsError('ClusterNotReadable', { output: cut(result.text) });
  return resources;
}

const owns = (resources: readonly RegistryKey[], service: string): boolean =>
  resources.some((key) => text(key, 'ServiceName')?.toLowerCase() === service.toLowerCase());
