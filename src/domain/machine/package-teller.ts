import type { HostName } from '../values.ts';
import type { HostLook, Looks } from './host-facts.ts';

/** The farm's running master: in a cluster, the node that owns the group. If none runs, the first. */
export const ownerOf = (looks: Looks, masters: readonly HostName[]): HostName | null =>
  masters.find((name) => looks[name]?.master?.service.state === 'running') ?? masters[0] ?? null;

/**
 * The master whose report on packages counts for a farm; null: nobody sees them. In a cluster it is the node that owns
 * the group, even if another node owns it later, since all name one SQL Server. Another node counts only if it asks
 * that server, by a name that means the same on each node: what a node sees in a catalog of its own is not "none".
 */
export function packageTeller(looks: Looks, masters: readonly HostName[]): HostName | null {
  const owner = ownerOf(looks, masters);
  const server = owner === null ? null : serverOf(looks[owner]);
  const isSame = (name: HostName): boolean =>
    name === owner || (server !== null && !isRelative(server) && serverOf(looks[name]) === server);
  const inOrder = [...(owner === null ? [] : [owner]), ...masters.filter((name) => name !== owner)];
  const isLet = (name: HostName): boolean => masters.length === 1 || isLetAsk(looks[name], name);
  return inOrder.find((name) => isSame(name) && isLet(name) && looks[name]?.ssisdb?.running.seen != null) ?? null;
}

/** Whether its last gate lets it wait for packages: its own configuration must name it as the farm's master. */
export const isLetAsk = (look: HostLook | undefined, host: HostName): boolean => (look?.pins?.master ?? host) === host;

const serverOf = (look: HostLook | undefined): string | null => look?.ssisdb?.server?.toLowerCase() ?? null;

/** Names that mean the local machine, whichever that is. */
const isRelative = (server: string): boolean =>
  /^(?:lpc:|\(localdb\))/u.test(server) ||
  /^(?:[a-z]+:)?(?:\\\\)?(?:\.|\(local\)|localhost|127(?:\.\d+){3}|::1)(?:[\\,]|$)/u.test(server);
