import { resolvePerson } from '../../../domain/approval/people.ts';
import { type Command, wrongReason } from '../../../domain/request/grammar.ts';
import { isRefusal } from '../../../domain/values.ts';
import type { ChatIntent } from '../../../ports/chat.ts';
import { type Inbox, membersOf } from './route.ts';

/** Slack hands a mention over as an account, `@U0123456789`, which says nothing to whoever reads the card. */
const ACCOUNT = /(?<![\p{L}\p{N}._-])@([A-Za-z0-9-]{2,60})/gu;

/** The command with the names of the people whom its reason mentions, as far as the speaker's farms know them. */
export function withNames(inbox: Inbox, intent: ChatIntent, command: Command): Command {
  const members = membersOf(inbox, intent);
  const nameOf = (account: string): string | undefined =>
    members.flatMap(({ desk }) => {
      const person = resolvePerson(desk.farm, intent.person.platform, account);
      return isRefusal(person) ? [] : [person.name];
    })[0];
  const named = (text: string): string => {
    const words = text.replace(ACCOUNT, (all, account: string) => nameOf(account) ?? all);
    // Many names may be longer than what a plan and a form take.
    return wrongReason(words) === null ? words : text;
  };
  if (command.word === 'review') return { ...command, note: named(command.note) };
  return 'reason' in command ? { ...command, reason: named(command.reason) } : command;
}
