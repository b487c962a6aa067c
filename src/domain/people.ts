import type { Farm, Person } from './farm.ts';
import { type Refusal, refuse } from './values.ts';

/** Maps a platform's own id to the one person of the farm file, or says why it cannot. */
export function resolvePerson(farm: Farm, platform: string, account: string): Person | Refusal {
  const found = farm.people.filter((person) => person.accounts[platform] === account);
  if (found.length === 0) return refuse('unknown-person', { platform, account });
  if (found.length > 1) return refuse('ambiguous-person', { platform, account, people: found.map((one) => one.name) });
  return found[0] as Person;
}

export const mayApprove = (farm: Farm, person: string): boolean => farm.approval.approvers.includes(person);

/** Names of people, in the order given; an id nobody has any more stands for itself. */
export const peopleOf = (farm: Farm, ids: readonly string[]): readonly { id: string; name: string }[] =>
  ids.map((id) => ({ id, name: farm.people.find((person) => person.id === id)?.name ?? id }));
