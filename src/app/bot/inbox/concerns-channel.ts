import { type Command, parseCommand } from '../../../domain/request/grammar.ts';
import { isRefusal } from '../../../domain/values.ts';
import { turnsDown } from '../../../domain/views/notice-view.ts';
import type { Answer, ChatIntent } from '../../../ports/chat.ts';
import { meantBy } from './certs-meant.ts';
import { deskFor, find, type Inbox } from './route.ts';

/** Who somebody is, what waits for them, what they may type or have mistyped: private, wherever they asked. */
const FOR_ONE: ReadonlySet<Command['word']> = new Set(['summary', 'whoami', 'help', 'reminders', 'wrong']);

function aboutOf(inbox: Inbox, intent: ChatIntent, command: Command) {
  if ('id' in command) return find(inbox, intent, command.id);
  if (command.word === 'certs') return meantBy(inbox, intent, command);
  return deskFor(inbox, intent, 'farm' in command ? (command.farm ?? null) : null);
}

/**
 * True for a line typed in a farm's channel about that farm that was not refused. What another farm's people may know
 * stays with the person who asked, and so does the answer to a click.
 */
export function concernsChannel(inbox: Inbox, intent: ChatIntent, answer: Answer): boolean {
  if (intent.type !== 'command') return false;
  const command = parseCommand(intent.text);
  if (FOR_ONE.has(command.word)) return false;
  const about = aboutOf(inbox, intent, command);
  const { platform } = intent.person;
  const isHere = ({ platform: of, id }: { readonly platform: string; readonly id: string }): boolean =>
    of === platform && id === intent.channel;
  if (isRefusal(about) || !about.desk.farm.channels.some(isHere)) return false;
  if (answer.type === 'notice') return !turnsDown(answer.notice);
  return answer.type === 'card';
}
