import type { Locale } from '../../src/domain/farm/locale.ts';
import type { Message } from '../../src/domain/values.ts';
import type { PersonRef, Reader, RowState } from '../../src/domain/views/view.ts';
import type { Room } from '../limits.ts';
import { clip } from '../literal.ts';
import { cardPen, labelPen, type Pen } from '../pen.ts';
import type { cards } from '../wording/en/cards.ts';
import { BETWEEN, isWorded, sayWith } from '../wording/index.ts';
import type { Node } from './elements.ts';

type CardId = keyof typeof cards;
type DataOf<Id extends CardId> = Parameters<(typeof cards)[Id]> extends [infer D, ...unknown[]] ? D : object;

/** Everything a card is drawn with: words for its reader, and how much room there is. */
export interface Draw {
  readonly reader: Reader;
  readonly locale: Locale;
  readonly room: Room;
  /** The card's own words, for places where Markdown is interpreted. */
  tell<Id extends CardId>(id: Id, data: DataOf<Id>): string;
  /** The same for buttons and labels, where it is not. */
  label<Id extends CardId>(id: Id, data: DataOf<Id>): string;
  message(message: Message): string;
  /** null: there is no such message. */
  maybe(id: string, data: Message['data']): string | null;
  labelMessage(message: Message): string;
  /** The words as a link, if there is an address and neither contains anything that is read as markup. */
  link(words: string, to: { readonly id: string; readonly link: string | null }): string;
  /** The separators between sentences, and between things in one line. */
  readonly between: { readonly sentences: string; readonly things: string };
}

/** For places where markup is interpreted, and for buttons and labels, where it is not. */
interface Pens {
  readonly text: Pen;
  readonly label: Pen;
}

/** A button cannot be wider than its card; text for a screen reader may be longer. */
export const adaptivePens = (locale: Locale, room: Room, longestLabel = 60): Pens => ({
  text: cardPen(locale, room.text),
  label: labelPen(locale, Math.min(room.text, longestLabel)),
});

export function createDraw(reader: Reader, locale: Locale, room: Room, pens: Pens): Draw {
  const { language } = locale;
  const told = (id: string, data: object, pen = pens.text): string =>
    sayWith({ id, data: data as Message['data'] }, language, pen);
  return {
    reader,
    locale,
    room,
    between: BETWEEN[language],
    tell: (id, data) => told(id, data as object),
    label: (id, data) => told(id, data as object, pens.label),
    message: ({ id, data }) => told(id, data),
    maybe: (id, data) => (isWorded(id, language) ? told(id, data) : null),
    labelMessage: ({ id, data }) => told(id, data, pens.label),
    link: (words, to) => (isPlain(to) ? `[${words}](${to.link})` : words),
  };
}

/** Whether the words contain no markup, and no rendering reads the address as anything else. */
export const isPlain = (to: { readonly id: string; readonly link: string | null }): boolean =>
  to.link !== null && /^[A-Za-z0-9#.-]+$/u.test(to.id) && /^https:\/\/[\w.~:/?#@!$&+,;=%-]+$/u.test(to.link);

/** What a renderer returns; the frame around it is the same for all cards. */
export interface Drawn {
  readonly body: readonly Node[];
  readonly actions: readonly Node[];
}

/** A name as people gave it, cut before it would push everything else off the card. */
export const nameOf = (person: PersonRef): string => clip(person.name, 64);
export const namesOf = (people: readonly PersonRef[]): readonly string[] => people.map(nameOf);

export const SIGNS: { readonly [state in RowState]: { readonly text: string; readonly color: string } } = {
  good: { text: '✓', color: 'Good' },
  running: { text: '◐', color: 'Accent' },
  waiting: { text: '○', color: 'Accent' },
  bad: { text: '✗', color: 'Attention' },
  unknown: { text: '?', color: 'Attention' },
};
