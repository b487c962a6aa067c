import { FixedOffsetZone, IANAZone, type Zone } from 'luxon';

/**
 * Short names that `Intl` takes although no list of zones has them. Several places call their time so, and it means one
 * of them, seldom the one that was meant: CST is Chicago's to it, and China's to whoever types it there.
 */
const OF_NO_LIST = new Set(
  'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST'.split(' '),
);

export const isOfNoList = (name: string): boolean => OF_NO_LIST.has(name.toUpperCase());

/** What people call the time of a zone, in capitals: a farm may be called `west` or `test`. */
const SHORT_NAME = /^(?:[A-Z]|CE|EE|ME|AE|AC|AW|NZ)[SD]T$/u;
const OFFSET = /^([+-]\d{2}):?(\d{2})$/u;

/** Not luxon's own names, of which `local` is the zone of whatever machine this runs on. null: nobody knows it. */
export function zoneOf(name: string): Zone | null {
  if (/^z$/iu.test(name)) return FixedOffsetZone.utcInstance;
  if (isOfNoList(name)) return null;
  const offset = OFFSET.exec(name);
  if (offset !== null) return FixedOffsetZone.parseSpecifier(`UTC${offset[1]}:${offset[2]}`);
  if (IANAZone.isValidZone(name)) return IANAZone.create(name);
  return FixedOffsetZone.parseSpecifier(name.replace(/^gmt(?=[+-])/iu, 'UTC'));
}

/** Whether a word behind a time is meant for its zone, be it known or not. */
export const looksLikeZone = (word: string): boolean =>
  OFFSET.test(word) ||
  isOfNoList(word) ||
  SHORT_NAME.test(word) ||
  (/^[a-z]/iu.test(word) && (word.includes('/') || zoneOf(word) !== null));
