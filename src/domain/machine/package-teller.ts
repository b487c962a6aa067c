import type { HostName } from '../values.ts';
import type { HostLook } from './host-facts.ts';

type Looks = { readonly [host: string]: HostLook };

/** Of a farm's masters the one that runs: of a cluster's nodes the one that has the group. */
export const ownerOf = (looks: Looks, masters: readonly HostName[]): HostName | null =>
  masters.find((name) => looks[name]?.master?.service.state === 'running') ?? masters[0] ?? null;

/**
 * The master whose word on packages counts for a farm; null: nobody sees them. Of a cluster's nodes it is the one that
 * has the group, whatever node has it later, for they all name one SQL Server. Another one's word counts only where it
 * asks that server, by a name that means the same on each node: what a node sees in a catalog of its own is not "none".
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

/** Whether its last gate lets it wait for packages: as the farm's master, by its own configuration. */
export const isLetAsk = (look: HostLook | undefined, host: HostName): boolean => (look?.pins?.master ?? host) === host;

const serverOf = (look: HostLook | undefined): string | null => look?.ssisdb?.server?.toLowerCase() ?? null;

/** Names that mean the machine itself, whichever that is. */
const isRelative = (server: string): boolean =>
  /^(?:lpc:|\(localdb\))/u.test(server) ||
  /^(?:[a-z]+:)?(?:\\\\)?(?:\.|\(local\)|localhost|127(?:\.\d+){3}|::1)(?:[\\,]|$)/u.test(server);
