import { list } from '../grammar.ts';

type Names = readonly string[];

/** What a look does beside reading: it puts these back, of all that are unknown. */
export function goingOn(names: Names, all: Names): string {
  if (names.length === 0) return '';
  const whom = names.length === all.length ? (names.length === 1 ? 'it' : 'them') : list(names, 'and', 3);
  return `, and puts ${whom} back where ${names.length === 1 ? 'it' : 'they'} can be read now`;
}
