import { isDeepStrictEqual } from 'node:util';
import { type Command, parseCommand } from '../../../domain/request/grammar.ts';
import { BULLETS } from '../../../domain/request/typed-line.ts';
import type { Message } from '../../../domain/values.ts';
import type { NoticeAction } from '../../../domain/views/view.ts';
import { typed } from '../views/notices.ts';

/** The typed line without the word that calls the bot and without bullets. */
export function lineOf(text: string): string {
  const line = text.trim();
  const rest = line.replace(BULLETS, '').replace(/^(?:\/ssis|\*)\s+/iu, '');
  return rest === line ? line : lineOf(rest);
}

/** A button that types this line; none if the line would parse as anything else. It is judged when it is clicked. */
export const retyped = (line: string, meant: Command, label: Message): readonly NoticeAction[] =>
  isDeepStrictEqual(parseCommand(`/ssis ${line}`), meant) ? typed(line).map((one) => ({ ...one, label })) : [];
