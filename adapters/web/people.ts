import type { Farm, Person } from '../../src/domain/farm.ts';
import type { Reader } from '../../src/domain/views/view.ts';
import type { Tongue } from '../../src/ports/chat.ts';

/** An entry of "You are": whoever sits here may be any of them. */
export interface Actor {
  /** The person's account on the platform `web`, or the stranger's. */
  readonly account: string;
  /** Person id of the farm file; null for the stranger. */
  readonly person: string | null;
  readonly name: string;
  readonly part: 'asks' | 'approves' | 'stranger';
  readonly tongue: Tongue;
}

/** The farm's people who have a web account, and somebody whom the farm does not know: to see what they may not do. */
export function actorsOf(farm: Farm): readonly Actor[] {
  const known = farm.people.flatMap((person): Actor[] => {
    const account = person.accounts.web;
    if (account === undefined) return [];
    const { id, name, language, timeZone } = person;
    return [{ account, person: id, name, part: partOf(farm, person), tongue: { language, timeZone } }];
  });
  const taken = new Set(known.map((actor) => actor.account));
  let account = 'stranger';
  while (taken.has(account)) account += '-';
  const tongue: Tongue = { language: 'en', timeZone: farm.timeZone };
  return [...known, { account, person: null, name: 'Sam Okoro', part: 'stranger', tongue }];
}

const partOf = (farm: Farm, person: Person): Actor['part'] =>
  farm.approval.approvers.includes(person.id) ? 'approves' : 'asks';

/**
 * The channel's copy is one for all, as in a channel of Slack: its buttons are there for everybody, and the bot says
 * who may. The requester's own view comes with `show`; a stranger gets no buttons to try.
 */
export const readerOf = (actor: Actor): Reader => (actor.person === null ? 'other' : 'approver');
