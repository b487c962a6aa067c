import { thumbprintsNamedBy } from '../fold/scale-out-past.ts';
import type { HostLook } from '../machine/host-facts.ts';
import type { When, Wish } from '../plan/wish.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import { leftIn } from '../rotation/left-behind.ts';
import { isLookedSince } from '../rotation/looked-since.ts';
import type { RotationState } from '../rotation/rotation.ts';
import { type HostName, type Message, parseThumbprint, type StoreName, type Thumbprint } from '../values.ts';

/** The start when nothing was said: a compromised key waits for no change window. */
export const untold = ({ compromised }: Pick<Wish, 'compromised'>): When => ({ by: compromised ? 'now' : 'policy' });

/**
 * Certificates whose keys people of this farm have called compromised: each was to be replaced by an approved request
 * that says so, whatever became of it. They wait for no grace period.
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

/** Machines that were to get rid of this certificate, were left as they are, and have not been looked at since. */
export const leftWith = (
  state: Pick<FarmState, 'order' | 'rotations' | 'latest' | 'hosts'>,
  thumbprint: Thumbprint,
): readonly HostName[] => {
  const { order, rotations } = state;
  const about = order.flatMap((id) => rotations[id] ?? []).filter((one) => compromisedBy(one).includes(thumbprint));
  const isSeen = (host: HostName, { closed }: RotationState): boolean =>
    closed !== null && isLookedSince(state, host, closed.at);
  return [...new Set(about.flatMap((one) => leftIn(one).filter((host) => !isSeen(host, one))))];
};

/**
 * Where these certificates still are, judging by looks: one message for each that is in use, left over, or possibly
 * there. `left`: machines nobody can tell about, because they were left as they are.
 */
export const stillThere = (
  farm: string,
  thumbprints: readonly Thumbprint[],
  looks: readonly HostLook[],
  left: (thumbprint: Thumbprint) => readonly HostName[],
): readonly Message[] =>
  thumbprints.flatMap((thumbprint) => {
    const hostsOf = (found: readonly HostLook[]): readonly HostName[] => found.map(({ host }) => host);
    const used = hostsOf(looks.filter((look) => uses(look, thumbprint)));
    const there = hostsOf(looks.filter((look) => look.leftovers?.some((one) => one.thumbprint === thumbprint)));
    const untold = left(thumbprint).filter((host) => !used.includes(host) && !there.includes(host));
    const unread = hostsOf(looks.filter(({ leftovers }) => leftovers == null)).filter((one) => !untold.includes(one));
    const about = (id: string, hosts: readonly HostName[], more: Message['data'] = {}): readonly Message[] =>
      hosts.length === 0 ? [] : [{ id: `compromised.${id}`, data: { farm, thumbprint, hosts, ...more } }];
    const places = looks.flatMap(({ host, leftovers }) =>
      (leftovers ?? []).filter((one) => one.thumbprint === thumbprint).map((one) => ({ ...one, host })),
    );
    const [id, hosts, more] = inTheWay(places, looks, there);
    const lies = about(id, hosts, { ...more, ...trustIn(places) });
    const others = used.length > 0 ? about('used', used) : [...lies, ...about('unread', unread)];
    return [...about('left', untold), ...others];
  });

/**
 * On which of the machines that have it a certificate lies in Root, so that whoever has its key is believed there;
 * nothing is told where all trust it.
 */
export function trustIn(
  places: readonly { readonly host: HostName; readonly stores: readonly StoreName[] }[],
): Message['data'] {
  const trusting = places.filter(({ stores }) => stores.includes('Root')).map(({ host }) => host);
  if (trusting.length === places.length) return {};
  return trusting.length === 0 ? { untrusted: true } : { trusting };
}

/** What would make a removal of the leftover be refused: then asking for the removal is not the first step. */
function inTheWay(
  places: NonNullable<HostLook['leftovers']>,
  looks: readonly HostLook[],
  hosts: readonly HostName[],
): [id: string, hosts: readonly HostName[], more?: Message['data']] {
  const where = [...new Set(places.flatMap(({ users }) => users.map((user) => user.where)))];
  if (where.length > 0) return ['shared', hosts, { where }];
  const isAllowed = ({ allowed }: HostLook): boolean =>
    places.some((one) => allowed?.includes(one.thumbprint) === true);
  const by = looks.filter((look) => hosts.includes(look.host) && isAllowed(look));
  return by.length > 0 ? ['allowed', hosts, { by: by.map(({ host }) => host) }] : ['there', hosts];
}

const uses = (look: HostLook, thumbprint: Thumbprint): boolean =>
  thumbprintsNamedBy(look).includes(thumbprint) ||
  look.master?.published === thumbprint ||
  look.worker?.published === thumbprint ||
  look.master?.presented.some((shown) => shown.thumbprint === thumbprint) === true;
