import type { Group } from '../domain/farm/farm.ts';
import { inTable } from '../domain/in-table.ts';
import type { FarmFile } from './farm-schema.ts';

/** Every group that is named anywhere in the file. */
export function groupsOf({ groups, people }: Pick<FarmFile, 'groups' | 'people'>): readonly Group[] {
  const named = Object.values(people).flatMap((person) => person.groups);
  return [...new Set([...Object.keys(groups), ...named])].map((id) => ({
    id,
    slack: inTable(groups, id)?.slack ?? null,
  }));
}

/** Ids of the people who are named, or who are in a named group; each once, in the order of the names. */
export function membersOf({ people }: Pick<FarmFile, 'people'>, names: readonly string[]): readonly string[] {
  const inGroup = (group: string): readonly string[] =>
    Object.entries(people).flatMap(([id, person]) => (person.groups.includes(group) ? [id] : []));
  return [...new Set(names.flatMap((name) => (Object.hasOwn(people, name) ? [name] : inGroup(name))))];
}
