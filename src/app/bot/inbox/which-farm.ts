import { isDeepStrictEqual } from 'node:util';
import { type Command, parseCommand } from '../../../domain/request/grammar.ts';
import type { NoticeAction } from '../../../domain/views/view.ts';
import type { Answer } from '../../../ports/chat.ts';
import { button, typed } from '../views/notices.ts';

/** As many as the question names. */
const MOST_FARMS = 8;

/** The question which farm is meant, with a button for each that says the same words with that farm. */
export function withFarms(answered: Answer, text: string, command: Command): Answer {
  if (answered.type !== 'notice' || !('farm' in command)) return answered;
  const farms = answered.notice.messages.find(({ id }) => id === 'refused.which-farm')?.data.farms;
  if (!Array.isArray(farms)) return answered;
  const actions = farms.slice(0, MOST_FARMS).flatMap((farm) => farmButton(text, command, String(farm)));
  return { ...answered, notice: { ...answered.notice, actions: [...answered.notice.actions, ...actions] } };
}

/** Types the line with the farm named; none where it would mean anything else besides. Judged when it is clicked. */
function farmButton(text: string, command: Command, farm: string): readonly NoticeAction[] {
  const [first = '', ...rest] = text
    .trim()
    .replace(/^\/ssis\s+/iu, '')
    .split(/\s+/u);
  const behind = isPrefix(first, rest[0]) ? 1 : 0;
  const line = [first, ...rest.slice(0, behind), 'farm', farm, ...rest.slice(behind)].join(' ');
  if (!isDeepStrictEqual(parseCommand(`/ssis ${line}`), { ...command, farm })) return [];
  return typed(line).map((one) => ({ ...one, label: button('farm', 'type', {}, { farm }).label }));
}

/** `plan rotate-master ...`, `reminders test ...`: the name of a farm stands behind both words. */
const isPrefix = (first: string, second = ''): boolean =>
  first.toLowerCase() === 'plan' || (first.toLowerCase() === 'reminders' && second.toLowerCase() === 'test');
