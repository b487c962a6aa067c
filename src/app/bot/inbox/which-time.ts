import type { Command } from '../../../domain/request/grammar.ts';
import type { NoticeAction } from '../../../domain/views/view.ts';
import { SOON } from '../../../domain/when/when.ts';
import type { Answer } from '../../../ports/chat.ts';
import { say } from '../views/notices.ts';
import { lineOf, retyped } from './retyped.ts';

/** For each such refusal, the fields with a time that was or may have been meant, and can be offered. */
const MEANT: { readonly [id: string]: readonly string[] } = {
  'refused.when-either': ['would', 'or'],
  'refused.when-unreadable': ['would'],
  'refused.when-past': ['would'],
  'refused.when-hole': ['would'],
};

/** Adds to the refusal of a time a button for each time that may be meant. A mere example gets none. */
export function withTimes(answered: Answer, text: string, command: Command): Answer {
  if (answered.type !== 'notice') return answered;
  const refused = answered.notice.messages.find(({ id }) => Object.hasOwn(MEANT, id));
  if (refused === undefined) return answered;
  const isExample = (time: string): boolean => time === SOON && refused.data.or === undefined;
  const times = (MEANT[refused.id] ?? []).map((name) => String(refused.data[name])).filter((time) => !isExample(time));
  const actions = times.flatMap((time) => timeButton(lineOf(text), command, time));
  return { ...answered, notice: { ...answered.notice, actions: [...answered.notice.actions, ...actions] } };
}

function timeButton(line: string, command: Command, time: string): readonly NoticeAction[] {
  const label = say('button.time', { time });
  if (command.word === 'freeze') return retyped(instead(line, command.until, time), { ...command, until: time }, label);
  if (command.word !== 'request' || command.at === undefined) return [];
  return retyped(instead(line, command.at, time), { ...command, at: time }, label);
}

/** The line with a time in place of what was said; the reason keeps its spacing. */
function instead(line: string, said: string, time: string): string {
  const parts = line.split(/(\s+)/u);
  const wanted = said.split(' ');
  const from = parts.findIndex((_, at) => at % 2 === 0 && wanted.every((one, next) => parts[at + 2 * next] === one));
  return from < 0 ? line : [...parts.slice(0, from), time, ...parts.slice(from + 2 * wanted.length - 1)].join('');
}
