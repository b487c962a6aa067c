/** Numbers as cards show them. All take milliseconds. */

/** Measured: `8.4 s`, `1 min 4 s`, `2 h 5 min`. */
export function exact(ms: number): string {
  const tenths = Math.max(0, Math.round(ms / 100));
  return tenths < 600 ? `${(tenths / 10).toFixed(1)} s` : whole(ms);
}

/** Counted or set: `9 s`, `60 s`, `1 min 4 s`. A minute that is exactly one stays `60 s`: limits are given so. */
export function whole(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds <= 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** Several lengths after each other: `8.4 + 11.2 s`. */
export const sum = (lengths: readonly number[]): string =>
  lengths.every((ms) => ms < 59_950)
    ? `${lengths.map((ms) => exact(ms).slice(0, -2)).join(' + ')} s`
    : lengths.map(exact).join(' + ');

/** From shortest to longest: `8–16 s`; one number where both round to the same. */
export function range(minMs: number, maxMs: number, between = '–'): string {
  if (maxMs < 950) return 'under 1 s';
  const [from, to] = [whole(minMs), whole(maxMs)];
  if (from === to) return to;
  return maxMs <= 60_000
    ? `${Math.round(minMs / 1000)}${between}${to}`
    : `${from}${between === '–' ? ' – ' : between}${to}`;
}

/** A bar of at most `length` blocks, at least one for anything that was measured. */
export function bar(value: number, whole: number, length: number): string {
  const share = whole > 0 ? value / whole : 1;
  return '█'.repeat(Math.min(length, Math.max(1, Math.round(share * length))));
}
