import type { ApprovalPolicy, Farm, Person } from '../farm/farm.ts';
import type { Wish } from '../plan/wish.ts';
import { isRefusal, type Refusal, refuse } from '../values.ts';

/**
 * Maps a platform's own id to the one person in the farm file, or says why it cannot. No platform's ids are
 * case-sensitive.
 */
export function resolvePerson(farm: Pick<Farm, 'people'>, platform: string, account: string): Person | Refusal {
  const wanted = account.toLowerCase();
  const found = farm.people.filter(
    ({ accounts }) => Object.hasOwn(accounts, platform) && accounts[platform]?.toLowerCase() === wanted,
  );
  const [person, ...others] = found;
  if (person === undefined) return refuse('unknown-person', { platform, account });
  if (others.length > 0) return refuse('ambiguous-person', { platform, account, people: found.map((one) => one.name) });
  return person;
}

/** The people in the farm file behind a platform's accounts, and the accounts that belong to nobody. */
export function membersAmong(
  farm: Farm,
  platform: string,
  accounts: readonly string[],
): { readonly people: readonly string[]; readonly unknown: readonly string[] } {
  const found = accounts.map((account) => ({ account, person: resolvePerson(farm, platform, account) }));
  return {
    people: found.flatMap(({ person }) => (isRefusal(person) ? [] : [person.id])),
    unknown: found.flatMap(({ account, person }) => (isRefusal(person) ? [account] : [])),
  };
}

/**
 * The farm plus the people named by a chat's own groups, by group. Always built from the farm as the file has it.
 * Nobody is removed: people listed in the file stay. Groups the file does not open to a chat, and people the file does
 * not know, are ignored.
 */
export function withGroups(farm: Farm, members: { readonly [group: string]: readonly string[] }): Farm {
  const open = farm.groups.filter((group) => group.slack !== null && Object.hasOwn(members, group.id));
  const namedIn = (person: string): readonly string[] =>
    open.filter(({ id }) => members[id]?.includes(person)).map(({ id }) => id);
  const people = farm.people.map((person) => ({
    ...person,
    groups: [...new Set([...person.groups, ...namedIn(person.id)])],
  }));
  const withFed = <T extends Pick<ApprovalPolicy, 'approvers' | 'groups'>>(policy: T): T => {
    const { approvers, groups } = policy;
    const fed = people.flatMap(({ id }) =>
      !approvers.includes(id) && namedIn(id).some((group) => groups.includes(group)) ? [id] : [],
    );
    return { ...policy, approvers: [...approvers, ...fed], fed };
  };
  const { compromised } = farm.approval;
  const own = compromised === undefined ? {} : { compromised: withFed(compromised) };
  return { ...farm, people, told: open.map(({ id }) => id), approval: { ...withFed(farm.approval), ...own } };
}

/** Who decides about a wish, and how many of them: a compromised key may have its own quorum. */
export const policyFor = (
  { approval }: Pick<Farm, 'approval'>,
  { compromised }: Pick<Wish, 'compromised'>,
): Pick<ApprovalPolicy, 'quorum' | 'approvers' | 'groups'> =>
  compromised ? (approval.compromised ?? approval) : approval;

/** Whether a person is an approver: for this wish if given, else for the farm. */
export const mayApprove = (
  farm: Farm,
  person: string,
  wish: Pick<Wish, 'compromised'> = { compromised: false },
): boolean => policyFor(farm, wish).approvers.includes(person);

/** Groups of the approvers whose members a chat is to name, and has not named since the bot started. */
export const unreadGroups = (farm: Farm, wish: Pick<Wish, 'compromised'>): readonly string[] =>
  farm.groups
    .filter(({ id, slack }) => slack !== null && policyFor(farm, wish).groups.includes(id))
    .flatMap(({ id }) => (farm.told?.includes(id) === true ? [] : [id]));

/** Whether it cannot yet be ruled out that a person is an approver: an unread group may name them. */
export const mayBeApprover = (farm: Farm, person: string, wish: Pick<Wish, 'compromised'>): boolean =>
  farm.people.some(({ id }) => id === person) && unreadGroups(farm, wish).length > 0;

/** Names of people, in the order given; an id that no longer belongs to anybody is shown as is. */
export const peopleOf = (farm: Farm, ids: readonly string[]): readonly { id: string; name: string }[] =>
  ids.map((id) => ({ id, name: farm.people.find((person) => person.id === id)?.name ?? id }));
