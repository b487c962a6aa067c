import { inTable } from '../in-table.ts';
import { apart } from './typed-line.ts';

/** A word that may have been meant, and what follows it. */
export interface Meant {
  readonly word: string;
  readonly rest: readonly string[];
}

/** What the line may have been meant to begin with; null: nothing is near. A hyphenated word may be typed as two. */
export function meantBy([first = '', ...rest]: readonly string[], candidates: readonly string[]): Meant | null {
  const word = first.toLowerCase();
  const [half = '', ...behind] = apart(rest);
  const second = half.toLowerCase();
  const two = candidates.find((candidate) => isMeantByTwo(word, second, candidate));
  // A digit makes it a name: `rotate worker1` is about a machine.
  if (two !== undefined) return { word: two, rest: /\d/u.test(second) ? rest : behind };
  const near = nearWord(word, candidates);
  return near === '' ? null : { word: near, rest };
}

/** Words people use who have not read the help. '' means that no command is meant, however near the word is to one. */
const SAME: { readonly [word: string]: string } = {
  renew: 'rotate-master',
  replace: 'rotate-master',
  ...Object.fromEntries(['cancel', 'abort', 'halt', 'kill', '停止', '中止', '取消'].map((word) => [word, 'stop'])),
  ...Object.fromEntries(['undo', 'revert', '回退', '回滚'].map((word) => [word, 'rollback'])),
  ...Object.fromEntries(['accept', 'confirm', 'lgtm', 'ok', 'yes', '批准', '同意'].map((word) => [word, 'approve'])),
  ...Object.fromEntries(['reject', 'decline', 'refuse', '拒绝'].map((word) => [word, 'deny'])),
  thaw: 'unfreeze',
  please: '',
  撤回: 'withdraw',
  轮换: 'rotate-master',
  更换: 'rotate-master',
  续期: 'rotate-master',
  帮助: 'help',
  状态: 'status',
  证书: 'certs',
  冻结: 'freeze',
  解冻: 'unfreeze',
  复核: 'review',
};

/**
 * A word with a third of its letters wrong is matched by its beginning, if a candidate shares that: `rotieren` is fewer
 * edits away from `retire`, which removes for good, than from `rotate-master`.
 */
function nearWord(word: string, candidates: readonly string[]): string {
  const same = inTable(SAME, word);
  if (same !== undefined) return candidates.includes(same) ? same : '';
  const near = nearest(word, candidates);
  if (isNear(word, near)) return near;
  if (word.length <= 4 && near !== '') return '';
  const shared = candidates.map((candidate) => sharedBeginning(word, candidate));
  const longest = Math.max(0, ...shared);
  return longest < 3 ? near : (candidates[shared.indexOf(longest)] ?? near);
}

const sorted = (word: string): string => [...word].sort().join('');

function sharedBeginning(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/** Only few edits per part: a name after a word must not be taken for half of it. */
function isMeantByTwo(first: string, second: string, candidate: string): boolean {
  if (second === '') return false;
  if (candidate === `${first}${second}`) return true;
  const [before = '', behind] = candidate.split('-');
  if (behind === undefined) return false;
  const begins = first.length >= 3 && before.startsWith(first);
  return (begins || edits(first, before) <= 2) && edits(second.slice(0, 40), behind) <= 2;
}

/** The nearest, if it may have been meant; else ''. */
export function nearby(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return isNear(word, near) ? near : '';
}

/**
 * Begun alike, or few of its letters wrong. Two edits turn a short word into any other, unless they swap its letters:
 * `now` is not `show`, nor `blah` `plan`.
 */
function isNear(word: string, near: string): boolean {
  if (near === '') return false;
  if (near.startsWith(word)) return true;
  const isShort = word.length <= 4 && sorted(word) !== sorted(near);
  return edits(word.slice(0, 40), near) <= (isShort ? 1 : Math.max(2, Math.floor(word.length / 3)));
}

/** The first candidate with this beginning, else the one with the fewest edits; '' if nothing is near. */
export function nearest(word: string, candidates: readonly string[]): string {
  const begun = candidates.filter((candidate) => word.length >= 3 && candidate.startsWith(word));
  if (begun[0] !== undefined) return begun[0];
  let best = '';
  let bestDistance = Math.max(2, Math.floor(word.length / 2)) + 1;
  for (const candidate of candidates) {
    const distance = edits(word.slice(0, 40), candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein distance. It takes time with the product of both lengths: cut what people typed. */
export function edits(a: string, b: string): number {
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
