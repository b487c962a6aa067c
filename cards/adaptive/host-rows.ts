import type { HostRow, RowState } from '../../src/domain/views/view.ts';
import { keepWorst } from '../limits.ts';
import { type Draw, SIGNS } from './draw.ts';
import { column, columns, container, type Node, text } from './elements.ts';

const RANKS: { readonly [state in RowState]: number } = { bad: 0, unknown: 0, running: 2, waiting: 3, good: 4 };

/** One line per machine; if there is no room for all, problems are kept and the rest is counted. */
export function hostRows(rows: readonly HostRow[], draw: Draw, needsPerson = false): Node {
  const { tell, room } = draw;
  const { kept, left } = worstRows(rows, room.rows);
  const names = kept.map(({ host }) => host);
  const stacked = areLong(names);
  const lines = kept.map((row) => {
    const ends = ending(row, draw, needsPerson);
    const name = text(tell('word.host', { host: row.host }), { weight: 'Bolder', wrap: stacked });
    const what = text(rowWords(row, draw), { isSubtle: true, ...(stacked ? { spacing: 'None' } : {}) });
    return columns(
      [
        column('20px', [text(SIGNS[row.state].text, { color: SIGNS[row.state].color, weight: 'Bolder', wrap: false })]),
        ...(stacked
          ? [column('stretch', [name, what])]
          : [column(nameWidth(names), [name]), column('stretch', [what])]),
        column('auto', ends === null ? [] : [ends]),
      ],
      { spacing: 'Small' },
    );
  });
  const cut = left.length === 0 ? [] : [text(rowsCut(left, draw), { isSubtle: true, spacing: 'Small' })];
  return container([...lines, ...cut], { spacing: 'Medium', separator: true });
}

/** Problems, the master and machines that are cut off are kept longest. */
export const worstRows = (rows: readonly HostRow[], room: number): ReturnType<typeof keepWorst<HostRow>> =>
  keepWorst(rows, room, (row) => Math.min(row.role === 'master' || row.cutOff ? 1 : 4, RANKS[row.state]));

/** How many rows did not fit, by state. */
export function rowsCut(left: readonly HostRow[], { tell }: Draw): string {
  const count = (state: RowState): number => left.filter((row) => row.state === state).length;
  return tell('running.rows-cut', {
    left: left.length,
    good: count('good'),
    running: count('running'),
    waiting: count('waiting'),
    bad: count('bad'),
    unknown: count('unknown'),
  });
}

/** What is said about a machine, and when it was cut off, for a worker whose state is unknown. */
export const rowWords = ({ what, cutAt }: HostRow, { tell, message }: Draw): string =>
  `${message(what)}${cutAt === undefined ? '' : tell('person.row-cut-at', { at: cutAt })}`;

/** The end of a row: how long; null: nothing to show. */
export function rowEnd(row: HostRow, { tell }: Draw, needsPerson: boolean): string | null {
  if (row.cutAt !== undefined) return null;
  if (needsPerson && row.cutOff && row.state === 'unknown' && row.role === 'worker')
    return tell('person.row-cut-off', {});
  if (row.cutOff) return tell('running.row-cut-off', { ms: row.ms[0] ?? null });
  return row.ms.length === 0 ? null : tell('running.row-ms', { ms: row.ms });
}

function ending(row: HostRow, draw: Draw, needsPerson: boolean): Node | null {
  const words = rowEnd(row, draw, needsPerson);
  const look: Node = needsPerson && row.state === 'unknown' ? { color: 'Attention' } : {};
  return words === null ? null : text(words, { wrap: false, weight: 'Bolder', horizontalAlignment: 'Right', ...look });
}

/** Beside names this long a phone has no room: the text goes below the name, or the number would be cut. */
export const areLong = (names: readonly string[]): boolean => names.some((name) => name.length > 12);

/** Wide enough for the longest name shown, within reason; longer ones wrap. */
export const nameWidth = (names: readonly string[], least = 64): string =>
  `${Math.min(180, Math.max(least, Math.ceil(Math.max(0, ...names.map((name) => name.length)) * 8.4)))}px`;
