import { CertopsError } from '../../../src/domain/errors.ts';
import { parseThumbprint, type Thumbprint } from '../../../src/domain/values.ts';
import { lastValue, saidLinesOf, withoutLostMarks } from './text.ts';

/** What `certutil -store` says about one certificate. The certificate itself is read from its DER. */
export interface StoreEntry {
  readonly thumbprint: Thumbprint;
  /** null: the lines are not where they are expected; read the certificate. */
  readonly selfIssued: boolean | null;
  /**
   * 'unreadable': a key is named, but it is gone, or is another certificate's, or the caller may not open it ("Missing
   * stored keyset"). 'untold': a key is named, but the line is missing that some tools print for a key that could be
   * opened and older ones leave out.
   */
  readonly privateKey: 'yes' | 'no' | 'unreadable' | 'untold';
  /** What `-delkey` takes. */
  readonly container: string | null;
  /** Name of the file that holds the key: 32 hexadecimal digits, `_`, machine GUID. */
  readonly keyFile: string | null;
  readonly provider: string | null;
}

/** A certificate's heading has a number; one without a number, as `Begin force NCrypt`, is only about its key. */
const HEADER = /^\W{0,2}={4,} .*\p{Nd}.* ={4,}\W{0,2}$/u;
const MISSING = /Missing stored keyset/iu;
/**
 * Only these two tests count: newer tools first try another encryption, which fails for any certificate that may only
 * sign: `AES256+RSAES_OAEP(RSA:CNG) test FAILED: ...`.
 */
const PASSED = /^(?:Encryption|Signature) test passed\b/u;
const FAILED = /\bFAILED\b|\b0x8[0-9a-fA-F]{7}\b/u;
/**
 * Newer tools also say what they test with, `Microsoft Software Key Storage Provider: KeySpec=1`: nothing about the
 * key.
 */
const TRIED_WITH = /: KeySpec=\d/u;
/** Only keys that may not encrypt are tested so, and without signing nobody can present their certificate. */
const SIGNS_NOT = /^Signature test FAILED\b/u;
/** A hash of another kind may follow: `Cert Hash(sha256): ...` says nothing about the key either. */
const OTHER_HASH = /[:\uff1a]\s*(?:[0-9a-f]{2} ?){20,}$/iu;
/** Below such a line CNG's view of the key is listed once more, its provider included. */
const ONCE_MORE = /^={4,} /u;
/**
 * `ERROR: Certificate public key does NOT match stored keyset`; other languages write their word for ERROR in capitals
 * too. A line that names the call, `CertUtil: -store ...`, is no error.
 */
const NOT_ITS_KEY = /\bdoes NOT match\b/u;
const ERROR = /^(?:\p{Lu}+|\p{Lo}[\p{Lo}\p{Lm}]*) ?[:\uff1a](?! ?-)/u;
/** A store may also hold lists of revoked or trusted certificates, which have a hash, dates and an issuer too. */
const LIST = /= (?:CRL|CTL|LCR) \d+ =/u;
/** French puts a non-breaking space before the colon, which becomes some letter in the wrong code page. */
const HASH = /[(\uff08]sha1[)\uff09][^:\uff1a]{0,4}[:\uff1a]/iu;
const ASSIGNED = /^[^=:]+=\s*(.*)$/u;
const OTHER = /^[^=:\uff1a]+[:\uff1a]\s*(\S.*)$/u;
const KEY_FILE = /^[0-9a-f]{32}_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

/**
 * Reads the output of `certutil -store` in any language: labels are localized, and may be garbled by a code page that
 * is not the console's, so each value is recognized by its place and shape. A block without a hash throws
 * `CertutilUnreadable`: it is never "no certificate".
 */
export function parseStore(text: string): readonly StoreEntry[] {
  const blocks: string[][] = [];
  const above: string[] = [];
  for (const line of saidLinesOf(withoutLostMarks(text))) {
    if (HEADER.test(line.trim())) blocks.push([line]);
    else (blocks.at(-1) ?? above).push(line);
  }
  // the first heading was not recognized: its certificate would be lost
  if (blocks.length > 0 && above.some((line) => HASH.test(line))) throw unreadable('', above);
  return blocks.flatMap(([header = '', ...lines]) => (isList(header, lines) ? [] : [readBlock(header, lines)]));
}

/** Every recorded language begins it with the name of the tool, which is not translated. */
const END = /^\W{0,2}CertUtil\b/u;

/**
 * Whether a listing has the tool's own final line: one that was cut off behind a certificate looks like a whole one,
 * and what it lacks is not absent.
 */
export function isWhole(text: string): boolean {
  const lines = saidLinesOf(withoutLostMarks(text));
  return lines.findLastIndex((line) => END.test(line)) > lines.findLastIndex((line) => HEADER.test(line.trim()));
}

/** Whether a whole listing in which no certificate was found really has none: there is no hash in it either. */
export const isWholeAndEmpty = (text: string): boolean =>
  isWhole(text) && !saidLinesOf(withoutLostMarks(text)).some((line) => HASH.test(line));

/**
 * A list has only its issuer above its dates, while a certificate has its serial number above that. The issuer is not
 * indented: where everything is, a serial number may look like a date.
 */
const isList = (header: string, [issuer = '', ...below]: readonly string[]): boolean =>
  LIST.test(header) || (/^\S/u.test(issuer) && firstDate(below) === 0);

/**
 * Each certificate once, with its key if one of its blocks names one: a store is shown together with what Group Policy,
 * the enterprise and Windows' own list add to it, so the same certificate may occur several times. Two keys stay two
 * entries.
 */
export function distinct(entries: readonly StoreEntry[]): readonly StoreEntry[] {
  const keyed = entries.filter(({ privateKey }) => privateKey !== 'no');
  const named = new Set(keyed.map(({ thumbprint }) => thumbprint));
  return entries.filter((entry, at) => {
    if (entry.privateKey !== 'no') return true;
    return !named.has(entry.thumbprint) && entries.findIndex((one) => one.thumbprint === entry.thumbprint) === at;
  });
}

function readBlock(header: string, lines: readonly string[]): StoreEntry {
  // the last match: a name may contain such words too, but names are above the hash or indented below it
  const at = lines.findLastIndex((line) => /^\S/u.test(line) && HASH.test(line));
  const thumbprint = parseThumbprint(lastValue(lines[at] ?? '') ?? '');
  if (thumbprint === null || isOfTwo(lines.slice(0, at))) throw unreadable(header, lines);
  const below = indented(lines.slice(at + 1));
  // something is always said about the key, even that there is none
  if (below.length === 0) throw unreadable(header, lines);
  const end = below.findIndex((line) => ONCE_MORE.test(line));
  const key = readKey(unbroken(end === -1 ? below : below.slice(0, end)));
  if (key === null) throw unreadable(header, lines);
  return { thumbprint, selfIssued: isSelfIssued(lines.slice(0, at)), ...key };
}

const unreadable = (header: string, lines: readonly string[]): CertopsError =>
  new CertopsError('CertutilUnreadable', { output: [header, ...lines].join('\n').slice(0, 1000) });

/** Restores the indent of the key's names: leading blanks get lost where people pass an output on. */
function indented(lines: readonly string[]): readonly string[] {
  const provider = lines.findLastIndex((line) => /^[^=:]+ = /u.test(line));
  if (provider === -1 || lines.some((line) => /^\s/u.test(line))) return lines;
  const first = lines.findIndex((line) => ASSIGNED.test(line));
  // for a key that was only found, its names are below the provider
  const end = lines.findIndex((line, at) => at > provider && !(first === provider && OTHER.test(line)));
  return lines.map((line, at) => (at >= first && (end === -1 || at < end) ? ` ${line}` : line));
}

/** The names of a key are indented. */
const NAME = /^\s+\S/u;
/** The rest of a name. What the tool finds wrong with a key contains blanks, a colon, or letters of some language. */
const REST = /^[!-9;-~]+$/u;
/** Chinese, Japanese and Korean characters are two console cells wide. */
const cellsOf = (line: string): number => line.replace(/[\u1100-\uffdc]/gu, '  ').length;

/** Rejoins names that a narrow console has wrapped: the rest is right below a line of the greatest width. */
function unbroken(lines: readonly string[]): readonly string[] {
  const width = Math.max(...lines.map(cellsOf));
  const found: string[] = [];
  for (const [at, line] of lines.entries()) {
    const above = found.at(-1) ?? '';
    const isRest = REST.test(line) && cellsOf(lines[at - 1] ?? '') === width && /^\s/u.test(above);
    if (isRest) found[found.length - 1] = `${above}${line}`;
    else found.push(line);
  }
  return found;
}

/**
 * Whether a heading in between was missed: there is a hash above, followed by dates, but not right below it. With dates
 * right below, it is only an issuer whose name looks like a hash line.
 */
const isOfTwo = (above: readonly string[]): boolean =>
  above.some((line, at) => HASH.test(line) && firstDate(above.slice(at + 1)) > 0);

/**
 * The key's lines are the indented ones below the hash: ` <container> = X`, then, when the key could be opened, mostly
 * ` <other name>: Y`, then ` <provider> = Z`. For a legacy provider X is mostly the file and Y the container; for CNG
 * the other way round. Below them, in some language, is how the key was tested: only for a key that was opened can
 * there be both a line on whether it may be exported and one on the result. Failure is recognized in English or by an
 * error number: in other languages such a key passes for a usable one.
 *
 * A certificate may name no key although the tool finds its key on the machine, say of the same certificate in another
 * store: then the provider comes first, with both names below it. Nothing that is given this certificate finds the key,
 * HTTP.SYS included.
 *
 * null: it breaks off within the names, or what is indented is none, for what is said of no key is not.
 */
function readKey(lines: readonly string[]): Omit<StoreEntry, 'thumbprint' | 'selfIssued'> | null {
  const own = lines.filter((line) => NAME.test(line));
  // a container without a name still has its line
  const assigned = own.flatMap((line) => ASSIGNED.exec(line)?.[1] ?? []);
  // lines below the provider are what the tool finds wrong with the key
  const last = own.findLastIndex((line) => ASSIGNED.test(line));
  const other = own.slice(0, last < 1 ? undefined : last).flatMap((line) => OTHER.exec(line)?.[1] ?? [])[0] ?? null;
  const isFoundOnly = last === 0 && own.filter((line) => OTHER.test(line)).length > 1;
  const first = assigned[0] ?? null;
  const provider = assigned[1] ?? null;
  // even an empty provider has its line, and below the names something is always said about the key
  const isCut =
    provider === null &&
    !isFoundOnly &&
    toldOf(lines.slice(lines.findLastIndex((line) => NAME.test(line)) + 1)).length === 0;
  if (own.length > 0 && (isCut || (first === null && other === null))) return null;
  if (isFoundOnly || own.length === 0) return { privateKey: 'no', container: null, keyFile: null, provider: null };
  // without the key's names: removing this certificate must not take away another one's key
  if (isOfAnother(lines, other)) return { privateKey: 'unreadable', container: null, keyFile: null, provider };
  const privateKey = other === null ? trialOf(lines) : signsNot(lines) ? 'unreadable' : 'yes';
  if (first !== null && KEY_FILE.test(first)) return { privateKey, container: named(other), keyFile: first, provider };
  return {
    privateKey,
    container: named(first),
    keyFile: other !== null && KEY_FILE.test(other) ? other : null,
    provider,
  };
}

/** A nameless container is shown as `(null)`, or as nothing. */
const named = (container: string | null): string | null =>
  container === '' || container === '(null)' ? null : container;

/** A key that could be opened is then tested, unless it turns out to be the wrong one: an error is printed instead. */
const isOfAnother = (lines: readonly string[], opened: string | null): boolean =>
  toldOf(lines).some((line) => NOT_ITS_KEY.test(line) || (opened !== null && ERROR.test(line)));

function trialOf(lines: readonly string[]): StoreEntry['privateKey'] {
  if (lines.some((line) => MISSING.test(line))) return 'unreadable';
  const told = toldOf(lines);
  if (told.some((line) => PASSED.test(line))) return 'yes';
  return told.length > 1 && !told.some((line) => FAILED.test(line)) ? 'yes' : 'untold';
}

function signsNot(lines: readonly string[]): boolean {
  const told = toldOf(lines);
  return told.some((line) => SIGNS_NOT.test(line)) && !told.some((line) => PASSED.test(line));
}

/** What is said about a key below its names. */
const toldOf = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => /^\S/u.test(line) && ![TRIED_WITH, OTHER_HASH, /^CertUtil: /u].some((not) => not.test(line)));

/** Letters that the console's code page lacks: each has become a question mark, and some of those were taken away. */
const LOST = /\?|=\s*(?:,|$)/u;

/**
 * The issuer is the line above the two dates, the subject the line below them; only the dates are indented. null: not
 * told, as where letters of both were lost, so that names only look the same.
 */
function isSelfIssued(lines: readonly string[]): boolean | null {
  const dates = firstDate(lines);
  const [issuer, subject] = [lines[dates - 1], lines[dates + 2]].map((line) => afterFirstColon(line ?? ''));
  if (dates < 1 || !issuer || !subject) return null;
  return issuer === subject && LOST.test(issuer) ? null : issuer === subject;
}

const firstDate = (lines: readonly string[]): number =>
  lines.findIndex((line, at) => isDate(line) && isDate(lines[at + 1] ?? ''));

/** In any order, with names of months, and with the marks that right-to-left languages put around them. */
const isDate = (line: string): boolean => /^\s+\S[^:\uff1a]*[:\uff1a].*\p{Nd}/u.test(line);
const afterFirstColon = (line: string): string | null => /^[^:\uff1a]*[:\uff1a](.*)$/u.exec(line)?.[1]?.trim() ?? null;

/**
 * NTE_NOT_FOUND, CRYPT_E_NOT_FOUND: nothing in that store matches the token. The exit code may be only its last byte.
 * When a certificate is listed this is not the answer: testing its key may fail with the same number.
 */
export const saysNotFound = (code: number, text: string): boolean =>
  code !== 0 &&
  !saidLinesOf(withoutLostMarks(text)).some((line) => HEADER.test(line.trim())) &&
  (code >>> 0 === 0x8009_0011 || code >>> 0 === 0x8009_2004 || /0x8009(?:0011|2004)\b/u.test(text));
