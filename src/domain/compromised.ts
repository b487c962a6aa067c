import type { HostLook } from './machine/host-facts.ts';
import { thumbprintsNamedBy } from './machine/scale-out-past.ts';
import type { FarmState, RotationState } from './rotation.ts';
import { type HostName, type Message, parseThumbprint, type Thumbprint } from './values.ts';
import type { When, Wish } from './wish.ts';

/** When it begins where nothing was said: a key in the wrong hands waits for no change window. */
export const untold = ({ compromised }: Pick<Wish, 'compromised'>): When => ({ by: compromised ? 'now' : 'policy' });

/**
 * Certificates whose keys people of this farm have said to be in the wrong hands: each was to be replaced under an
 * approved request that says so, whatever became of it. They wait for no grace period.
 */
export const compromisedIn = ({ order, rotations }: Pick<FarmState, 'order' | 'rotations'>): readonly Thumbprint[] => [
  ...new Set(
    order.flatMap((id) => {
      const rotation = rotations[id];
      return rotation === undefined ? [] : compromisedBy(rotation);
    }),
  ),
];

/** The certificates that one approved request calls compromised. */
export function compromisedBy({ wish, dry, gate, plan, looks }: RotationState): readonly Thumbprint[] {
  if (!wish.compromised || dry || plan === null || gate?.how !== 'approved') return [];
  if (wish.kind === 'rotate-master') return plan.header.old === null ? [] : [plan.header.old.thumbprint];
  if (wish.kind !== 'rotate-worker') return [];
  return wish.workers.flatMap((host) => parseThumbprint(looks[host]?.worker?.workerThumbprint ?? '') ?? []);
}

/** Where these still are, by looks at the machines: a sentence for each that is in use, lies there, or may. */
export const stillThere = (
  farm: string,
  thumbprints: readonly Thumbprint[],
  looks: readonly HostLook[],
): readonly Message[] =>
  thumbprints.flatMap((thumbprint) => {
    const used = looks.filter((look) => uses(look, thumbprint)).map(({ host }) => host);
    const there = looks.filter(({ leftovers }) => leftovers?.some((one) => one.thumbprint === thumbprint) === true);
    const unread = looks.filter(({ leftovers }) => leftovers == null).map(({ host }) => host);
    const about = (id: string, hosts: readonly HostName[]): readonly Message[] =>
      hosts.length === 0 ? [] : [{ id: `compromised.${id}`, data: { farm, thumbprint, hosts } }];
    if (used.length > 0) return about('used', used);
    return [
      ...about(
        'there',
        there.map(({ host }) => host),
      ),
      ...about('unread', unread),
    ];
  });

const uses = (look: HostLook, thumbprint: Thumbprint): boolean =>
  thumbprintsNamedBy(look).includes(thumbprint) ||
  look.master?.published === thumbprint ||
  look.worker?.published === thumbprint ||
  look.master?.presented.some((shown) => shown.thumbprint === thumbprint) === true;
