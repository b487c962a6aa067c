import type { Farm, Person } from '../../src/domain/farm/farm.ts';
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

/** The farms' people who have a web account, and somebody whom no farm knows: to see what they may not do. */
export function actorsOf(farms: readonly [Farm, ...Farm[]]): readonly Actor[] {
  const known = new Map<string, Actor>();
  for (const farm of farms) {
    for (const person of farm.people) {
      const account = person.accounts.web;
      if (account !== undefined) known.set(account, actorOf(account, { farm, person, before: known.get(account) }));
    }
  }
  let account = 'stranger';
  while (known.has(account)) account += '-';
  const tongue: Tongue = { language: 'en', timeZone: farms[0].timeZone };
  return [...known.values(), { account, person: null, name: 'Sam Okoro', part: 'stranger', tongue }];
}

/** As the first file has them that names the account; whoever approves anywhere is one who approves. */
function actorOf(account: string, at: { farm: Farm; person: Person; before: Actor | undefined }): Actor {
  const { id, name, language, timeZone } = at.person;
  const asks: Actor = at.before ?? { account, person: id, name, part: 'asks', tongue: { language, timeZone } };
  return at.farm.approval.approvers.includes(id) ? { ...asks, part: 'approves' } : asks;
}

/**
 * The channel's copy is one for all, as in a channel of Slack: its buttons are there for everybody, and the bot says
 * who may. The requester's own view comes with `show`; a stranger gets no buttons to try.
 */
export const readerOf = (actor: Actor): Reader => (actor.person === null ? 'other' : 'approver');
