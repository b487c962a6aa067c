import { isDeepStrictEqual } from 'node:util';
import { type Command, parseCommand } from '../../../domain/request/grammar.ts';
import type { Message } from '../../../domain/values.ts';
import type { NoticeAction } from '../../../domain/views/view.ts';
import { typed } from '../views/notices.ts';

/** What was typed, without what calls the bot. */
export const lineOf = (text: string): string => text.trim().replace(/^\/ssis\s+/iu, '');

/** A button that types this line; none where it would mean anything but this. It is judged when it is clicked. */
export const retyped = (line: string, meant: Command, label: Message): readonly NoticeAction[] =>
  isDeepStrictEqual(parseCommand(`/ssis ${line}`), meant) ? typed(line).map((one) => ({ ...one, label })) : [];
