import { isNativeError } from 'node:util/types';
import {
  type Alias,
  type Document,
  type ErrorCode,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { type DataPath, type FileFinding, type Problem, pathText } from './problem.ts';

const MOST_ERRORS = 3;

/** A YAML text that knows the place of each value in its data. */
interface YamlText {
  readonly data: unknown;
  readonly problems: readonly Problem[];
  place(finding: FileFinding): Problem;
}

/** Never throws: invalid YAML comes back as problems. Numbers in messages start at 1, as editors count. */
export function readYaml(text: string, file: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error', version: '1.2' });
  const problem = (offset: number, rest: Omit<Problem, 'file' | 'line' | 'column'>): Problem => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { file, line: Math.max(1, line), column: Math.max(1, col), ...rest };
  };
  const place = (finding: FileFinding): Problem => {
    const { path, at, code, found, allowed } = finding;
    return problem(offsetOf(document.contents, path, at), { where: pathText(path), code, found, allowed });
  };
  const problems = telling(document.errors).map(({ pos, code, message }) =>
    problem(
      pos[0],
      code === 'DUPLICATE_KEY' ? twice(nameAt(document, pos[0])) : notYaml(message, wantedFor(code, message)),
    ),
  );
  if (problems.length > 0) return { data: null, problems, place };
  const damaged = damagedIn(document);
  if (damaged !== null) return { data: null, problems: [problem(damaged, NOT_UTF8)], place };
  const prototype = prototypeIn(document);
  if (prototype !== null) return { data: null, problems: [problem(prototype, PROTOTYPE)], place };
  const within = aliasIn(document, (alias, around) => around.includes(alias.resolve(document)));
  if (within !== null) return { data: null, problems: [problem(within, notYaml(WITHIN, WRITTEN_OUT))], place };
  try {
    // Aliases are of no use here, and a few lines of them can expand to gigabytes.
    return { data: document.toJS({ maxAliasCount: 20 }), problems, place };
  } catch (error) {
    const message = isNativeError(error) ? error.message : 'aliases';
    const lost = aliasIn(document, (alias) => alias.resolve(document) === undefined);
    const told = notYaml(message, lost === null ? WRITTEN_OUT : QUOTED_STAR);
    return { data: null, problems: [problem(lost ?? aliasIn(document, () => true) ?? 0, told)], place };
  }
}

/** One missing bracket causes errors in many of the lines after it: the first few are enough. */
function telling(errors: readonly YAMLError[]): readonly YAMLError[] {
  const syntax = errors.filter(({ code }) => code !== 'DUPLICATE_KEY').sort((a, b) => a.pos[0] - b.pos[0]);
  const dropped = syntax.slice(MOST_ERRORS);
  return errors.filter((error) => !dropped.includes(error));
}

/**
 * Place of the first value that was not UTF-8, such as one that a Windows editor saved in its code page: it would stay
 * on cards and in the journal for good. In a comment it does no harm.
 */
function damagedIn(document: Document.Parsed): number | null {
  let found: number | null = null;
  visit(document, {
    Scalar: (_key, { value, range }) => {
      if (typeof value !== 'string' || !value.includes('\ufffd')) return undefined;
      found = range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return found;
}

/** Place of the first such alias; `around` is what it stands in. */
function aliasIn(
  document: Document.Parsed,
  isSuch: (alias: Alias, around: readonly unknown[]) => boolean,
): number | null {
  let found: number | null = null;
  visit(document, {
    Alias: (_key, alias, around) => {
      if (!isSuch(alias, around)) return undefined;
      found = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return found;
}

/** Place of the first name `__proto__`: the schema drops it without a word, and what is below it with it. */
function prototypeIn(document: Document.Parsed): number | null {
  let found: number | null = null;
  visit(document, {
    Pair: (_key, { key }) => {
      if (!isScalar(key) || key.value !== '__proto__') return undefined;
      found = key.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return found;
}

const PROTOTYPE = { where: '', code: 'KeyNotAllowed', found: '"__proto__"', allowed: 'another name' };

const WITHIN = 'an alias inside what it names';

/** Nobody who means a text that begins with `*` has also written what it would name. */
const WRITTEN_OUT = 'each value written out where it belongs, not named by * in many places';

const QUOTED_STAR = "a text that begins with * in '...'";

const NOT_UTF8 = {
  where: '',
  code: 'NotUtf8',
  found: 'an encoding other than UTF-8',
  allowed: 'UTF-8, which editors offer when they save a file',
};

const notYaml = (message: string, allowed = 'YAML 1.2') => ({
  where: '',
  code: 'NotYaml',
  found: `no YAML (${message})`,
  allowed,
});

/** What people who write this mean, in their own terms: the library uses its own. */
const WANTED: { readonly [code in ErrorCode]?: string } = {
  TAB_AS_INDENT: 'spaces, as many as in the lines beside it',
  BAD_DQ_ESCAPE: 'a Windows path in \'...\', where \\ stands for itself; in "..." double each \\',
  MULTILINE_IMPLICIT_KEY: 'name: value on a line of its own, with a space after the colon',
  BLOCK_AS_IMPLICIT_KEY:
    "one name: value per line, the names of one map below each other; text that contains ': ' in '...'",
  BAD_INDENT: 'the names of one map exactly below each other, indented with spaces',
  BAD_SCALAR_START: "text that begins with this character in '...'",
  MISSING_CHAR: 'the character that closes it: one is missing above',
  UNEXPECTED_TOKEN: "nothing more there: look for an extra bracket, and above for a name without ': ' after it",
  MULTIPLE_DOCS: 'one farm per file, and no line with ---',
};

/** The library uses one code for several faults, and tells them apart by text only. */
function wantedFor(code: ErrorCode, message: string): string | undefined {
  if (message.startsWith('Flow ')) return 'the ] or } that closes what was opened: look for it in the lines above';
  return message.startsWith('Implicit ') ? WANTED.MULTILINE_IMPLICIT_KEY : WANTED[code];
}

/** The name that stands there, without the quotation marks that it may be written in. */
function nameAt(document: Document.Parsed, offset: number): string {
  let name = '';
  visit(document, {
    Pair: (_key, { key }) => {
      if (!isScalar(key) || key.range?.[0] !== offset) return undefined;
      name = String(key.value);
      return visit.BREAK;
    },
  });
  return name;
}

const twice = (name: string) => ({
  where: '',
  code: 'KeyTwice',
  found: `${JSON.stringify(name)} a second time`,
  allowed: 'each name once',
});

/** The place at fault: the value (or its key) if it is there, else the nearest existing thing around it. */
function offsetOf(root: ParsedNode | null, path: DataPath, at: FileFinding['at']): number {
  let node: Node | null = root;
  let offset = root?.range?.[0] ?? 0;
  for (const [index, part] of path.entries()) {
    const inside = isMap(node) ? named(node, part) : numbered(node, part);
    if (inside === null) return offset;
    const { key, value } = inside;
    if (key !== undefined && at === 'key' && index === path.length - 1) return key;
    node = value;
    offset = (isScalar(value) && value.value === null ? key : value?.range?.[0]) ?? key ?? offset;
  }
  return offset;
}

/** `key`: the place of its name; in a list, of the item itself. */
interface Inside {
  readonly key: number | undefined;
  readonly value: Node | null;
}

function named({ items }: YAMLMap, part: DataPath[number]): Inside | null {
  const pair = items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
  if (pair === undefined) return null;
  return { key: isNode(pair.key) ? pair.key.range?.[0] : undefined, value: isNode(pair.value) ? pair.value : null };
}

function numbered(node: Node | null, part: DataPath[number]): Inside | null {
  const item: unknown = node !== null && 'items' in node && Array.isArray(node.items) ? node.items[Number(part)] : null;
  return isNode(item) ? { key: item.range?.[0], value: item } : null;
}
