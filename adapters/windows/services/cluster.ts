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
 * names it. Throws `ClusterNotReadable` on a node whose cluster hive is not loaded, and where it cannot be read whether
 * it is one: there nobody can tell.
 */
export async function isClustered(context: WindowsContext, service: string): Promise<boolean> {
  return owns(await readResources(context), service);
}

/**
 * To the cluster a stopped service is a failed one: it restarts it or moves the group. Throws `ServiceClustered`. It
 * stands in the way of a restart; whether the hive can be read at all is the look's question.
 */
export async function refuseClustered(context: WindowsContext, service: string): Promise<void> {
  const resources = await clusterResources(context).catch((error: unknown) => {
    if (isCertopsError(error) && error.code === 'ClusterNotReadable') return [];
    throw error;
  });
  if (owns(resources, service)) throw new CertopsError('ServiceClustered', { service });
}

/** What a cluster runs, asked once for the look before a restart and the restart. Throws `ClusterNotReadable`. */
export const clusterResources = (context: WindowsContext): Promise<readonly RegistryKey[]> =>
  remembered(context, 'cluster resources', () => readResources(context));

/** Nothing where this machine is no node. */
async function readResources(context: WindowsContext): Promise<readonly RegistryKey[]> {
  const [node] = (await readKeys(context, `${SERVICES}\\ClusSvc`)) ?? [];
  if (node === undefined) return [];
  // A line that is none may be its start.
  if (!node.values.has('start') && node.unread.length > 0)
    throw new CertopsError('ClusterNotReadable', { output: cut(node.unread.join('\n')) });
  if (dword(node, 'Start', DISABLED) === DISABLED) return [];
  const result = await context.tools.run('reg', ['query', RESOURCES, '/s']);
  const resources = result.code === 0 ? parseRegistry(result.text) : [];
  // every cluster has its own name for one
  if (resources.length === 0) throw new CertopsError('ClusterNotReadable', { output: cut(result.text) });
  return resources;
}

const owns = (resources: readonly RegistryKey[], service: string): boolean =>
  resources.some((key) => text(key, 'ServiceName')?.toLowerCase() === service.toLowerCase());
