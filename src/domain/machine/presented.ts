import type { Thumbprint } from '../values.ts';
import type { HandshakeFacts, HostLook, MasterLook } from './host-facts.ts';

/**
 * What the master of these looks presents: of a cluster's nodes the one that runs. null: nobody answered, or no master
 * among them.
 */
export const presentedIn = (looks: readonly HostLook[]): Thumbprint | null =>
  looks
    .filter(({ master }) => master?.service.state === 'running')
    .flatMap(({ master }) => master?.presented ?? [])
    .find(({ thumbprint }) => thumbprint !== null)?.thumbprint ?? null;

type Presented = Pick<MasterLook, 'presented'>;

const isSilent = ({ thumbprint }: HandshakeFacts): boolean => thumbprint === null;

/**
 * Addresses that are bound and answer nobody, under no name: one that the machine lost, or that nobody listens on. No
 * change of certificate makes them answer, so none is asked to prove one.
 */
export const silentAt = ({ presented }: Presented): readonly string[] => {
  const answering = presented.filter((one) => !isSilent(one)).map(({ target }) => target);
  return [...new Set(presented.map(({ target }) => target))].filter((target) => !answering.includes(target));
};

/** As people write it: an address of version 6 in brackets. By no pattern: a runner may have written anything there. */
export function shownAt(target: string): string {
  const end = target.lastIndexOf(':');
  const isAddress6 = target.lastIndexOf(':', end - 1) >= 0 && end > 0 && /^:\d+$/u.test(target.slice(end));
  return isAddress6 ? `[${target.slice(0, end)}]${target.slice(end)}` : target;
}

/** Handshakes that came to nothing at an address that answers others: what is bound to a name there may be broken. */
export const silentBeside = (master: Presented): readonly HandshakeFacts[] => {
  const silent = silentAt(master);
  return master.presented.filter((one) => isSilent(one) && !silent.includes(one.target));
};

/**
 * Whether it is a node of a cluster whose group is on another one: the port is bound there too, and nothing listens, as
 * it should be.
 */
export const isPassive = (look: HostLook | undefined): boolean =>
  look?.master?.clustered === true && look.master.service.state !== 'running';
