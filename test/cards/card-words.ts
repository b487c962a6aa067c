import type { Json } from '../../src/domain/values.ts';

const WORDS = ['text', 'title', 'value', 'label', 'placeholder', 'errorMessage'] as const;

/**
 * Every text of a card, one a line, from top to bottom; facts as `title: value`, what a button opens below the button.
 */
export function wordsIn(node: Json, depth = 0): readonly string[] {
  if (Array.isArray(node)) return node.flatMap((one: Json) => wordsIn(one, depth));
  if (typeof node !== 'object' || node === null) return [];
  const parts = node as { readonly [name: string]: Json };
  const own = WORDS.flatMap((name) => (typeof parts[name] === 'string' ? [parts[name]] : []));
  const opened = typeof parts.type === 'string' && parts.type.startsWith('Action.') ? depth + 1 : depth;
  const inner = Object.entries(parts).flatMap(([name, value]) =>
    name === 'fallback' || name === 'data' || typeof value !== 'object' ? [] : wordsIn(value, opened),
  );
  return [...(own.length === 0 ? [] : [`${'  '.repeat(depth)}${own.join(': ')}`]), ...inner];
}

/** The card without its words: what must be the same in every language. */
export function shapeOf(node: Json): Json {
  if (Array.isArray(node)) return node.map(shapeOf);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => {
      const isWord = [...WORDS, 'lang', 'speak', 'fallbackText'].includes(name) && typeof value === 'string';
      return [name, isWord ? '' : shapeOf(value)];
    }),
  );
}
