import type { RotationId } from '../values.ts';
import { type CertsLine, readCertsLine } from './certs-line.ts';
import { readFreezeLine } from './freeze-line.ts';
import { isMachineName } from './leave-words.ts';
import { listedNames } from './name-list.ts';
import { type Meant, meantBy } from './nearest.ts';
import { REQUEST_WORDS, readRequestLine, requestWord } from './request-line.ts';
import type { RequestLine } from './taken.ts';
import { apart, readLine, tidy } from './typed-line.ts';
import { isWrong, short, type Wrong, wrong } from './wrong-words.ts';

/** One line of words, the same in every chat and on the command line. */
export type Command =
  | { readonly word: 'summary' }
  | ({ readonly word: 'request'; readonly reason: string } & RequestLine)
  | { readonly word: 'status'; readonly farm: string | null }
  | { readonly word: 'runners'; readonly farm: string | null }
  | ({ readonly word: 'certs' } & CertsLine)
  | { readonly word: 'reminders'; readonly farm: string | null; readonly test: boolean }
  /** `until` as typed: read in the zone of whoever typed it. */
  | { readonly word: 'freeze'; readonly farm: string | null; readonly until: string; readonly reason: string }
  | { readonly word: 'unfreeze'; readonly farm: string | null; readonly reason: string }
  | { readonly word: 'show'; readonly id: RotationId }
  | { readonly word: 'stop'; readonly id: RotationId; readonly reason: string }
  /** `leave`: only these of the machines in question; empty: the card is shown. */
  | { readonly word: 'resolve'; readonly id: RotationId; readonly leave: readonly string[] }
  /** Typed words never vote: they answer with the card. */
  | { readonly word: 'card'; readonly id: RotationId; readonly typed: string }
  | { readonly word: 'review'; readonly id: RotationId; readonly note: string }
  | { readonly word: 'whoami' }
  | { readonly word: 'help'; readonly about: string | null }
  | Wrong;

export const WORDS = [
  ...REQUEST_WORDS,
  ...(['plan', 'status', 'certs', 'runners', 'reminders', 'show', 'stop', 'resolve', 'review'] as const),
  ...(['freeze', 'unfreeze', 'whoami', 'help'] as const),
];
/** What only a card's buttons can do; typed, they answer with the card. */
export const CARD_WORDS: readonly string[] = ['approve', 'deny', 'withdraw'];
const EVERY_WORD: readonly string[] = [...WORDS, ...CARD_WORDS];
const IDS: readonly string[] = ['show', 'stop', 'resolve', ...CARD_WORDS];
/** Words within a request: the help of one that takes them all explains them. */
const WITHIN: readonly string[] = ['at', 'now', 'next-window', 'ticket', 'use', 'leave', 'compromised'];
const LONGEST_REASON = 500;

/** Reads what a person typed. Never throws; unreadable input is `wrong` with a code. */
export function parseCommand(text: string): Command {
  const line = readLine(text);
  if (isWrong(line)) return line;
  const { words, reason } = line;
  if (words.length === 0 && reason === null) return { word: 'summary' };
  return (reason === null ? null : wrongReason(reason)) ?? understood(words, reason);
}

const understood = (words: readonly string[], reason: string | null): Command =>
  behindSigns(words, reason) ?? inBrackets(words, reason) ?? readWords(words, reason);

/**
 * Signs or a number before a line: a quote, an arrow, a list number. It may quote somebody else, so it is offered,
 * never done. null: the line begins with a word.
 */
function behindSigns([first = '', ...rest]: readonly string[], reason: string | null): Command | null {
  const [, signs = '', tied = ''] = /^(>+|[^\p{L}]+$|:\S+:$)(.*)$/u.exec(first) ?? [];
  const words = tidy(tied === '' ? rest : [tied, ...rest]);
  const [nearest] = words;
  if (signs === '' || nearest === undefined) return null;
  const read = understood(words, reason);
  return isWrong(read) ? read : offered(wrong('unknown-word', { said: short([signs]), nearest }), words, reason);
}

const BRACKETS = /[()[\]\u3010\u3011]+/u;

/**
 * A bracket without a blank before it: `status（prod）`, `retire[compromised]`. It may hold a farm's name, or what help
 * marks as optional, so the bare words are offered, never done. null: the words at the start of the line have none.
 */
function inBrackets(words: readonly string[], reason: string | null): Command | null {
  const [first = '', second = ''] = words;
  const begins = takesTwo(first) ? [first, second] : [];
  const said = begins.find((word) => BRACKETS.test(word));
  if (said === undefined) return null;
  const bare = tidy(words.flatMap((word) => word.split(BRACKETS)).filter((word) => word !== ''));
  const nearest = bare.slice(0, takesTwo(bare[0] ?? '') ? 2 : 1).join(' ');
  if (nearest === '') return null;
  const read = understood(bare, reason);
  return isWrong(read) ? read : offered(wrong('unknown-word', { said: short([said]), nearest }), bare, reason);
}

/** `plan rotate-master`, or `rotate master` for one word. */
const takesTwo = (word: string): boolean => word.toLowerCase() === 'plan' || !EVERY_WORD.includes(word.toLowerCase());

/** What is wrong with a typed or filled-in reason; null: nothing. */
export function wrongReason(reason: string): Wrong | null {
  if (/[^\P{Cc}\n\r\t]/u.test(reason)) return wrong('reason-control-characters');
  if (reason.length <= LONGEST_REASON) return null;
  return wrong('reason-too-long', { length: reason.length, limit: LONGEST_REASON });
}

/** Whether a reason shows nothing: blanks, direction marks, joiners, the empty Braille cell, Hangul fillers. */
export const saysNothing = (reason: string): boolean => !/[^\s\p{C}\p{Z}\u115f\u1160\u2800\u3164\uffa0]/u.test(reason);

/** A reason that shows nothing is none. */
export const reasonIn = (said: string): string => (saysNothing(said) ? '' : said);

function readWords(words: readonly string[], reason: string | null): Command {
  const [raw = '', ...rest] = words;
  const word = raw.toLowerCase();
  if (word === 'plan') return plan(apart(rest), reason);
  const wanted = requestWord(words);
  if (wanted !== null) return request(wanted, reason);
  if (word === 'freeze') return freeze(rest, reason);
  if (word === 'unfreeze') return unfreeze(rest, reason);
  if (word === 'review') return review(rest, reason);
  if (word !== '' && !EVERY_WORD.includes(word))
    return misspelt('unknown-word', short([raw]), [], meantBy(words, EVERY_WORD), reason);
  // Cards are shown whatever else was said, and a stop must not depend on the right words.
  if (reason !== null && !IDS.includes(word)) return wrong('because-of-what', { word: short([word]) });
  if (word === 'reminders') return reminders(rest);
  if (word === 'certs') return certs(rest);
  if (word === 'resolve') return resolve(rest);
  const [arg = null, ...more] = withoutLabel(rest, IDS.includes(word) ? 'id' : 'farm');
  if (more.length > 0) return wrong('too-many-words', { word: short([word]), said: short(more) });
  switch (word) {
    case 'status':
    case 'runners':
      return { word, farm: arg };
    case 'help':
      return arg === null ? { word: 'help', about: null } : helpAbout(arg);
    case 'whoami':
      return { word: 'whoami' };
    default:
      return arg === null ? wrong('which-id', { word }) : aboutOne(word, arg.toLowerCase(), reason);
  }
}

function aboutOne(word: string, id: RotationId, reason: string | null): Command {
  if (word === 'stop') return { word, id, reason: reason ?? '' };
  return word === 'show' ? { word, id } : { word: 'card', id, typed: word };
}

/** A request of which only the plan is wanted. */
function plan(words: readonly string[], reason: string | null): Command {
  const planned = requestWord(words.length === 0 ? ['rotate-master'] : words);
  if (planned === null) return misspelt('plan-what', short(words), ['plan'], meantToPlan(words), reason);
  const inner = request(planned, reason);
  return inner.word === 'request' ? { ...inner, dry: true } : inner;
}

/** The request that may have been meant after `plan`; null if the word is a valid one that cannot be planned. */
const meantToPlan = (rest: readonly string[]): Meant | null =>
  EVERY_WORD.includes(rest[0]?.toLowerCase() ?? '') ? null : meantBy(rest, REQUEST_WORDS);

/**
 * Suggests the nearest word for a wrong one and keeps the rest of the line. The line is not offered if it cannot be
 * read even then.
 */
function misspelt(
  code: string,
  said: string,
  before: readonly string[],
  meant: Meant | null,
  reason: string | null,
): Wrong {
  if (meant === null) return wrong(code, { said, nearest: '' });
  const words = [...before, meant.word, ...meant.rest];
  const found = wrong(code, { said, nearest: [...before, meant.word].join(' ') });
  return meant.rest.length > 0 && isWrong(readWords(words, reason)) ? found : offered(found, words, reason);
}

const offered = (found: Wrong, words: readonly string[], reason: string | null): Wrong => ({
  ...found,
  meant: [...words, ...(reason === null ? [] : ['because', reason])].join(' '),
});

type Asked = NonNullable<ReturnType<typeof requestWord>>;

function request({ kind, args }: Asked, reason: string | null): Command {
  if (args.at(-1)?.toLowerCase() === 'help') return { word: 'help', about: kind };
  const line = readRequestLine(kind, args);
  return isWrong(line) ? line : { word: 'request', ...line, reason: reasonIn(reason ?? '') };
}

function freeze(args: readonly string[], reason: string | null): Command {
  if (args.length === 1 && args[0]?.toLowerCase() === 'help') return { word: 'help', about: 'freeze' };
  const { farm, until } = readFreezeLine(args);
  if (until === null) return wrong('freeze-until', { farm: short([farm ?? '']) });
  if (reason === null || saysNothing(reason))
    return wrong('freeze-why', { farm: short([farm ?? '']), until: short([until]) });
  return { word: 'freeze', farm, until, reason };
}

function unfreeze(args: readonly string[], reason: string | null): Command {
  if (args.length === 1 && args[0]?.toLowerCase() === 'help') return { word: 'help', about: 'unfreeze' };
  const [farm = null, ...more] = withoutLabel(args, 'farm');
  if (more.length > 0) return wrong('too-many-words', { word: 'unfreeze', said: short(more) });
  return { word: 'unfreeze', farm, reason: reason ?? '' };
}

function review(args: readonly string[], reason: string | null): Command {
  const [id = null, ...more] = withoutLabel(args, 'id');
  if (id === null) return wrong('which-id', { word: 'review' });
  if (id.toLowerCase() === 'help') return { word: 'help', about: 'review' };
  if (more.length > 0) return wrong('too-many-words', { word: 'review', said: short(more) });
  return { word: 'review', id: id.toLowerCase(), note: reason ?? '' };
}

/** `ID [leave [behind] NAME...]`, as our own cards list them. */
function resolve(args: readonly string[]): Command {
  const [id = null, ...more] = withoutLabel(args, 'id');
  if (id === null) return wrong('which-id', { word: 'resolve' });
  const [leave, ...rest] = more;
  const line = { word: 'resolve', id: id.toLowerCase() } as const;
  if (leave === undefined) return { ...line, leave: [] };
  if (!/^leave(?:-behind)?$/iu.test(leave)) return wrong('too-many-words', { word: 'resolve', said: short(more) });
  const said = rest[0]?.toLowerCase() === 'behind' ? rest.slice(1) : rest;
  // The id already names a farm.
  const farm = said.findIndex((word, at) => at > 0 && at < said.length - 1 && /^(?:in|farm)$/iu.test(word));
  if (farm > 0) return wrong('too-many-words', { word: 'resolve', said: short(said.slice(farm)) });
  const names = listedNames(said);
  if (names.length === 0) return wrong('leave-whom', { word: short(['resolve', line.id]) });
  const strange = names.find((name) => !isMachineName(name));
  return strange === undefined ? { ...line, leave: names } : wrong('not-a-machine', { said: short([strange]) });
}

/** `[test] [FARM]`; a farm named test needs its label. */
function reminders(args: readonly string[]): Command {
  const test = args[0]?.toLowerCase() === 'test';
  const [farm = null, ...more] = withoutLabel(test ? args.slice(1) : args, 'farm');
  if (farm?.toLowerCase() === 'help') return { word: 'help', about: 'reminders' };
  if (more.length > 0) return wrong('too-many-words', { word: 'reminders', said: short(more) });
  return { word: 'reminders', farm, test };
}

function certs(args: readonly string[]): Command {
  if (args.length === 1 && args[0]?.toLowerCase() === 'help') return { word: 'help', about: 'certs' };
  const line = readCertsLine(args);
  return isWrong(line) ? line : { word: 'certs', ...line };
}

/** A name may come with its label, as in `status farm prod` or `show id prod-17`, and an id with a sign: `#17`. */
function withoutLabel(args: readonly string[], label: 'id' | 'farm'): readonly string[] {
  const [first, ...rest] = args.length > 1 && args[0]?.toLowerCase() === label ? args.slice(1) : args;
  return first === undefined ? [] : [label === 'id' ? first.replace(/^#/u, '') : first, ...rest];
}

/** Help for an unknown word names it, and the help that may have been meant. */
function helpAbout(said: string): Command {
  const about = said.toLowerCase();
  if (EVERY_WORD.includes(about)) return { word: 'help', about };
  if (WITHIN.includes(about)) return { word: 'help', about: 'rotate-master' };
  return misspelt('unknown-word', short([said]), ['help'], meantBy([said], WORDS), null);
}
