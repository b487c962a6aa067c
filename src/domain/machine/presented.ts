import type { Thumbprint } from '../values.ts';
import type { HandshakeFacts, HostLook, MasterLook } from './host-facts.ts';

/**
 * What the running master of these looks presents; in a cluster, the active node. null: nobody answered, or there is no
 * master.
 */
export const presentedIn = (looks: readonly HostLook[]): Thumbprint | null =>
  looks
    .filter(({ master }) => master?.service.state === 'running')
    .flatMap(({ master }) => master?.presented ?? [])
    .find(({ thumbprint }) => thumbprint !== null)?.thumbprint ?? null;

type Presented = Pick<MasterLook, 'presented'>;

const isSilent = ({ thumbprint }: HandshakeFacts): boolean => thumbprint === null;

/**
 * Addresses that are bound but answer under no name: the machine lost them, or nothing listens there. No change of
 * certificate makes them answer, so they need not prove one.
 */
export const silentAt = ({ presented }: Presented): readonly string[] => {
  const answering = presented.filter((one) => !isSilent(one)).map(({ target }) => target);
  return [...new Set(presented.map(({ target }) => target))].filter((target) => !answering.includes(target));
};

/**
 * As people write it, with an IPv6 address in brackets. Without a pattern over the whole text: a runner may have
 * written anything there.
 */
export function shownAt(target: string): string {
  const end = target.lastIndexOf(':');
  const isAddress6 = target.lastIndexOf(':', end - 1) >= 0 && end > 0 && /^:\d+$/u.test(target.slice(end));
  return isAddress6 ? `[${target.slice(0, end)}]${target.slice(end)}` : target;
}

/** Failed handshakes at an address that answers others: the binding for that name may be broken. */
export const silentBeside = (master: Presented): readonly HandshakeFacts[] => {
  const silent = silentAt(master);
  return master.presented.filter((one) => isSilent(one) && !silent.includes(one.target));
};

/** Whether it is a passive cluster node: the port is bound there too, but nothing listens, as it should be. */
export const isPassive = (look: HostLook | undefined): boolean =>
  look?.master?.clustered === true && look.master.service.state !== 'running';
