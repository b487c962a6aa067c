const UNITS: { readonly [unit: string]: number } = {
  ms: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  seconds: 1000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  day: 86_400_000,
  days: 86_400_000,
};

/** For editors; accepts the same texts as `parseDuration`. */
export const DURATION_PATTERN = new RegExp(`^[0-9]+ ?(${Object.keys(UNITS).join('|')})$`, 'u');

/** `60 s`, `15 min`, `24 h`, `7 days` in milliseconds; null if the text is no duration. The unit is never guessed. */
export function parseDuration(text: string): number | null {
  if (!DURATION_PATTERN.test(text)) return null;
  const unit = UNITS[text.replace(/^[0-9]+ ?/u, '')] ?? Number.NaN;
  const ms = Number.parseInt(text, 10) * unit;
  return Number.isSafeInteger(ms) ? ms : null;
}

/** As a person writes it, in the largest unit that fits. */
export function inWords(ms: number): string {
  if (ms % 86_400_000 === 0) return `${ms / 86_400_000} ${ms === 86_400_000 ? 'day' : 'days'}`;
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return ms % 60_000 === 0 && ms > 60_000 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}
