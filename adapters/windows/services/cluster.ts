import { CertopsError } from '../../../src/domain/errors.ts';
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
 * names it. Throws `ClusterNotReadable` on a node whose cluster hive is not loaded: there nobody can tell.
 */
export async function isClustered(context: WindowsContext, service: string): Promise<boolean> {
  const [node] = (await readKeys(context, `${SERVICES}\\ClusSvc`)) ?? [];
  if (node === undefined || dword(node, 'Start', DISABLED) === DISABLED) return false;
  const result = await context.tools.run('reg', ['query', RESOURCES, '/s']);
  if (result.code !== 0) throw new CertopsError('ClusterNotReadable', { service, output: cut(result.text) });
  return owns(parseRegistry(result.text), service);
}

/**
 * To the cluster a stopped service is a failed one: it restarts it or moves the group. Throws `ServiceClustered`. One
 * call only, since it stands in the way of a restart; whether the hive can be read at all is the look's question.
 */
export async function refuseClustered(context: WindowsContext, service: string): Promise<void> {
  if (owns(await clusterResources(context), service)) throw new CertopsError('ServiceClustered', { service });
}

/** Whatever this machine tells of a cluster's resources; nothing where it is no node. */
export const clusterResources = (context: WindowsContext): Promise<readonly RegistryKey[]> =>
  remembered(context, 'cluster resources', async () => {
    const { code, text: output } = await context.tools.run('reg', ['query', RESOURCES, '/s']);
    return code === 0 ? parseRegistry(output) : [];
  });

const owns = (resources: readonly RegistryKey[], service: string): boolean =>
  resources.some((key) => text(key, 'ServiceName')?.toLowerCase() === service.toLowerCase());
