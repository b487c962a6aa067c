import type { HostRow, RowState } from '../src/domain/view.ts';
import { type Draw, SIGNS } from './draw.ts';
import { column, columns, container, type Node, text } from './elements.ts';
import { keepWorst } from './limits.ts';

const RANKS: { readonly [state in RowState]: number } = { bad: 0, unknown: 0, running: 2, waiting: 3, good: 4 };

/** One line a machine; where there is no room for all, what is wrong stays and the rest is counted. */
export function hostRows(rows: readonly HostRow[], draw: Draw, needsPerson = false): Node {
  const { tell, message, room } = draw;
  const rank = (row: HostRow): number => (row.role === 'master' || row.cutOff ? 1 : RANKS[row.state]);
  const { kept, left } = keepWorst(rows, room.rows, (row) => Math.min(rank(row), RANKS[row.state]));
  const width = nameWidth(kept.map(({ host }) => host));
  const lines = kept.map((row) => {
    const ends = ending(row, draw, needsPerson);
    return columns(
      [
        column('20px', [text(SIGNS[row.state].text, { color: SIGNS[row.state].color, weight: 'Bolder', wrap: false })]),
        column(width, [text(tell('word.host', { host: row.host }), { weight: 'Bolder', wrap: row.host.length > 20 })]),
        column('stretch', [text(message(row.what), { isSubtle: true })]),
        column('auto', ends === null ? [] : [ends]),
      ],
      { spacing: 'Small' },
    );
  });
  const count = (state: RowState): number => left.filter((row) => row.state === state).length;
  const cut =
    left.length === 0
      ? []
      : [
          text(
            tell('running.rows-cut', {
              left: left.length,
              good: count('good'),
              running: count('running'),
              waiting: count('waiting'),
              bad: count('bad'),
              unknown: count('unknown'),
            }),
            { isSubtle: true, spacing: 'Small' },
          ),
        ];
  return container([...lines, ...cut], { spacing: 'Medium', separator: true });
}

function ending(row: HostRow, { tell }: Draw, needsPerson: boolean): Node | null {
  const look: Node = { wrap: false, weight: 'Bolder', horizontalAlignment: 'Right' };
  if (needsPerson && row.state === 'unknown' && row.role === 'worker')
    return text(tell('person.row-cut-off', {}), { ...look, color: 'Attention' });
  if (row.cutOff) return text(tell('running.row-cut-off', { ms: row.ms }), look);
  return row.ms === null ? null : text(tell('running.row-ms', { ms: row.ms }), look);
}

/** Wide enough for the longest name shown, within reason; longer ones wrap. */
export const nameWidth = (names: readonly string[], least = 64): string =>
  `${Math.min(180, Math.max(least, Math.ceil(Math.max(0, ...names.map((name) => name.length)) * 8.4)))}px`;
