import type { RotationKind } from '../plan/wish.ts';
import { parseThumbprint } from '../values.ts';
import type { RequestLine, Taken } from './taken.ts';
import { short, type Wrong, wrong } from './wrong-words.ts';

const DIGITS = 40;
/** Of a SHA-256 fingerprint, which is longer and told by its own sentence. */
const SHA256_DIGITS = 64;

/** Only a master is given a certificate that exists. */
export const mayUse = (kind: RotationKind): boolean => kind === 'rotate-master';

/**
 * `use THUMBPRINT`, as people paste it: in pairs separated by blanks, colons or dashes, in lower case, with the hidden
 * marks of the certificate window. Takes all words that consist of digits, until there are enough: a farm's name may
 * consist of such digits too.
 */
export function takeUse(line: RequestLine, behind: readonly string[]): Taken | Wrong {
  const { wish } = line;
  const label = behind[0]?.toLowerCase() === 'thumbprint' ? 1 : 0;
  const words = behind.slice(label);
  if (!mayUse(wish.kind)) return wrong('use-not-here', { word: wish.kind });
  const longer = digitsOf(words, SHA256_DIGITS);
  const { digits, taken } = longer.digits.length === SHA256_DIGITS ? longer : digitsOf(words, DIGITS);
  if (taken === 0) return wrong('use-what', { word: wish.kind, said: short(words.slice(0, 1)) });
  const use = parseThumbprint(digits);
  if (use === null) return wrong('use-not-a-thumbprint', { said: short(words.slice(0, taken)), digits: digits.length });
  if (wish.use !== null && wish.use !== use) return wrong('use-twice', { word: wish.kind });
  return { line: { ...line, wish: { ...wish, use } }, taken: label + taken };
}

/** The words of digits at the front, joined, up to the one with which there are enough. */
function digitsOf(words: readonly string[], enough: number): { readonly digits: string; readonly taken: number } {
  let digits = '';
  let taken = 0;
  for (const word of words) {
    const more = word.replace(/[:-]/gu, '');
    if (!/^[0-9a-f]+$/iu.test(more) || digits.length >= enough) break;
    digits += more;
    taken += 1;
  }
  return { digits, taken };
}
