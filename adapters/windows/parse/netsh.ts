import type { SslBinding } from '../../../src/domain/machine/host-facts.ts';
import { parseThumbprint, type Thumbprint } from '../../../src/domain/values.ts';
import { lastValue, notUnderstood, saidLinesOf, withoutLostMarks } from './text.ts';

/**
 * A binding as `netsh http show sslcert` shows it. Its flags are not read here: their lines differ in order and
 * wording.
 */
export interface ShownBinding {
  readonly key: string;
  readonly kind: SslBinding['kind'];
  readonly port: number;
  readonly thumbprint: Thumbprint;
  readonly appId: string;
  readonly store: string;
  readonly extended: SslBinding['extended'];
}

interface ShownBindings {
  readonly bindings: readonly ShownBinding[];
  /**
   * Bindings of other kinds (central certificate store) and unreadable ones, by port (null: not even that is known).
   */
  readonly unread: readonly { readonly port: number | null; readonly lines: string }[];
  /**
   * Set only when nothing at all is listed: `none` for a heading with nothing below it; `perhaps` for a sentence there,
   * which may say that there are none or that they could not be read. The other reader has to decide.
   */
  readonly empty: 'none' | 'perhaps' | null;
}

const GUID = /^\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/iu;
const KEY = /(?:^|[\s:\uff1a])((\[[0-9a-f:.%]+\]|[^\s:\uff1a=[\]]+):(\d{1,5}))$/iu;
/** A key comes after its label's colon; in `Receive Window:65535` no colon precedes what looks like one. */
const LABELLED = /[:\uff1a]\s*[^\s:\uff1a]+:\d{1,5}$/u;

/**
 * Reads `netsh http show sslcert` in any language. Each binding has a line whose value is its application's GUID; the
 * hash is on the line above it, the key above that, the store name below. Throws `ToolOutputNotUnderstood` when lines
 * that can only belong to a binding fit into none.
 */
export function parseSslBindings(text: string): ShownBindings {
  const lines = fromHeading(saidLinesOf(withoutLostMarks(text)));
  const ids = lines.flatMap((_, index) => (isAppId(lines, index) ? [index] : []));
  const starts = ids.map((id) => id - 2);
  const bindings: ShownBinding[] = [];
  const unread: { port: number | null; lines: string }[] = [];
  for (const [number, id] of ids.entries()) {
    const block = lines.slice(Math.max(starts[number] ?? 0, 0), starts[number + 1] ?? lines.length);
    const read = id < 2 ? null : readBinding(block);
    if (read !== null) bindings.push(read);
    else unread.push({ port: portIn(block[0] ?? ''), lines: block.join('\n') });
  }
  const owned = new Set(starts.flatMap((start) => [start, start + 1]));
  const stray = lines.findIndex((_, index) => !owned.has(index) && isStray(lines, index));
  if (stray !== -1) throw notUnderstood('netsh', 'a binding is cut off', lines.slice(stray, stray + 12).join('\n'));
  return { bindings, unread, empty: ids.length > 0 ? null : emptiness(lines, text) };
}

const DASHES = /^\s*-{5,}$/u;

/** Drops what others have put above the list: a binding's lines are indented. */
function fromHeading(lines: readonly string[]): readonly string[] {
  const dashes = lines.findIndex((line) => DASHES.test(line));
  return lines.filter((line, at) => at >= dashes || /^\s/u.test(line));
}

/** Parameter names in `netsh http add sslcert help`; not localized. Throws when `certhash` is not among them. */
export function parseSslParameters(text: string): readonly string[] {
  const names = [...text.matchAll(/(?:^|[\s[|])([a-z][a-z0-9]{2,60})=/gu)].map((found) => found[1] ?? '');
  if (!names.includes('certhash')) throw notUnderstood('netsh', 'no list of parameters', text);
  return [...new Set(names)].sort();
}

function readBinding(block: readonly string[]): ShownBinding | null {
  const [keyLine = '', hashLine = '', idLine = '', storeLine] = block;
  const key = KEY.exec(keyLine);
  const thumbprint = hashIn(hashLine);
  const store = storeLine === undefined ? null : lastValue(storeLine);
  const port = portIn(keyLine);
  if (key?.[1] === undefined || key[2] === undefined || thumbprint === null || store === null || port === null)
    return null;
  return {
    key: key[1],
    kind: isAddress(key[2]) ? 'ipport' : 'hostnameport',
    port,
    thumbprint,
    appId: (lastValue(idLine) ?? '').toLowerCase(),
    store: store === '(null)' ? '' : store,
    extended: extendedIn(block.slice(4)),
  };
}

const EXTENDED: { readonly [property: number]: readonly string[] } = {
  0: ['receivewindow'],
  1: ['maxsettingsperframe', 'maxsettingsperminute'],
};

/**
 * A heading without a value, the property's number, then its values. Values that cannot be put back, or are no numbers,
 * get a name that nothing accepts; unset ones need none.
 */
function extendedIn(lines: readonly string[]): SslBinding['extended'] {
  const found: { [property: string]: string } = {};
  for (let at = 0; at < lines.length; at += 1) {
    const id = lastValue(lines[at] ?? '') === '' ? numberIn(lines[at + 1]) : null;
    if (id === null) continue;
    for (let value = at + 2; lastValue(lines[value] ?? ''); value += 1) {
      const name = EXTENDED[Number(id)]?.[value - at - 2];
      if (isUnset(lastValue(lines[value] ?? '') ?? '', name)) continue;
      const number = numberIn(lines[value]);
      if (number !== null && name !== undefined) found[name] = number;
      else found[`property${id}.${value - at - 2}`] = number ?? lastValue(lines[value] ?? '') ?? '';
    }
  }
  return found;
}

/** In any language: a property that should have a number and shows only a word is not set. */
const isUnset = (value: string, name: string | undefined): boolean =>
  /^(?:not set|\(null\))$/iu.test(value) || (name !== undefined && !/\p{N}/u.test(value));

const numberIn = (line: string | undefined): string | null => {
  const value = line === undefined ? null : lastValue(line);
  return value !== null && /^\d{1,20}$/u.test(value) ? value : null;
};

/**
 * A trust list (Ctl Identifier) may be named by a GUID too, but it is below flags and times, not below a key and a
 * hash.
 */
function isAppId(lines: readonly string[], index: number): boolean {
  if (!GUID.test(lastValue(lines[index] ?? '') ?? '')) return false;
  const above = lines[index - 1] ?? '';
  if (hashIn(above) !== null || lastValue(above) === '(null)') return true;
  return numberIn(above) === null && portIn(lines[index - 2] ?? '') !== null;
}

const isAddress = (host: string): boolean => host.startsWith('[') || /^\d{1,3}(?:\.\d{1,3}){3}$/u.test(host);

function hashIn(line: string): Thumbprint | null {
  const value = lastValue(line) ?? '';
  return /^(?:[0-9a-f]{2} ?){20}$/iu.test(value) ? parseThumbprint(value) : null;
}

function portIn(keyLine: string): number | null {
  const port = Number(KEY.exec(keyLine)?.[3] ?? numberIn(keyLine) ?? Number.NaN);
  return port >= 1 && port <= 65_535 ? port : null;
}

/** A hash or a key outside every block: the output broke off before the application id, or is not what we expect. */
function isStray(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? '';
  if (hashIn(line) !== null) return true;
  const host = KEY.exec(line)?.[2];
  if (host === undefined || portIn(line) === null) return false;
  const next = lines[index + 1] ?? '';
  if (isAddress(host) || hashIn(next) !== null) return true;
  if (!LABELLED.test(line)) return false;
  // newer Windows lists properties without a value, each below a heading of its own
  const isEmptyProperty = lastValue(lines[index - 1] ?? '') === '';
  const isLast = index === lines.length - 1 && !isEmptyProperty;
  return isLast || GUID.test(lastValue(next) ?? '');
}

/** A sentence of netsh below its heading: nothing that looks like a line of a binding. */
const isSentence = (lines: readonly string[]): boolean =>
  lines.length <= 2 && lines.every((line) => !/[:\uff1a=]/u.test(line));

function emptiness(lines: readonly string[], text: string): 'none' | 'perhaps' {
  const dashes = lines.findIndex((line) => DASHES.test(line));
  if (dashes !== -1 && dashes === lines.length - 1) return 'none';
  // without its heading the list was not even started: no answer
  if (dashes !== -1 && isSentence(lines.slice(dashes + 1))) return 'perhaps';
  throw notUnderstood('netsh', 'neither bindings nor a word that there are none', text);
}
