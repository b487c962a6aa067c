import type { Command } from '../../../domain/request/grammar.ts';
import type { NoticeAction } from '../../../domain/views/view.ts';
import type { Answer } from '../../../ports/chat.ts';
import { say } from '../views/notices.ts';
import { lineOf, retyped } from './retyped.ts';

/** As many as the question names. */
const MOST_FARMS = 8;

/** Adds to the question which farm is meant a button for each farm, which repeats the same words with that farm. */
export function withFarms(answered: Answer, text: string, command: Command): Answer {
  if (answered.type !== 'notice' || !('farm' in command)) return answered;
  const farms = answered.notice.messages.find(({ id }) => id === 'refused.which-farm')?.data.farms;
  if (!Array.isArray(farms)) return answered;
  const actions = farms.slice(0, MOST_FARMS).flatMap((farm) => farmButton(text, command, String(farm)));
  return { ...answered, notice: { ...answered.notice, actions: [...answered.notice.actions, ...actions] } };
}

type WithFarm = Extract<Command, { readonly farm: unknown }>;

function farmButton(text: string, command: WithFarm, farm: string): readonly NoticeAction[] {
  const line = lineOf(text);
  const [head = ''] = BOTH.exec(line) ?? /^\S+/u.exec(line) ?? [];
  const named = `${head} farm ${farm}${line.slice(head.length)}`;
  return retyped(named, { ...command, farm }, say('button.farm', { farm }));
}

/** Commands of two words: the name of the farm goes behind both. */
const BOTH = /^(?:plan\s+\S+|reminders\s+test)(?!\S)/iu;
