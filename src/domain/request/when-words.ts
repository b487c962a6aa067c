import type { When } from '../plan/wish.ts';
import { timeLength } from '../when/time-words.ts';
import type { RequestLine, Taken } from './taken.ts';
import { short, type Wrong, wrong } from './wrong-words.ts';

type Words = readonly string[];

/** `at TIME`, `at next-window`, `at now`. `isWord`: whether a word begins another part of the request. */
export function takeAt(line: RequestLine, behind: Words, isWord: (word: string) => boolean): Taken | Wrong {
  const [first = '', second = ''] = behind.map((word) => word.toLowerCase());
  if (first === 'now') return taken(line, { by: 'now' }, 1);
  if (first === 'next-window') return taken(line, { by: 'window' }, 1);
  if (NEXT_WINDOW.test(first)) return taken(line, { by: 'window' }, 1);
  if (first === 'next' && second === 'window') return taken(line, { by: 'window' }, 2);
  const end = behind.findIndex(isWord);
  const length = timeLength(behind) || (end < 0 ? behind.length : end);
  if (length === 0) return wrong('at-what', { word: line.wish.kind });
  const said = behind.slice(0, length).join(' ');
  return isSaid(line) ? twice(said) : { line: { ...line, at: said }, taken: length };
}

const NEXT_WINDOW = /^下一?[个次]?(?:变更)?窗口$/u;

export const takeNow = (line: RequestLine): Taken | Wrong => taken(line, { by: 'now' }, 0);

/** `ticket CHG0012345`: whether it is valid is for the farm to say. */
export function takeTicket(line: RequestLine, [ticket]: Words): Taken | Wrong {
  const { kind, ticket: said } = line.wish;
  if (ticket === undefined) return wrong('ticket-what', { word: kind });
  if (said !== null && said !== ticket) return wrong('ticket-twice', { said: short([ticket]) });
  return { line: { ...line, wish: { ...line.wish, ticket } }, taken: 1 };
}

function taken(line: RequestLine, when: When, words: number): Taken | Wrong {
  return isSaid(line) ? twice(when.by) : { line: { ...line, wish: { ...line.wish, when } }, taken: words };
}

const isSaid = ({ at, wish }: RequestLine): boolean => at !== undefined || wish.when.by !== 'policy';

const twice = (said: string): Wrong => wrong('when-twice', { said: short([said]) });

/** The words that say this again. */
export function whenWords(when: When): readonly string[] {
  switch (when.by) {
    case 'now':
      return ['now'];
    case 'window':
      return ['at next-window'];
    case 'time':
      return [`at ${when.at}`];
    default:
      return [];
  }
}
