import type * as z from 'zod';
import { type DataPath, type FileFinding, shown } from './problem.ts';
import { didYouMean } from './rule.ts';

type Issue = z.core.$ZodIssue;

/** What the schema says about a place: keys that are allowed there, and what its pattern means, in words. */
export interface Hint {
  readonly keys: readonly string[];
  readonly meaning: string | null;
  /** What the keys of a map must look like. */
  readonly keyMeaning: string | null;
}

/** zod's issues as findings: what was found, and what is allowed. */
export function findingsOf(
  issues: readonly Issue[],
  data: unknown,
  hintAt: (path: DataPath) => Hint,
): readonly FileFinding[] {
  return telling(issues).flatMap((issue): readonly FileFinding[] => {
    const path = issue.path as DataPath;
    const found = valueAt(data, path);
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, hintAt(path).keys));
    if (issue.code === 'invalid_key') {
      const allowed = hintAt(path.slice(0, -1)).keyMeaning ?? issue.issues.map(allowedBy).join(', ');
      return [{ path, at: 'key', code: 'KeyNotAllowed', found: shown(path.at(-1)), allowed }];
    }
    if (issue.code === 'custom') {
      const code = typeof issue.params?.code === 'string' ? issue.params.code : 'ValueNotAllowed';
      // The address of a webhook or ping may contain a key.
      const told = issue.params?.secret === true ? 'another one' : shown(found);
      return [{ path, at: 'value', code, found: told, allowed: issue.message }];
    }
    const missing = found === undefined;
    return [
      {
        path,
        at: missing ? 'key' : 'value',
        code: missing ? 'Missing' : 'ValueNotAllowed',
        found: shown(found),
        allowed: hintAt(path).meaning ?? allowedBy(issue),
      },
    ];
  });
}

/** If something is no list, its number of entries does not matter. */
function telling(issues: readonly Issue[]): readonly Issue[] {
  const wrong = new Set(issues.filter(({ code }) => code === 'invalid_type').map(({ path }) => path.join('\n')));
  return issues.filter(({ code, path }) => code === 'invalid_type' || !wrong.has(path.join('\n')));
}

const unknownKey = (path: DataPath, key: string, known: readonly string[]): FileFinding => ({
  path: [...path, key],
  at: 'key',
  code: 'UnknownKey',
  found: shown(key),
  allowed: didYouMean(key, known),
});

function allowedBy(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_WORDS[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.map(String).join(' or ');
    case 'invalid_format':
      return issue.format;
    case 'too_small':
      return `at least ${issue.minimum}${unit(issue.origin, issue.minimum)}`;
    case 'too_big':
      return `at most ${issue.maximum}${unit(issue.origin, issue.maximum)}`;
    case 'invalid_union':
      return issue.errors.flatMap((errors) => errors.map(allowedBy)).join(' or ');
    default:
      return issue.message;
  }
}

const TYPE_WORDS: { readonly [type: string]: string } = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of names to values',
  record: 'a map of names to values',
};

function unit(origin: string, count: number | bigint): string {
  const isOne = Number(count) === 1;
  if (origin === 'string') return isOne ? ' character' : ' characters';
  return origin === 'array' ? (isOne ? ' entry' : ' entries') : '';
}

export function valueAt(data: unknown, path: DataPath): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? (value as { readonly [key: string]: unknown })[part]
        : undefined,
    data,
  );
}
