import type { Refused } from '../../../domain/rotation.ts';
import type { Instant } from '../../../domain/values.ts';
import type { NoticeView } from '../../../domain/view.ts';
import type { Desk } from '../desk.ts';
import { say } from '../notices.ts';
import type { Place } from './places.ts';

/** What is older was said, or is not worth a word any more. */
const WORTH_A_WORD_MS = 86_400_000;

/**
 * So many codes of one host and hour have a word each. Whoever has no key of ours can draw no more than about eight, so
 * none of those can hide a refusal that a key was needed for; what comes after shares one word.
 */
const WORDS_AN_HOUR = 10;
const CODES_NAMED = 8;

export interface StrangeWord {
  readonly key: string;
  readonly at: Instant;
  readonly view: NoticeView;
  /** Where it is told; left out: in every channel. */
  readonly isFor?: (place: Place) => boolean;
}

/**
 * An order that a runner refused and that we never sent: somebody else writes into the queue. One word a host, code and
 * hour, and not without end, since whoever can write there could fill the channel too.
 */
export function strangeWords(desk: Desk): readonly StrangeWord[] {
  const { now } = desk.moment();
  const hours = new Map<string, Refused[]>();
  for (const strange of desk.state().strange) {
    if (now - Date.parse(strange.at) > WORTH_A_WORD_MS) continue;
    const key = `${sentenceOf(strange)} ${strange.host} ${strange.at.slice(0, 13)}`;
    const known = hours.get(key) ?? [];
    if (!known.some(({ code }) => code === strange.code)) hours.set(key, [...known, strange]);
  }
  return [...hours].flatMap(([key, all]) => {
    const more = all.slice(WORDS_AN_HOUR);
    return [
      // The first keeps the key that an earlier version told the whole hour by: nobody reads it twice after an update.
      ...all.slice(0, WORDS_AN_HOUR).map((one, at) => wordOf(at === 0 ? key : `${key} ${one.code}`, [one])),
      ...(more.length === 0 ? [] : [wordOf(`${key} more`, more)]),
    ];
  });
}

function wordOf(key: string, all: readonly Refused[]): StrangeWord {
  const [first] = all as readonly [Refused];
  const { host, at } = first;
  const codes = all.map((one) => one.code);
  const code = [...codes.slice(0, CODES_NAMED), ...(codes.length > CODES_NAMED ? ['…'] : [])].join(', ');
  return { key, at, view: { kind: 'notice', messages: [say(sentenceOf(first), { host, code, at })], actions: [] } };
}

const sentenceOf = ({ code }: Refused): string => (code === 'RunnerJournalLost' ? 'journal-lost' : 'strange-order');
