import { createScanner, type Node, type ParseError, parse, parseTree, stripComments } from 'jsonc-parser';
import { mentions, type Place } from './places.ts';

/** Far above any settings file: the JSON parser recurses at each level and would run out of stack. */
const MAX_DEPTH = 100;

/**
 * Places of a key's values at any depth, outside comments; null when the text is not JSON, or has the key in another
 * form.
 */
export function placesInJson(text: string, key: string): readonly Place[] | null {
  if (isTooDeep(text)) return null;
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  if (tree === undefined || errors.length > 0) return null;
  const places = find(tree, key.toLowerCase()).map(placeOf);
  return places.length === 0 && mentions(stripComments(text, ' '), key) ? null : places;
}

function isTooDeep(text: string): boolean {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (scanner.scan(); scanner.getTokenLength() > 0; scanner.scan()) {
    const first = text.charAt(scanner.getTokenOffset());
    if (first === '{' || first === '[') depth += 1;
    else if (first === '}' || first === ']') depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

function find(node: Node, key: string): readonly Node[] {
  const [name, value] = node.children ?? [];
  const here = node.type === 'property' && String(name?.value).toLowerCase() === key && value ? [value] : [];
  return [...here, ...(node.children ?? []).flatMap((child) => find(child, key))];
}

function placeOf(value: Node): Place {
  const end = value.offset + value.length;
  if (value.type !== 'string') return { from: value.offset, to: end, quoted: false, decode: (written) => written };
  return { from: value.offset + 1, to: end - 1, quoted: true, decode: (written) => String(parse(`"${written}"`)) };
}
