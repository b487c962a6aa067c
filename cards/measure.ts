/** The names of the units in a language, with the space before them if it has one. */
interface Units {
  readonly seconds: string;
  /** Minutes with nothing after them; `minutesAnd` is for minutes before seconds. */
  readonly minutes: string;
  readonly minutesAnd: string;
  readonly hours: string;
  readonly underASecond: string;
}

/** Numbers as cards show them. All take milliseconds. */
interface Measure {
  /** Measured: `8.4 s`, `1 min 4 s`, `2 h 5 min`. */
  exact(ms: number): string;
  /** Counted or set: `9 s`, `60 s`, `1 min 4 s`. Exactly one minute stays `60 s`, as limits are given. */
  whole(ms: number): string;
  /** Several lengths in a row: `8.4 + 11.2 s`. */
  sum(lengths: readonly number[]): string;
  /** One of several lengths in a list: `8.4`, `15.9`; the unit follows the list. */
  bare(ms: number): string;
  /** From shortest to longest: `8–16 s`; one number if both round to the same. */
  range(minMs: number, maxMs: number, between?: string): string;
}

export function createMeasure({ seconds: s, minutes: min, minutesAnd, hours: h, underASecond }: Units): Measure {
  const tenths = (ms: number): string => (Math.max(0, Math.round(ms / 100)) / 10).toFixed(1);
  const bare = (ms: number): string => (ms < 59_950 ? tenths(ms) : exact(ms));
  const exact = (ms: number): string => (ms < 59_950 ? `${tenths(ms)}${s}` : whole(ms));

  function whole(ms: number): string {
    const seconds = Math.max(0, Math.round(ms / 1000));
    if (seconds <= 60) return `${seconds}${s}`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return seconds % 60 === 0 ? `${minutes}${min}` : `${minutes}${minutesAnd} ${seconds % 60}${s}`;
    const hours = Math.floor(minutes / 60);
    return minutes % 60 === 0 ? `${hours}${h}` : `${hours}${h} ${minutes % 60}${min}`;
  }

  const sum = (lengths: readonly number[]): string =>
    lengths.every((ms) => ms < 59_950) ? `${lengths.map(tenths).join(' + ')}${s}` : lengths.map(exact).join(' + ');

  function range(minMs: number, maxMs: number, between = '–'): string {
    if (maxMs < 950) return underASecond;
    const [from, to] = [whole(minMs), whole(maxMs)];
    if (from === to) return to;
    return maxMs <= 60_000
      ? `${Math.round(minMs / 1000)}${between}${to}`
      : `${from}${between === '–' ? ' – ' : between}${to}`;
  }

  return { exact, whole, sum, bare, range };
}

/**
 * A bar on a track of `length` blocks, which stand for the whole: at least one block is filled. A value beyond the
 * whole ends in an arrow.
 */
export function bar(value: number, whole: number, length: number): { readonly filled: string; readonly rest: string } {
  const share = whole > 0 ? value / whole : 1;
  const blocks = Math.min(length, Math.max(1, Math.round(share * length)));
  return { filled: `${'█'.repeat(blocks)}${share > 1 ? '▸' : ''}`, rest: '░'.repeat(length - blocks) };
}

/** `22:00–02:00`: hours of a day, on any clock. */
export const hoursOfDay = ({ from, to }: { readonly from: number; readonly to: number }): string =>
  [from, to].map((hour) => `${String(hour).padStart(2, '0')}:00`).join('–');

export const total = (ms: readonly number[]): number => ms.reduce((all, one) => all + one, 0);
