import type { CardView } from '../../src/domain/views/view.ts';

export type Path = readonly string[];

/** Where every value of a view is. The id of a message is no fact of its own. */
export function leavesOf(view: CardView): readonly Path[] {
  const walk = (node: unknown, path: Path): Path[] => {
    if (typeof node === 'object' && node !== null)
      return Object.entries(node).flatMap(([key, value]) => walk(value, [...path, key]));
    return node === null || path.at(-1) === 'kind' ? [] : [path];
  };
  return walk(view, []).filter((path) => !isMessageId(view, path));
}

function isMessageId(view: CardView, path: Path): boolean {
  if (path.at(-1) !== 'id') return false;
  const owner = at(view, path.slice(0, -1));
  return typeof owner === 'object' && owner !== null && 'data' in owner;
}

const at = (view: unknown, path: Path): unknown =>
  path.reduce<unknown>((node, key) => (node as { [key: string]: unknown })[key], view);

/** Words that mean something to the renderers are replaced by others of their kind. */
const KINDS: readonly (readonly string[])[] = [
  ['waiting', 'running', 'good', 'bad', 'unknown'],
  ['master', 'worker'],
  ['forth', 'back'],
  ['approve', 'deny'],
  ['leave-behind', 'put-all-back'],
  ['policy', 'window', 'now', 'time'],
  ['new', 'old', 'mixed'],
  ['prepare', 'cutover', 'prove'],
  ['proved', 'put-back', 'stopped', 'left-behind', 'partly', 'withdrawn', 'denied', 'lapsed', 'refused'],
];

/** Words of the program's own, which no card shows as they are. */
export const isKind = (value: string): boolean => KINDS.some((words) => words.includes(value));

/** The view with this one value replaced by another that may be there; null if nothing else may. */
export function changed(view: CardView, path: Path): CardView | null {
  const value = move(at(view, path), path);
  if (value === undefined) return null;
  const put = (node: unknown, [key, ...rest]: Path): unknown => {
    if (key === undefined) return value;
    if (Array.isArray(node)) return node.map((one, index) => (String(index) === key ? put(one, rest) : one));
    return { ...(node as object), [key]: put((node as { [key: string]: unknown })[key], rest) };
  };
  return put(view, path) as CardView;
}

function move(value: unknown, path: Path): unknown {
  if (typeof value === 'boolean') return !value;
  // Far enough to change whole seconds and bars; days keep looking like days.
  if (typeof value === 'number') return path.at(-1) === 'days' || path.at(-1) === 'daysLeft' ? value + 2 : value + 4321;
  if (typeof value !== 'string') return undefined;
  const kind = KINDS.find((words) => words.includes(value));
  if (kind !== undefined) return kind[(kind.indexOf(value) + 1) % kind.length];
  if (/^\d{4}-\d\d-\d\d/u.test(value)) return value.replace(/^\d{4}/u, (year) => String(Number(year) + 1));
  if (/^[0-9A-F]{40}$/u.test(value)) return value.replace(/[0-9A-F]/gu, (digit) => (digit === 'A' ? 'B' : 'A'));
  if (/^[0-9a-f]{64}$/u.test(value)) return value.replace(/[0-9a-f]/gu, (digit) => (digit === 'a' ? 'b' : 'a'));
  return value === '' ? 'something' : `${value}x`;
}
