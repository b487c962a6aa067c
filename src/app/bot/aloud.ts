import type { Farm } from '../../domain/farm.ts';
import { type Command, parseCommand } from '../../domain/grammar.ts';
import type { Answer, ChatIntent } from '../../ports/chat.ts';

/** Who somebody is, what waits for them, what they may type or have mistyped: theirs, wherever they asked. */
const FOR_ONE: ReadonlySet<Command['word']> = new Set(['summary', 'whoami', 'help', 'reminders', 'wrong']);

/** A line that was typed in a farm's channel about the farm, and was not refused. What is clicked is for who clicked. */
export function concernsChannel(farms: readonly Farm[], intent: ChatIntent, answer: Answer): boolean {
  if (intent.type !== 'command' || FOR_ONE.has(parseCommand(intent.text).word)) return false;
  const { platform } = intent.person;
  const channels = farms.flatMap((farm) => farm.channels);
  if (!channels.some((one) => one.platform === platform && one.id === intent.channel)) return false;
  if (answer.type === 'notice') return !answer.notice.messages.some(({ id }) => id.startsWith('refused.'));
  return answer.type === 'card';
}
