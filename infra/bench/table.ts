import { round } from './statistics.ts';

/** One line of the table: what was measured, against what, and its bar. */
export interface Figure {
  readonly id: string;
  readonly what: string;
  readonly found: number;
  readonly unit: string;
  /** Upper limit; null: for information only. */
  readonly bar: number | null;
  /** `found` must equal the bar, because it is a count. */
  readonly exact?: true;
  readonly detail: string;
}

export const times = (found: number, base: number): number => Math.round((found / base) * 100) / 100;

/** `found` as a multiple of `base`; both in milliseconds. */
export const ratio = (id: string, what: string, found: number, base: number, bar: number): Figure => ({
  id,
  what,
  found: times(found, base),
  unit: 'times',
  bar,
  detail: `${round(found)} ms to ${round(base)} ms`,
});

/** At most `bar`. */
export const bounded = (id: string, what: string, found: number, unit: string, bar: number, detail = ''): Figure => ({
  ...told(id, what, found, unit, detail),
  bar,
});

/** Exactly `bar`. */
export const counted = (id: string, what: string, found: number, unit: string, bar: number, detail = ''): Figure => ({
  ...bounded(id, what, found, unit, bar, detail),
  exact: true,
});

/** A figure without a bar. */
export const told = (id: string, what: string, found: number, unit: string, detail: string): Figure => ({
  id,
  what,
  found,
  unit,
  bar: null,
  detail,
});

export const passes = ({ found, bar, exact }: Figure): boolean =>
  bar === null || (exact === true ? found === bar : found <= bar);

/** One line per figure; `MISS` where the bar was missed. */
export function tableOf(figures: readonly Figure[]): string {
  const lines = figures.map((figure) => [
    figure.id,
    figure.what,
    `${figure.found} ${figure.unit}`,
    figure.bar === null ? '' : `${figure.exact === true ? 'exactly' : 'at most'} ${figure.bar} ${figure.unit}`,
    figure.bar === null ? '' : passes(figure) ? 'pass' : 'MISS',
    figure.detail,
  ]);
  const widths = lines[0]?.map((_cell, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
