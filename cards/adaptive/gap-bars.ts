import type { ClosedView } from '../../src/domain/views/view.ts';
import { isContained } from '../compromised.ts';
import { keepWorst } from '../limits.ts';
import { bar, total } from '../measure.ts';
import { wentForth } from '../went-forth.ts';
import type { Draw } from './draw.ts';
import { column, columns, type Node, section, small, text } from './elements.ts';
import { nameWidth } from './host-rows.ts';

/** How many blocks fit beside a name and one number, or two, on the narrowest phone. */
const BLOCKS = { one: 8, two: 6 };
/** A longer name is put above its bar. */
const LETTERS = 8;

/** How long each worker was cut off, as measured; if there is no room for all, the longest are kept. */
export function gapBars({ gaps, gapLimitMs, outcome, wish }: ClosedView, { tell, room }: Draw): readonly Node[] {
  if (gaps.length === 0) return [];
  const { kept, left } = keepWorst(gaps, room.rows, gapRank);
  const width = nameWidth(kept.map(({ host }) => host));
  const isBeside = kept.every(({ host }) => host.length <= LETTERS);
  const told = ({ ms, still }: Gaps[number]): string =>
    still
      ? tell('closed.gap-still', {})
      : ms.length === 0
        ? tell('closed.gap-unmeasured', {})
        : tell('closed.gap', { ms });
  // A column of fixed width keeps its number in one piece where there is little room.
  const most = kept.some(({ ms }) => ms.length !== 1) ? 'two' : 'one';
  const end = most === 'two' ? '112px' : '80px';
  const rows = kept.map((gap) => {
    const { host, ms, failed } = gap;
    const look: Node = { horizontalAlignment: 'Right', weight: 'Bolder', ...(failed ? { color: 'Attention' } : {}) };
    const name = text(tell('word.host', { host }), { weight: 'Bolder', wrap: host.length > 20 });
    const used = track(ms, gapLimitMs, failed, BLOCKS[most]);
    const row = isBeside
      ? [column(width, [name], CENTER), column('stretch', used, CENTER)]
      : [column('stretch', [name, ...used.map((one) => ({ ...one, spacing: 'None' }))], CENTER)];
    return columns([...row, column(end, [text(told(gap), look)], CENTER)], { spacing: 'Small' });
  });
  const forth = wentForth(outcome);
  const twice = gaps.some(({ ms }) => ms.length > 1);
  return [
    section(tell('closed.gaps', {}), forth ? { separator: false } : {}),
    ...rows,
    ...(left.length === 0 ? [] : [text(tell('closed.gaps-cut', gapsCut(left)), { isSubtle: true, spacing: 'Small' })]),
    ...unmeasuredIn(gaps).map(({ id, hosts }) => small(tell(id, { hosts, request: wish.kind }))),
    ...(hasBars(gaps)
      ? [
          small(
            forth
              ? isContained(wish)
                ? tell('closed.gaps-note-contained', { limitMs: gapLimitMs })
                : tell('closed.gaps-note', { limitMs: gapLimitMs, request: wish.kind })
              : tell('closed.gaps-note-back', { limitMs: gapLimitMs, twice }),
          ),
        ]
      : []),
  ];
}

/** Whose gaps were not measured, by what is known about why. */
export const unmeasuredIn = (gaps: Gaps) =>
  (['unclocked', 'unwatched', 'seen-later'] as const).flatMap((why) => {
    const hosts = gaps.filter(({ unmeasured }) => unmeasured === why).map(({ host }) => host);
    return hosts.length === 0 ? [] : [{ id: UNMEASURED[why], hosts }];
  });

const UNMEASURED = {
  unclocked: 'closed.gaps-unclocked',
  unwatched: 'closed.gaps-unwatched',
  'seen-later': 'closed.gaps-seen-later',
} as const;

/** Whether any gap was measured; if not, there is no measuring to explain. */
export const hasBars = (gaps: Gaps): boolean => gaps.some(({ ms }) => ms.length > 0);

/**
 * The used part of the limit, and the rest. The columns are nested in one, because a column that stretches never gets
 * narrow and would cut off the used part.
 */
function track(ms: readonly number[], limitMs: number, failed: boolean, blocks: number): readonly Node[] {
  if (ms.length === 0) return [];
  const { filled, rest } = bar(total(ms), limitMs, blocks);
  const look: Node = { wrap: false, size: 'Small' };
  return [
    columns([
      column('auto', [text(filled, { ...look, color: failed ? 'Attention' : 'Good' })]),
      ...(rest === '' ? [] : [column('auto', [text(rest, { ...look, isSubtle: true })], { spacing: 'None' })]),
    ]),
  ];
}

type Gaps = ClosedView['gaps'];

/** Failed and unmeasured gaps are kept longest. */
export const gapRank = ({ failed, ms }: Gaps[number]): number =>
  (failed ? -1e12 : 0) - (ms.length === 0 ? 1e9 : total(ms));

/** The gaps that did not fit; null: not all of them were measured. */
export function gapsCut(left: Gaps): { left: number; minMs: number | null; maxMs: number | null } {
  const lengths = left.flatMap(({ ms }) => (ms.length === 0 ? [] : [total(ms)]));
  const isMeasured = lengths.length === left.length;
  return {
    left: left.length,
    minMs: isMeasured ? Math.min(...lengths) : null,
    maxMs: isMeasured ? Math.max(...lengths) : null,
  };
}

const CENTER: Node = { verticalContentAlignment: 'Center' };
