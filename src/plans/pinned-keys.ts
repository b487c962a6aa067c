import type { Farm } from '../domain/farm/farm.ts';
import { inTable } from '../domain/in-table.ts';
import { keyIdOf } from '../domain/letters/envelope.ts';
import type { HostLook, Looks, PinnedKeys } from '../domain/machine/host-facts.ts';
import { type PlanHeader, PRESENT, refsIn } from '../domain/plan/plan.ts';
import { type HostName, type Message, type Refusal, refuse } from '../domain/values.ts';
import type { Draft, DraftSlice, PlanRequest } from './draft.ts';

/** The maker whose word a machine needs to carry out a plan, as its last gate will check. */
interface Need {
  readonly host: HostName;
  readonly maker: HostName;
  /** The runner's own configuration must name the maker as the farm's master. */
  readonly asMaster: boolean;
  /**
   * Which word the maker's key must have signed: one still to come, or one of an earlier rotation; null: no key is
   * needed.
   */
  readonly word: 'coming' | 'earlier' | null;
}

type Planned = Pick<Draft, 'header' | 'slices'>;

/** A longer list helps nobody in a message: all of the keys are in the farm file. */
const MOST_TYPED = 3;

/**
 * What the machines' last gates would refuse after approval, because their runners do not pin the maker of what they
 * are to trust. Asked of every plan, going by its steps. A runner that does not tell what it pins is not judged. Pure.
 */
export function refuseUnpinned(request: PlanRequest, draft: Draft): Refusal | null {
  const needs = needsOf(draft, request.looks);
  return refuseMaster(needs, request.looks) ?? refuseEarlier(needs, request) ?? refuseKeys(needs, request);
}

/** Warns that it is unknown what these runners pin: a missing pin would stop the plan after its approval. */
export function pinsUntold(plan: Planned, looks: Looks): readonly Message[] {
  // The card is drawn again for each vote, so this skips the work below.
  if (Object.values(looks).every(({ pins }) => pins !== undefined)) return [];
  const untold = needsOf(plan, looks).filter(
    ({ host, maker }) => host !== maker && looks[host] !== undefined && looks[host].pins === undefined,
  );
  const hosts = [...new Set(untold.map(({ host }) => host))];
  return hosts.length === 0 ? [] : [{ id: 'warning.pins-not-told', data: { hosts } }];
}

const needsOf = ({ header, slices }: Planned, looks: Looks): readonly Need[] =>
  slices.flatMap((slice) => [...needsOfRefs(header, slice, looks[slice.host]), ...needsOfDrain(slice)]);

function needsOfRefs(header: PlanHeader, { host, stages }: DraftSlice, look: HostLook | undefined): readonly Need[] {
  const names = new Set(refsIn(stages));
  const asMaster = header.kind !== 'rotate-worker';
  return [...names].flatMap((name): Need[] => {
    const profile = inTable(header.profiles, name);
    if (profile !== undefined) return [{ host, maker: profile.host, asMaster, word: 'coming' }];
    const present = name === PRESENT && header.wish.of !== null ? header.existing?.[PRESENT] : undefined;
    // If an administrator allowed it on that machine, no maker's word is needed.
    if (present === undefined || look?.allowed?.includes(present.thumbprint) === true) return [];
    return [{ host, maker: present.host, asMaster, word: 'earlier' }];
  });
}

/** Only the farm's master may ask SSISDB. */
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
 * A word that the master's runner gave while it had another key: no farm file can tell any more that this key was its
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
    // Makers for which another key is pinned: an earlier one, or somebody else's.
    other: makers.filter((maker) => lacking.some((need) => need.maker === maker && isOther(need))),
    peers:
      makers.length > MOST_TYPED ? [] : makers.flatMap((maker) => keysOf(farm, maker).map((key) => `${maker}=${key}`)),
  });
}

/** Of two keys in the farm file, the one that the maker signs with now counts; if it does not tell, either will do. */
function isLacking({ host, maker, word: given }: Need, { farm, looks, word }: PlanRequest): boolean {
  const pins = looks[host]?.pins;
  const ids = keysOf(farm, maker).map(keyIdOf);
  if (pins === undefined || ids.length === 0 || given === null) return false;
  const signer = given === 'earlier' ? word : looks[maker]?.pins?.own;
  const wanted = ids.filter((id) => signer === undefined || id === signer);
  const pinned = pinnedOf(pins, maker);
  // Judged already, in refuseEarlier: the key is no longer in the farm file.
  if (given === 'earlier' && wanted.length === 0) return false;
  return !(wanted.length === 0 ? ids : wanted).some((id) => pinned.includes(id));
}

const keysOf = (farm: Farm, host: HostName): readonly string[] =>
  farm.hosts.find(({ name }) => name === host)?.keys ?? [];

const pinnedOf = (pins: PinnedKeys | undefined, host: HostName): readonly string[] =>
  pins?.runners.find((runner) => runner.host === host)?.keys ?? [];

const hostsOf = (needs: readonly Need[]): readonly HostName[] => [...new Set(needs.map(({ host }) => host))];
