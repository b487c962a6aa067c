import { NEW, type Plan, PRESENT } from '../plan.ts';
import type { FarmState, Made } from '../rotation.ts';
import type { RotationId, Thumbprint } from '../values.ts';
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

/** As people write it: an address of version 6 in brackets. */
export const shownAt = (target: string): string => target.replace(/^(.*:.*)(?=:\d+$)/u, '[$1]');

/** Handshakes that came to nothing at an address that answers others: what is bound to a name there may be broken. */
export const silentBeside = (master: Presented): readonly HandshakeFacts[] => {
  const silent = silentAt(master);
  return master.presented.filter((one) => isSilent(one) && !silent.includes(one.target));
};

/** The rotation whose master made this certificate, by the runner's own signed word; null: nobody here knows of one. */
export const makerOf = ({ order, rotations }: FarmState, thumbprint: Thumbprint | null): RotationId | null =>
  thumbprint === null
    ? null
    : (order.findLast((id) => rotations[id]?.made[NEW]?.certificate.thumbprint === thumbprint) ?? null);

/** The certificate that a plan takes as it is, with the word of whoever made it: an earlier rotation of this farm. */
export function carriedBy({ rotations }: FarmState, { header }: Plan): { readonly [ref: string]: Made } {
  const made = header.wish.of === null ? undefined : rotations[header.wish.of]?.made[NEW];
  const isIt = made !== undefined && made.certificate.thumbprint === header.existing?.[PRESENT]?.thumbprint;
  return isIt ? { [PRESENT]: made } : {};
}
