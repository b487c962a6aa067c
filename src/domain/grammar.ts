import type { RotationId } from './values.ts';

/** One line of words, the same in every chat and on the command line. */
export type Command =
  | { readonly word: 'summary' }
  | { readonly word: 'rotate-master'; readonly farm: string | null; readonly reason: string; readonly dry: boolean }
  | { readonly word: 'status'; readonly farm: string | null }
  | { readonly word: 'show'; readonly id: RotationId }
  | { readonly word: 'stop'; readonly id: RotationId }
  | { readonly word: 'resolve'; readonly id: RotationId }
  /** Typed words never vote: they answer with the card. */
  | { readonly word: 'card'; readonly id: RotationId; readonly typed: string }
  | { readonly word: 'whoami' }
  | { readonly word: 'help'; readonly about: string | null }
  | { readonly word: 'wrong'; readonly code: string; readonly data: { readonly [name: string]: string | number } };

export const WORDS = ['rotate-master', 'plan', 'status', 'show', 'stop', 'resolve', 'whoami', 'help'] as const;
const CARD_WORDS = ['approve', 'deny', 'withdraw'];
const LONGEST_LINE = 2000;
export const LONGEST_REASON = 500;

/** Reads what a person typed. Never throws; what cannot be read is `wrong` with a code. */
export function parseCommand(text: string): Command {
  if (text.length > LONGEST_LINE) return wrong('line-too-long', { length: text.length, limit: LONGEST_LINE });
  const { head, reason } = splitReason(text);
  const words = tidy(head)
    .split(' ')
    .filter((word) => word !== '');
  if (words[0]?.toLowerCase() === '/ssis') words.shift();
  if (words.length === 0 && reason === null) return { word: 'summary' };
  return (reason === null ? null : wrongReason(reason)) ?? readWords(words, reason);
}

/** What is wrong with a reason, typed or filled in; null: nothing. */
export function wrongReason(reason: string): Extract<Command, { word: 'wrong' }> | null {
  if (/[^\P{Cc}\n\r\t]/u.test(reason)) return wrong('reason-control-characters');
  if (reason.length <= LONGEST_REASON) return null;
  return wrong('reason-too-long', { length: reason.length, limit: LONGEST_REASON });
}

function readWords(words: readonly string[], reason: string | null): Command {
  const [raw = '', ...rest] = words;
  const word = raw.toLowerCase();
  if (word === 'plan') {
    const inner = readWords(rest.length === 0 ? ['rotate-master'] : rest, reason);
    return inner.word === 'rotate-master' ? { ...inner, dry: true } : wrong('plan-what', { said: rest.join(' ') });
  }
  if (word === 'rotate-master' || (word === 'rotate' && rest[0]?.toLowerCase() === 'master')) {
    const args = word === 'rotate' ? rest.slice(1) : rest;
    if (args.length > 1) return wrong('too-many-words', { word: 'rotate-master', said: args.slice(1).join(' ') });
    return { word: 'rotate-master', farm: args[0] ?? null, reason: reason ?? '', dry: false };
  }
  if (reason !== null) return wrong('because-of-what', { word });
  if (rest.length > 1) return wrong('too-many-words', { word, said: rest.slice(1).join(' ') });
  const arg = rest[0] ?? null;
  switch (word) {
    case 'status':
      return { word: 'status', farm: arg };
    case 'help':
      return { word: 'help', about: arg?.toLowerCase() ?? null };
    case 'whoami':
      return { word: 'whoami' };
    case 'show':
    case 'stop':
    case 'resolve':
      return arg === null ? wrong('which-id', { word }) : { word, id: arg.toLowerCase() };
  }
  if (CARD_WORDS.includes(word))
    return arg === null ? wrong('which-id', { word }) : { word: 'card', id: arg.toLowerCase(), typed: word };
  return wrong('unknown-word', { said: raw.slice(0, 60), nearest: nearest(word, [...WORDS, ...CARD_WORDS]) });
}

/** The reason is everything behind the first `because`, untouched but for blanks at its ends. */
function splitReason(text: string): { head: string; reason: string | null } {
  const match = /(?:^|[\s\u00a0\u3000])because(?=[\s\u00a0\u3000]|$)/iu.exec(text);
  if (match === null) return { head: text, reason: null };
  return { head: text.slice(0, match.index), reason: text.slice(match.index + match[0].length).trim() };
}

/** Chat clients replace hyphens, quotes and blanks while people type: back to what was meant. */
const tidy = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\u2010-\u2015\u2212]+/gu, '-')
    .replace(/["'\u2018-\u201f`]/gu, '')
    .replace(/\p{White_Space}+/gu, ' ')
    .replace(/[\u200b-\u200f\ufeff]/gu, '')
    .trim()
    .replace(/[.!?\u3002]+$/u, '');

const wrong = (
  code: string,
  data: { readonly [name: string]: string | number } = {},
): Extract<Command, { word: 'wrong' }> => ({
  word: 'wrong',
  code,
  data,
});

/** The only candidate that begins so, else the one with the fewest edits; '' when nothing is near. */
export function nearest(word: string, candidates: readonly string[]): string {
  const begun = candidates.filter((candidate) => word.length >= 3 && candidate.startsWith(word));
  if (begun.length === 1 && begun[0] !== undefined) return begun[0];
  let best = '';
  let bestDistance = Math.max(2, Math.floor(word.length / 2)) + 1;
  for (const candidate of candidates) {
    const distance = edits(word.slice(0, 40), candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
