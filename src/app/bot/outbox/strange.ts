import type { Refused } from '../../../domain/rotation.ts';
import type { Instant } from '../../../domain/values.ts';
import type { NoticeView } from '../../../domain/view.ts';
import type { Desk } from '../desk.ts';
import { say } from '../notices.ts';
import type { Place } from './places.ts';

/** What is older was said, or is not worth a word any more. */
const WORTH_A_WORD_MS = 86_400_000;

export interface StrangeWord {
  readonly key: string;
  readonly at: Instant;
  readonly view: NoticeView;
  /** Where it is told; left out: in every channel. */
  readonly isFor?: (place: Place) => boolean;
}

/**
 * An order that a runner refused and that we never sent: somebody else writes into the queue. One word a host and hour,
 * whatever the orders were refused for, since whoever can write there could fill the channel too.
 */
export function strangeWords(desk: Desk): readonly StrangeWord[] {
  const { now } = desk.moment();
  const words = new Map<string, Refused[]>();
  for (const strange of desk.state().strange) {
    if (now - Date.parse(strange.at) > WORTH_A_WORD_MS) continue;
    const key = `${sentenceOf(strange)} ${strange.host} ${strange.at.slice(0, 13)}`;
    words.set(key, [...(words.get(key) ?? []), strange]);
  }
  return [...words].flatMap(([key, all]) => {
    const [first] = all;
    if (first === undefined) return [];
    const { host, at } = first;
    const code = [...new Set(all.map((one) => one.code))].join(', ');
    const messages = [say(sentenceOf(first), { host, code, at })];
    return [{ key, at, view: { kind: 'notice', messages, actions: [] } as const }];
  });
}

const sentenceOf = ({ code }: Refused): string => (code === 'RunnerJournalLost' ? 'journal-lost' : 'strange-order');
