import { readLine } from './typed-line.ts';
import { type Taken, takeAt, takeNow, takeTicket, whenWords } from './when-words.ts';
import { plainWish, type RotationKind, type Wish } from './wish.ts';
import { isWrong, short, type Wrong, wrong } from './wrong-words.ts';

/** What the words of a request say; the reason stands behind them and is not read here. */
export interface RequestLine {
  readonly farm: string | null;
  readonly wish: Wish;
  /** When, as it was typed behind `at`: it is read by the clock of whoever typed it. */
  readonly at?: string;
  /** `plan`: asks nobody and changes nothing. */
  readonly dry: boolean;
}

/** Kinds of rotation that can be asked for. */
export const REQUEST_WORDS = ['rotate-master'] as const satisfies readonly RotationKind[];

/** The word that a line begins with, and what stands behind it. A word of two parts may be typed as two: `rotate master`. */
export function requestWord([first = '', ...behind]: readonly string[]): {
  readonly kind: RotationKind;
  readonly args: readonly string[];
} | null {
  const find = (word: string): RotationKind | undefined => REQUEST_WORDS.find((kind) => kind === word.toLowerCase());
  const one = find(first);
  if (one !== undefined) return { kind: one, args: behind };
  const two = find(`${first}-${behind[0] ?? ''}`);
  return two === undefined ? null : { kind: two, args: behind.slice(1) };
}

/** What a button or a form keeps of a request, read as if it were typed. */
export function readRequest(text: string): RequestLine | Wrong {
  const { words } = readLine(text);
  const asked = requestWord(words);
  return asked === null
    ? wrong('unknown-word', { said: short(words), nearest: '' })
    : readRequestLine(asked.kind, asked.args);
}

/** The words that ask for this: what `readRequest` reads again. Farm and reason travel beside them. */
export const requestWords = ({ kind, ticket, when }: Wish): string =>
  [kind, ...whenWords(when), ...(ticket === null ? [] : [`ticket ${ticket}`])].join(' ');

/** Takes a word and what belongs to it off the line. `taken`: how many words behind it. */
type Take = (line: RequestLine, behind: readonly string[]) => Taken | Wrong;

/** Words that may stand anywhere in a request, with dashes before them or without. */
const MODIFIERS: { readonly [word: string]: Take } = {
  plan: (line) => ({ line: { ...line, dry: true }, taken: 0 }),
  in: (line, behind) => named(line, behind),
  farm: (line, behind) => named(line, behind),
  at: (line, behind) => takeAt(line, behind, (word) => Object.hasOwn(MODIFIERS, word.toLowerCase())),
  now: (line) => takeNow(line),
  ticket: (line, behind) => takeTicket(line, behind),
};

/** `rotate-master [farm] [FARM] [in FARM] [at TIME | now] [ticket TICKET] [plan]`, in any order: what is a flag elsewhere is a word here. */
export function readRequestLine(kind: RotationKind, words: readonly string[]): RequestLine | Wrong {
  let line: RequestLine = { farm: null, wish: plainWish(kind), dry: false };
  for (let at = 0; at < words.length; at += 1) {
    const behind = words.slice(at + 1);
    const take = takeOf(line, words[at] ?? '', behind);
    const next = take === null ? positional(line, words.slice(at)) : take(line, behind);
    if (isWrong(next)) return next;
    line = next.line;
    at += next.taken;
  }
  return line;
}

/** A farm may be called like one of our words: what stands behind `farm` is a name, and so is a word with nothing behind it. */
function takeOf({ farm }: RequestLine, raw: string, behind: readonly string[]): Take | null {
  const word = raw.toLowerCase();
  const namesFarm = word === 'in' || word === 'farm';
  if (!Object.hasOwn(MODIFIERS, word) || (namesFarm && (behind.length === 0 || farm !== null))) return null;
  return MODIFIERS[word] ?? null;
}

function named(line: RequestLine, [first, second]: readonly string[]): Taken {
  const isLabel = first?.toLowerCase() === 'farm' && second !== undefined;
  return { line: { ...line, farm: (isLabel ? second : first) ?? null }, taken: isLabel ? 2 : 1 };
}

/** What stands alone is the farm. */
function positional(line: RequestLine, words: readonly string[]): Taken | Wrong {
  if (line.farm !== null) return wrong('too-many-words', { word: line.wish.kind, said: short(words) });
  return { line: { ...line, farm: words[0] ?? null }, taken: 0 };
}
