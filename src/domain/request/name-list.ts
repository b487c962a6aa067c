import { BULLETS } from './typed-line.ts';

/** Separators without blanks, as in pasted lists and in Chinese, including our own cards. */
const BETWEEN_NAMES = /&amp;|\u4ee5\u53ca|[,&\u3001\u548c\u4e0e\u53ca]/u;

const JOINT = /^(?:and|&|&amp|\u548c|\u4e0e|\u53ca|\u4ee5\u53ca)$/iu;

/** `sqlw01 and sqlw02`, and how Slack writes `&`. With nothing on one side, a machine of that name is meant. */
export const isJoint = (said: string, isFirst: boolean, next: string | undefined): boolean =>
  !isFirst && next !== undefined && JOINT.test(said);

/** The names within one word. */
export const apartNames = (said: string): readonly string[] =>
  said
    .split(BETWEEN_NAMES)
    .map((name) => name.replace(BULLETS, ''))
    .filter((name) => name !== '');

/** The names that these words list. */
export const listedNames = (words: readonly string[]): readonly string[] =>
  words.flatMap((said, at) => (isJoint(said, at === 0, words[at + 1]) ? [] : apartNames(said)));
