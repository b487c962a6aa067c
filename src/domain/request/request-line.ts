import { ALL as EVERY_WORKER } from '../farm/reserved-names.ts';
import { plainWish, ROTATION_KINDS, type RotationKind, type Wish } from '../plan/wish.ts';
import { type HostName, parseHostName } from '../values.ts';
import { compromisedWords, takeCompromised, wholeCompromised } from './compromised-word.ts';
import { leaveWords, takeLeave } from './leave-words.ts';
import { apartNames, isJoint } from './name-list.ts';
import { takeId, wholeRollback } from './rollback-words.ts';
import type { RequestLine, Taken } from './taken.ts';
import { apart, readLine } from './typed-line.ts';
import { takeUse } from './use-words.ts';
import { takeAt, takeNow, takeTicket, whenWords } from './when-words.ts';
import { wordMeant } from './word-meant.ts';
import { isWrong, short, type Wrong, wrong } from './wrong-words.ts';

/** A rotation is requested by the name of its kind. */
export const REQUEST_WORDS = ROTATION_KINDS;

/** The word at the start of a line, and what follows it. A hyphenated word may be typed as two: `rotate master`. */
export function requestWord([first = '', ...behind]: readonly string[]): {
  readonly kind: RotationKind;
  readonly args: readonly string[];
} | null {
  const find = (word: string): RotationKind | undefined => REQUEST_WORDS.find((kind) => kind === word.toLowerCase());
  const one = find(first);
  if (one !== undefined) return { kind: one, args: behind };
  const [second = '', ...args] = apart(behind);
  const two = find(`${first}-${second}`);
  return two === undefined ? null : { kind: two, args };
}

/** A request kept in a button or form, read as if it were typed. */
export function readRequest(text: string): RequestLine | Wrong {
  const line = readLine(text);
  if (isWrong(line)) return line;
  const asked = requestWord(line.words);
  return asked === null
    ? wrong('unknown-word', { said: short(line.words), nearest: '' })
    : readRequestLine(asked.kind, asked.args);
}

/** The words that request this, readable by `readRequest`. Farm and reason travel separately. */
export const requestWords = (wish: Wish): string =>
  [
    ...(wish.of === null ? [wish.kind, ...about(wish)] : ['rollback', wish.of]),
    ...(wish.use === null || wish.of !== null ? [] : [`use ${wish.use}`]),
    ...compromisedWords(wish.compromised),
    ...leaveWords(wish.leaveBehind),
    ...whenWords(wish.when),
    ...(wish.ticket === null ? [] : [`ticket ${wish.ticket}`]),
  ].join(' ');

function about({ kind, workers }: Wish): readonly string[] {
  if (!namesWorkers(kind)) return [];
  return workers.length === 0 ? [ALL] : workers;
}

/** Takes a word and what belongs to it off the line. `taken`: how many of the following words. */
type Take = (line: RequestLine, behind: readonly string[]) => Taken | Wrong;

/** Words that may appear anywhere in a request, with or without leading dashes. */
const MODIFIERS: { readonly [word: string]: Take } = {
  plan: (line) => ({ line: { ...line, dry: true }, taken: 0 }),
  in: (line, behind) => named(line, behind),
  farm: (line, behind) => named(line, behind),
  at: (line, behind) => takeAt(line, behind, (word) => Object.hasOwn(MODIFIERS, (halves(word)[0] ?? '').toLowerCase())),
  now: (line) => takeNow(line),
  ticket: (line, behind) => takeTicket(line, behind),
  use: (line, behind) => takeUse(line, behind),
  compromised: (line) => takeCompromised(line),
  leave: (line, behind) => takeLeave(line, behind, 1),
  'leave-behind': (line, behind) => takeLeave(line, behind, 0),
};

/**
 * `rotate-master [farm] [FARM] [in FARM] [use THUMBPRINT] [at TIME | now] [ticket TICKET] [compromised] [leave behind
 * NAME]... [plan]`, `rotate-worker WORKER... | all [in FARM] ...`, `reconnect WORKER... [in FARM] ...`, `rollback ID
 * ...`, in any order: what is a flag elsewhere is a word here.
 */
export function readRequestLine(kind: RotationKind, typed: readonly string[]): RequestLine | Wrong {
  const words = [...typed];
  let line: RequestLine = { farm: null, wish: plainWish(kind), dry: false };
  for (let at = 0; at < words.length; at += 1) {
    words.splice(at, 1, ...halves(words[at] ?? ''));
    const behind = words.slice(at + 1);
    const take = takeOf(words[at] ?? '', behind);
    const next = take === null ? positional(line, words.slice(at)) : take(line, behind);
    if (isWrong(next)) return next;
    line = next.line;
    at += next.taken;
  }
  return whole(wholeCompromised(line));
}

/** `farm:prod`, where one of our words may appear. Values are left whole: a ticket may look like this. */
const halves = (word: string): readonly string[] =>
  /^(in|farm|at|ticket|use)[:=](.+)$/iu.exec(word)?.slice(1) ?? [word];

/** Machines must be named, or `all`: never guessed. */
function whole(line: RequestLine): RequestLine | Wrong {
  const { kind, workers } = line.wish;
  if (kind === 'rollback') return wholeRollback(line);
  if (!namesWorkers(kind)) return line;
  // Nobody wants to reconnect all of them: most are in line and need no restart.
  const isAll = kind === 'reconnect' && workers.includes(ALL);
  if (workers.length === 0 || isAll)
    return wrong(kind === 'reconnect' ? 'reconnect-whom' : 'which-workers', { word: kind });
  if (!workers.includes(ALL)) return line;
  if (workers.length > 1) return wrong('all-or-some', { word: kind });
  // It cuts them all off at once: whoever wants that has to name them.
  if (line.wish.compromised) return wrong('compromised-all', { word: kind });
  return { ...line, wish: { ...line.wish, workers: [] } };
}

const ALL = EVERY_WORKER as HostName;

const namesWorkers = (kind: RotationKind): boolean => kind === 'rotate-worker' || kind === 'reconnect';

/**
 * A farm may be named like one of our words: what follows `farm` is a name, and so is `in` or `farm` with nothing after
 * it.
 */
function takeOf(raw: string, behind: readonly string[]): Take | null {
  const word = raw.toLowerCase();
  const namesFarm = word === 'in' || word === 'farm';
  if (!Object.hasOwn(MODIFIERS, word) || (namesFarm && behind.length === 0)) return null;
  if (word === 'leave' && behind[0]?.toLowerCase() !== 'behind') return null;
  return MODIFIERS[word] ?? null;
}

function named(line: RequestLine, [first, second]: readonly string[]): Taken | Wrong {
  if (line.farm !== null) return wrong('too-many-words', { word: line.wish.kind, said: short([first ?? '']) });
  const isLabel = first?.toLowerCase() === 'farm' && second !== undefined;
  return { line: { ...line, farm: (isLabel ? second : first) ?? null }, taken: isLabel ? 2 : 1 };
}

/** A word on its own is a worker if the request names workers, else the farm. */
function positional(line: RequestLine, words: readonly string[]): Taken | Wrong {
  const [said = ''] = words;
  if (line.wish.kind === 'rollback') return takeId(line, words);
  if (!namesWorkers(line.wish.kind)) {
    if (line.farm !== null) {
      const meant = (one: string): string => wordMeant(one, line.wish.kind);
      const judged = [said, line.farm].find((one) => meant(one) !== '');
      const near = judged === undefined ? {} : { near: meant(judged), judged: short([judged]) };
      return wrong('too-many-words', { word: line.wish.kind, said: short(words), ...near });
    }
    return { line: { ...line, farm: said }, taken: 0 };
  }
  if (isJoint(said, line.wish.workers.length === 0, words[1])) return { line, taken: 0 };
  const names = apartNames(said);
  const hosts = names.flatMap((name) => parseHostName(name) ?? []);
  if (hosts.length === 0 || hosts.length < names.length) return wrong('not-a-machine', { said: short([said]) });
  const workers = [...new Set([...line.wish.workers, ...hosts])];
  return { line: { ...line, wish: { ...line.wish, workers } }, taken: 0 };
}
