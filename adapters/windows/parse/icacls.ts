import { linesOf } from './text.ts';

/** `(I)(OI)(CI)(F)`, `(DENY)(W,D)` */
const ENTRY = /^(.+):(?:\([A-Za-z,]+\))+$/u;

/**
 * Whom `icacls <place>` names, as Windows calls them here: behind the place the first entry, below it the others,
 * indented, and an empty line behind the last. null: it is not understood, which is never "nobody".
 */
export function namesListed(text: string, place: string): readonly string[] | null {
  const lines = linesOf(text);
  const from = lines.findIndex((line) => line !== '');
  const first = lines[from];
  const upTo = lines.indexOf('', from);
  if (first === undefined || upTo < 0 || !first.startsWith(`${place} `)) return null;
  const entries = [first.slice(place.length), ...lines.slice(from + 1, upTo)];
  const names = entries.map((line) => (line.startsWith(' ') ? ENTRY.exec(line.trim())?.[1] : undefined));
  return names.every((name) => name !== undefined) ? [...new Set(names)] : null;
}
