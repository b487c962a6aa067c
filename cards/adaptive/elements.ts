import type { Data } from '../../src/domain/values.ts';

/** Elements of Adaptive Cards 1.5, as far as these cards use them: no Table, no RichTextBlock. */
export type Node = Data;

export const text = (words: string, look: Node = {}): Node => ({ type: 'TextBlock', text: words, wrap: true, ...look });

export const small = (words: string, look: Node = {}): Node =>
  text(words, { isSubtle: true, size: 'Small', spacing: 'Small', ...look });

/** A title inside the card, with a line above it. */
export const section = (words: string, look: Node = {}): Node =>
  text(words, { weight: 'Bolder', spacing: 'Medium', separator: true, ...look });

export const container = (items: readonly Node[], look: Node): Node => ({ type: 'Container', items, ...look });

export const column = (width: string, items: readonly Node[], look: Node = {}): Node => ({
  type: 'Column',
  width,
  items,
  ...look,
});

export const columns = (parts: readonly Node[], look: Node = {}): Node => ({
  type: 'ColumnSet',
  columns: parts,
  ...look,
});

export const facts = (rows: readonly { readonly title: string; readonly value: string }[], look: Node): Node => ({
  type: 'FactSet',
  facts: rows,
  ...look,
});

/** The coloured top of each card: the state in two words, the title, and one line about it. */
export const header = (
  style: 'warning' | 'accent' | 'good' | 'attention' | 'emphasis',
  words: { readonly state: string; readonly title: string; readonly about: string },
): Node =>
  container(
    [
      text(words.state, { size: 'Small', weight: 'Bolder' }),
      text(words.title, { size: 'Large', weight: 'Bolder', style: 'heading', spacing: 'None' }),
      text(words.about, { isSubtle: true, size: 'Small', spacing: 'Small' }),
    ],
    { style, bleed: true },
  );

/** Drops the separator right below the header, whose edge is already a line. */
export const belowHeader = (body: readonly Node[]): readonly Node[] =>
  body.map((node, at) => (at === 1 && node.separator === true ? { ...node, separator: false } : node));

/** A sign and a sentence. */
export const signed = (sign: { readonly text: string; readonly color: string }, words: string, look: Node = {}): Node =>
  columns(
    [column('20px', [text(sign.text, { color: sign.color, weight: 'Bolder' })]), column('stretch', [text(words)])],
    { spacing: 'Small', ...look },
  );
