import type { RequestLine, Taken } from './taken.ts';
import { short, type Wrong, wrong } from './wrong-words.ts';

/** `rollback ID`: the id as on cards, `prod-17`, also with its label or in capitals. */
export function takeId(line: RequestLine, words: readonly string[]): Taken | Wrong {
  const label = words[0]?.toLowerCase() === 'id' && words[1] !== undefined ? 1 : 0;
  const said = (words[label] ?? '').toLowerCase().replace(/^#/u, '');
  if (line.wish.of !== null) return wrong('too-many-words', { word: 'rollback', said: short(words) });
  if (!/^[a-z0-9][a-z0-9._-]{0,62}-\d{1,9}$/u.test(said)) return wrong('rollback-what', { said: short([said]) });
  return { line: { ...line, wish: { ...line.wish, of: said } }, taken: label };
}

/** An id names its farm: if a farm is named as well, it must be the same. */
export function wholeRollback(line: RequestLine): RequestLine | Wrong {
  const { of } = line.wish;
  if (of === null) return wrong('rollback-what', { said: '' });
  const farm = of.slice(0, of.lastIndexOf('-'));
  const other = line.farm !== null && line.farm.toLowerCase() !== farm;
  return other ? wrong('rollback-other-farm', { id: of, said: short([line.farm ?? '']) }) : { ...line, farm };
}
