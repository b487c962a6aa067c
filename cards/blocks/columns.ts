import { type Block, codeLines } from './elements.ts';

/** East Asian characters are two columns wide in a code block. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
/** A longer name pushes its own row out of line, not all rows off a narrow screen. */
const WIDEST = 32;

const ENTITIES = /&(?:amp|lt|gt);/gu;
const width = (text: string): number =>
  [...text.replace(ENTITIES, '&')].reduce((sum, sign) => sum + (WIDE.test(sign) ? 2 : 1), 0);

/**
 * Rows in columns, as a code block below its title. The last column is right-aligned. Cells must be quoted for code
 * blocks.
 */
export function table(title: string, rows: readonly (readonly string[])[]): readonly Block[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.min(WIDEST, Math.max(...rows.map((row) => width(row[at] ?? '')))));
  return codeLines(
    title,
    rows.map((row) =>
      row
        .map((cell, at) => {
          const blanks = ' '.repeat(Math.max(0, (widths[at] ?? 0) - width(cell)));
          return at === row.length - 1 ? `${blanks}${cell}` : `${cell}${blanks}`;
        })
        .join(' '),
    ),
  );
}
