import { CertopsError } from '../../../src/domain/errors.ts';

/** Byte order marks and direction marks: Hebrew and Arabic Windows put the latter around values. */
const UNSEEN = /[\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * The same marks in a console code page that lacks them, as those of Hebrew and Arabic: each has become a question
 * mark. What stands before one is only looked at where there is one: from every blank of a long row it would take
 * minutes.
 */
const LOST_MARKS = /(?=\?)(?:(?<=[:\uff1a=][ \t]*)\?{1,2}(?=[^\s?])|(?<=[^\s?])\?{1,2}(?=\s*$))/gmu;

/** For tools whose values are recognized by shape, none of which begins or ends with a question mark. */
export const withoutLostMarks = (text: string): string => text.replace(LOST_MARKS, '');

/**
 * Lines without trailing blanks, and without zeros, which no text contains. French and other Windows put U+00A0 or
 * U+202F before a colon.
 */
const indentedLinesOf = (text: string): readonly string[] =>
  text
    .replaceAll('\0', '')
    .replace(UNSEEN, '')
    .replace(/[\u00a0\u202f]/gu, ' ')
    .split(/\r+\n?|\n/u)
    .map((line) => line.trimEnd());

/** The same without the indent that all lines share: it was added by whoever passed the output on. */
export const linesOf = (text: string): readonly string[] => withoutCommonIndent(indentedLinesOf(text));

function withoutCommonIndent(lines: readonly string[]): readonly string[] {
  const indents = lines.flatMap((line) => (line === '' ? [] : [line.search(/\S/u)]));
  const common = indents.reduce((least, indent) => Math.min(least, indent), indents[0] ?? 0);
  return common === 0 ? lines : lines.map((line) => line.slice(common));
}

/** Whether the last line is whole. */
export const endsInLine = (text: string): boolean => indentedLinesOf(text).at(-1) === '';

/** Whether an empty line follows the last one, as netsh and reg end what they list. */
export const endsInEmptyLine = (text: string): boolean =>
  indentedLinesOf(text)
    .slice(-2)
    .every((line, _at, { length }) => line === '' && length === 2);

/** The same without empty lines, of which there may be any number anywhere. */
export const filledLinesOf = (text: string): readonly string[] => linesOf(text).filter((line) => line !== '');

/**
 * `C:\Windows>netsh ...`, `PS C:\> `, `[sqlm01]: PS C:\Users\x> `: prompts in a recorded console session, not a tool's
 * output.
 */
const PROMPT = /^(?:\*[^*]+\* |\[[^\]]+\]: )?(?:PS )?[a-z]:\\[^>]*>/iu;

/** The filled lines that a tool wrote, without prompts before or after them, which may be indented otherwise. */
export const saidLinesOf = (text: string): readonly string[] =>
  withoutCommonIndent(indentedLinesOf(text).filter((line) => line !== '' && !PROMPT.test(line.trimStart())));

/** What follows the last colon (or full-width colon) of a line, trimmed; null when there is no colon. */
export function lastValue(line: string): string | null {
  const at = Math.max(line.lastIndexOf(':'), line.lastIndexOf('：'));
  return at === -1 ? null : line.slice(at + 1).trim();
}

const SHOWN = 600;

/** As much of an output as an error should contain: a person must see what could not be read. */
export function cut(text: string): string {
  const short = text.trim();
  return short.length <= SHOWN ? short : `${short.slice(0, SHOWN)}... (${short.length} characters)`;
}

/** `ToolOutputNotUnderstood`, with the beginning of the output. `why`: a stable word for what is wrong with it. */
export const notUnderstood = (tool: string, why: string, text: string): CertopsError =>
  new CertopsError('ToolOutputNotUnderstood', { tool, why, output: cut(text) });

/**
 * The Windows error number in the output of netsh or sc: at the end of a line, after a colon (`Error: 183`), or before
 * one (`[SC] StartService FAILED 1056:`). The words around it are in any language. null: there is none.
 */
export function errorNumberIn(text: string): number | null {
  // an echoed command line ends in `ipport=0.0.0.0:443`; values of a listing are indented, even without its heading
  const lines = indentedLinesOf(text).filter((line) => !line.includes('=') && !line.startsWith(' '));
  // sc's own line counts before one that something else has put above it
  for (const number of [/^\[SC\].*?\b(\d{1,5})\s*[:\uff1a]?$/u, /[:\uff1a]\s*(\d{1,5})\s*[.\u3002]?$/u]) {
    const [found] = lines.flatMap((line) => number.exec(line)?.[1] ?? []);
    if (found !== undefined) return Number(found);
  }
  return null;
}

/**
 * The same for a sentence of netsh, wherever its language puts the number: when none is found as above, it is the only
 * whole number in the first line.
 */
export function errorNumberSaid(text: string): number | null {
  const told = errorNumberIn(text);
  if (told !== null) return told;
  const first = indentedLinesOf(text).find((line) => line !== '') ?? '';
  if (first.includes('=') || first.startsWith(' ')) return null;
  const numbers = first.match(/(?<![\p{L}\p{N}.:])\d+(?![\p{L}\p{N}]|[.:]\p{N})/gu) ?? [];
  return numbers.length === 1 && numbers[0] !== undefined && numbers[0].length <= 5 ? Number(numbers[0]) : null;
}
