import type { Message } from '../src/domain/values.ts';
import type { Draw } from './draw.ts';
import { type Node, text } from './elements.ts';

/** What went wrong: the sentence, then what was found. A person's decision has no sign of failure. */
export function whyBlock(why: Message, { message, maybe }: Draw): readonly Node[] {
  const decided = why.id === 'why.stop-asked' || why.id === 'why.denied';
  const detail = maybe(`${why.id}.detail`, why.data);
  return [
    decided
      ? text(message(why), { spacing: 'Medium' })
      : text(`✗ ${message(why)}`, { spacing: 'Medium', color: 'Attention' }),
    ...(detail === null || detail === '' ? [] : [text(detail, { isSubtle: true, size: 'Default', spacing: 'None' })]),
  ];
}
