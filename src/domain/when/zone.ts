import { FixedOffsetZone, IANAZone, type Zone } from 'luxon';

/**
 * Short names that `Intl` accepts although no list of zones has them. Several places use the same name, and `Intl`
 * picks one, seldom the intended one: it takes CST for Chicago's, while people in China mean theirs.
 */
const OF_NO_LIST = new Set(
  'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST'.split(' '),
);

export const isOfNoList = (name: string): boolean => OF_NO_LIST.has(name.toUpperCase());

/** What people call a zone's time, in capitals, because a farm may be named `west` or `test`. */
const SHORT_NAME = /^(?:[A-Z]|CE|EE|ME|AE|AC|AW|NZ)[SD]T$/u;
const OFFSET = /^([+-]\d{2}):?(\d{2})$/u;

/** Excludes luxon's own names, such as `local`, the zone of whatever machine this runs on. null: unknown. */
export function zoneOf(name: string): Zone | null {
  if (/^z$/iu.test(name)) return FixedOffsetZone.utcInstance;
  if (isOfNoList(name)) return null;
  const offset = OFFSET.exec(name);
  if (offset !== null) return FixedOffsetZone.parseSpecifier(`UTC${offset[1]}:${offset[2]}`);
  if (IANAZone.isValidZone(name)) return IANAZone.create(name);
  return FixedOffsetZone.parseSpecifier(name.replace(/^gmt(?=[+-])/iu, 'UTC'));
}

/** Whether a word after a time is meant as its zone, known or not. */
export const looksLikeZone = (word: string): boolean =>
  OFFSET.test(word) ||
  isOfNoList(word) ||
  SHORT_NAME.test(word) ||
  (/^[a-z]/iu.test(word) && (word.includes('/') || zoneOf(word) !== null));
