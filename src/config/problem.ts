/** Something that makes a file unusable. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where in the data: `approval.quorum`, `hosts.sqlw01.keys[0]`; '' for the whole file. */
  readonly where: string;
  /** Stable: `UnknownKey`, `QuorumTooHigh` ... */
  readonly code: string;
  readonly found: string;
  readonly allowed: string;
}

/**
 * Escapes characters that a terminal would obey, or that change the displayed order; JSON.stringify leaves some of
 * them.
 */
export const seen = (text: string): string =>
  text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The same for several lines, such as a tool's output. */
export const seenLines = (text: string): string => text.replaceAll('\t', ' ').split(/\r*\n/u).map(seen).join('\n');

/**
 * `farm.yaml:14:13 approval.quorum: found 4; allowed: 1 to 3`. Escaped, because libraries quote what they found as it
 * is.
 */
export const problemLine = ({ file, line, column, where, found, allowed }: Problem): string =>
  seen(`${file}:${line}:${column} ${where === '' ? '' : `${where}: `}found ${found}; allowed: ${allowed}`);

/** `note: farm.yaml:17:11 endpoint: no port is given here, so it is 8391.` */
export const noteLine = ({ file, line, column, where, found }: Problem): string =>
  seen(`note: ${file}:${line}:${column} ${where === '' ? '' : `${where}: `}${found}.`);

export type DataPath = readonly (string | number)[];

/** A problem before its place in the text is known. `at` says whether the key or its value is to blame. */
export interface FileFinding {
  readonly path: DataPath;
  readonly at: 'key' | 'value';
  readonly code: string;
  readonly found: string;
  readonly allowed: string;
}

/** Collects findings; the place is the value unless the key is to blame. */
export type Report = (path: DataPath, code: string, found: string, allowed: string, at?: FileFinding['at']) => void;

/** A place in a file as people write it: `hosts[0].roles`. */
export const pathText = (path: DataPath): string =>
  seen(
    path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`)).join(''),
  );

const LONGEST = 60;

/** A value as an error may show it: one line, short, no control characters. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const text = seen(JSON.stringify(value) ?? String(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text;
}
