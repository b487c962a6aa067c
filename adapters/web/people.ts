import type { Farm, Person } from '../../src/domain/farm/farm.ts';
import type { Reader } from '../../src/domain/views/view.ts';
import type { Locale } from '../../src/ports/chat.ts';

/** An entry of the "You are" list: whoever sits at the page may be any of them. */
export interface Actor {
  /** The person's account on the platform `web`, or the stranger's. */
  readonly account: string;
  /** Person id of the farm file; null for the stranger. */
  readonly person: string | null;
  readonly name: string;
  readonly part: 'asks' | 'approves' | 'stranger';
  readonly locale: Locale;
}

/** The farms' people who have a web account, plus somebody whom no farm knows, to try out what strangers may not do. */
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
  const locale: Locale = { language: 'en', timeZone: farms[0].timeZone };
  return [...known.values(), { account, person: null, name: 'Sam Okoro', part: 'stranger', locale }];
}

/** As in the first farm file that names the account; somebody who approves in any farm is shown as an approver. */
function actorOf(account: string, at: { farm: Farm; person: Person; before: Actor | undefined }): Actor {
  const { id, name, language, timeZone } = at.person;
  const asks: Actor = at.before ?? { account, person: id, name, part: 'asks', locale: { language, timeZone } };
  return at.farm.approval.approvers.includes(id) ? { ...asks, part: 'approves' } : asks;
}

/**
 * As in a Slack channel, everybody sees the same copy: its buttons are there for all, and the bot says who may use
 * them. The requester's own view comes with `show`; a stranger gets no buttons to try.
 */
export const readerOf = (actor: Actor): Reader => (actor.person === null ? 'other' : 'approver');
