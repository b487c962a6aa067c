import { linesOf } from './text.ts';

/** `(I)(OI)(CI)(F)`, `(DENY)(W,D)` */
const ENTRY = /^(.+):(?:\([A-Za-z,]+\))+$/u;

/**
 * Whom `icacls <place>` names, as this Windows calls them: the first entry follows the place, the others are indented
 * below it, and an empty line or the summary follows the last. null: not understood, which is never "nobody".
 */
export function namesListed(text: string, place: string): readonly string[] | null {
  const lines = linesOf(text);
  // an echoed command may come first
  const from = lines.findIndex((line) => line.startsWith(`${place} `));
  const [first, ...below] = from < 0 ? [] : lines.slice(from);
  const sum = below.findIndex((line) => /^\S/u.test(line));
  const others = sum < 0 ? below : below.slice(0, sum);
  // the last line's own end is no empty line yet: the listing may have been cut there
  const isWhole = sum >= 0 || (others.at(-1) === '' && others.at(-2) === '');
  if (first === undefined || !isWhole) return null;
  const entries = [first.slice(place.length), ...others.filter((line) => line !== '')];
  const names = entries.map((line) => ENTRY.exec(line.trim())?.[1]);
  return names.every((name) => name !== undefined) ? [...new Set(names)] : null;
}
