import type { Command } from '../../../domain/request/grammar.ts';
import type { NoticeAction } from '../../../domain/views/view.ts';
import type { Answer } from '../../../ports/chat.ts';
import { say } from '../views/notices.ts';
import { lineOf, retyped } from './retyped.ts';

/** A time that may mean two, with a button for each that says the same words with that one. */
export function withTimes(answered: Answer, text: string, command: Command): Answer {
  if (answered.type !== 'notice') return answered;
  const either = answered.notice.messages.find(({ id }) => id === 'refused.when-either')?.data;
  if (either === undefined) return answered;
  const actions = [either.would, either.or].flatMap((time) => timeButton(lineOf(text), command, String(time)));
  return { ...answered, notice: { ...answered.notice, actions: [...answered.notice.actions, ...actions] } };
}

function timeButton(line: string, command: Command, time: string): readonly NoticeAction[] {
  const label = say('button.time', { time });
  if (command.word === 'freeze') return retyped(instead(line, command.until, time), { ...command, until: time }, label);
  if (command.word !== 'request' || command.at === undefined) return [];
  return retyped(instead(line, command.at, time), { ...command, at: time }, label);
}

/** The line with a time in place of what was said; the reason keeps its blanks as they were typed. */
function instead(line: string, said: string, time: string): string {
  const parts = line.split(/(\s+)/u);
  const wanted = said.split(' ');
  const from = parts.findIndex((_, at) => at % 2 === 0 && wanted.every((one, next) => parts[at + 2 * next] === one));
  return from < 0 ? line : [...parts.slice(0, from), time, ...parts.slice(from + 2 * wanted.length - 1)].join('');
}
