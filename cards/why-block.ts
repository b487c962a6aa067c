import type { Message } from '../src/domain/values.ts';
import type { Draw } from './draw.ts';
import { type Node, text } from './elements.ts';

/** Of these a person decides, and nothing has failed. */
const WAITED_FOR: readonly unknown[] = ['PackagesRun', 'PackagesUnseen'];

/** A person's decision has no sign of failure, and neither has what is waited for. */
export const hasFailed = ({ id, data }: Message): boolean =>
  id !== 'why.stop-asked' && id !== 'why.denied' && !WAITED_FOR.includes(data.code);

/** What went wrong: the sentence, then what was found. */
export function whyBlock(why: Message, { message, maybe }: Draw): readonly Node[] {
  const detail = maybe(`${why.id}.detail`, why.data);
  return [
    hasFailed(why)
      ? text(`✗ ${message(why)}`, { spacing: 'Medium', color: 'Attention' })
      : text(message(why), { spacing: 'Medium' }),
    ...(detail === null || detail === '' ? [] : [text(detail, { isSubtle: true, size: 'Default', spacing: 'None' })]),
  ];
}
