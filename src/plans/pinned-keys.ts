import type { Farm } from '../domain/farm/farm.ts';
import { inTable } from '../domain/in-table.ts';
import { keyIdOf } from '../domain/letters/envelope.ts';
import type { HostLook, PinnedKeys } from '../domain/machine/host-facts.ts';
import { type PlanHeader, PRESENT, refsIn } from '../domain/plan/plan.ts';
import { stepParams } from '../domain/plan/step-params.ts';
import { type HostName, type Message, type Refusal, refuse } from '../domain/values.ts';
import type { Draft, DraftSlice, Looks, PlanRequest } from './draft.ts';

/** By whose word a machine goes under a plan, as its last gate will ask. */
interface Need {
  readonly host: HostName;
  readonly maker: HostName;
  /** The runner's own configuration must name the maker as the farm's master. */
  readonly asMaster: boolean;
  /**
   * The word that a key must have signed: one that is still to come, or one of an earlier rotation; null: no key is
   * asked for.
   */
  readonly word: 'coming' | 'earlier' | null;
}

type Planned = Pick<Draft, 'header' | 'slices'>;

/** A message says more of them in no useful way: all of them are in the farm file. */
const MOST_TYPED = 3;

/**
 * What the last gates of the machines would refuse after approval, for their runners do not pin whoever makes what they
 * are to trust: asked of every plan, by what its steps speak of. A runner that does not tell what it pins is not
 * judged. Pure.
 */
export function refuseUnpinned(request: PlanRequest, draft: Draft): Refusal | null {
  const needs = needsOf(draft, request.looks);
  return refuseMaster(needs, request.looks) ?? refuseEarlier(needs, request) ?? refuseKeys(needs, request);
}

/** That nobody knows it is said on the card: whatever is not pinned there stops the plan after its approval. */
export function pinsUntold(plan: Planned, looks: Looks): readonly Message[] {
  // The card is drawn anew with each vote.
  if (Object.values(looks).every(({ pins }) => pins !== undefined)) return [];
  const untold = needsOf(plan, looks).filter(
    ({ host, maker }) => host !== maker && looks[host] !== undefined && looks[host].pins === undefined,
  );
  const hosts = [...new Set(untold.map(({ host }) => host))];
  return hosts.length === 0 ? [] : [{ id: 'warning.pins-not-told', data: { hosts } }];
}

const needsOf = ({ header, slices }: Planned, looks: Looks): readonly Need[] =>
  slices.flatMap((slice) => [
    ...needsOfRefs(header, slice, looks[slice.host]),
    ...needsOfDistrust(slice),
    ...needsOfDrain(slice),
  ]);

function needsOfRefs(header: PlanHeader, { host, stages }: DraftSlice, look: HostLook | undefined): readonly Need[] {
  const names = new Set(refsIn(stages));
  const asMaster = header.kind !== 'rotate-worker';
  return [...names].flatMap((name): Need[] => {
    const profile = inTable(header.profiles, name);
    if (profile !== undefined) return [{ host, maker: profile.host, asMaster, word: 'coming' }];
    const present = name === PRESENT && header.wish.of !== null ? header.existing?.[PRESENT] : undefined;
    // An administrator's word on that machine needs no maker's.
    if (present === undefined || look?.allowed?.includes(present.thumbprint) === true) return [];
    return [{ host, maker: present.host, asMaster, word: 'earlier' }];
  });
}

const needsOfDistrust = ({ host, stages }: DraftSlice): readonly Need[] =>
  Object.values(stages).flatMap(({ steps }) =>
    steps.flatMap((step) => {
      if (step.kind !== 'distrust-certificate') return [];
      const { worker } = stepParams('distrust-certificate', step);
      return [{ host, maker: worker, asMaster: false, word: 'coming' }];
    }),
  );

/** Nobody but the farm's master is let ask SSISDB. */
const needsOfDrain = ({ host, stages }: DraftSlice): readonly Need[] =>
  Object.values(stages).some(({ checks }) => checks.some(({ kind }) => kind === 'packages-end'))
    ? [{ host, maker: host, asMaster: true, word: null }]
    : [];

function refuseMaster(needs: readonly Need[], looks: Looks): Refusal | null {
  const wrong = needs.filter(({ host, maker, asMaster }) => asMaster && (looks[host]?.pins?.master ?? maker) !== maker);
  const [first] = wrong;
  if (first === undefined) return null;
  const { host, maker: wanted } = first;
  return refuse('MasterPinnedDiffers', {
    host,
    hosts: hostsOf(wrong),
    found: looks[host]?.pins?.master ?? null,
    wanted,
  });
}

/**
 * A word that the master's runner gave while it had another key: no farm file can say any more that this key was its
 * own.
 */
function refuseEarlier(needs: readonly Need[], { farm, looks, word }: PlanRequest): Refusal | null {
  if (word === undefined) return null;
  const lost = needs.filter(({ host, maker, word: given }) => {
    const pins = looks[host]?.pins;
    const isKnown = keysOf(farm, maker).some((key) => keyIdOf(key) === word);
    return given === 'earlier' && pins !== undefined && !isKnown && !pinnedOf(pins, maker).includes(word);
  });
  const [first] = lost;
  return first === undefined
    ? null
    : refuse('MadeUnderOtherKey', { host: first.host, hosts: hostsOf(lost), maker: first.maker });
}

function refuseKeys(needs: readonly Need[], request: PlanRequest): Refusal | null {
  const lacking = needs.filter((need) => isLacking(need, request));
  const [first] = lacking;
  if (first === undefined) return null;
  const { farm, looks } = request;
  const makers = [...new Set(lacking.map(({ maker }) => maker))];
  const isOther = ({ host, maker }: Need): boolean => pinnedOf(looks[host]?.pins, maker).length > 0;
  return refuse('RunnerKeyNotPinned', {
    host: first.host,
    hosts: hostsOf(lacking),
    makers,
    // By whose key of before, or of somebody else, it would go.
    other: makers.filter((maker) => lacking.some((need) => need.maker === maker && isOther(need))),
    peers:
      makers.length > MOST_TYPED ? [] : makers.flatMap((maker) => keysOf(farm, maker).map((key) => `${maker}=${key}`)),
  });
}

/**
 * Of two keys in the farm file the one counts that the maker signs with now; where it does not tell, either will do.
 */
function isLacking({ host, maker, word: given }: Need, { farm, looks, word }: PlanRequest): boolean {
  const pins = looks[host]?.pins;
  const ids = keysOf(farm, maker).map(keyIdOf);
  if (pins === undefined || ids.length === 0 || given === null) return false;
  const signer = given === 'earlier' ? word : looks[maker]?.pins?.own;
  const wanted = ids.filter((id) => signer === undefined || id === signer);
  const pinned = pinnedOf(pins, maker);
  // Judged already: it is not in the farm file any more.
  if (given === 'earlier' && wanted.length === 0) return false;
  return !(wanted.length === 0 ? ids : wanted).some((id) => pinned.includes(id));
}

const keysOf = (farm: Farm, host: HostName): readonly string[] =>
  farm.hosts.find(({ name }) => name === host)?.keys ?? [];

const pinnedOf = (pins: PinnedKeys | undefined, host: HostName): readonly string[] =>
  pins?.runners.find((runner) => runner.host === host)?.keys ?? [];

const hostsOf = (needs: readonly Need[]): readonly HostName[] => [...new Set(needs.map(({ host }) => host))];
