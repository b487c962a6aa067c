import { filledLinesOf, notUnderstood } from './text.ts';

/** Mandatory label of high integrity; system is above it. */
const ELEVATED = 12_288;

/** `whoami /groups`: whether this process is elevated, by the SID of its mandatory label. */
export function parseElevated(text: string): boolean {
  const levels = [...text.matchAll(/\bS-1-16-(\d{1,6})\b/gu)].map((found) => Number(found[1]));
  if (levels.length === 0) throw notUnderstood('whoami', 'no mandatory label', text);
  return levels.some((level) => level >= ELEVATED);
}

/** The names and SIDs in `whoami /user` or `/groups` with `/fo csv /nh`, as this Windows calls them. */
export function namedSids(text: string): readonly { readonly name: string; readonly sid: string }[] {
  return filledLinesOf(text).flatMap((line) => {
    const [name = '', ...cells] = /^"(.*)"$/u.exec(line)?.[1]?.split('","') ?? [];
    const sid = cells.find((cell) => /^S-1-\d+(?:-\d+)+$/u.test(cell));
    return sid === undefined ? [] : [{ name, sid }];
  });
}
