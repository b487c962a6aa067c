import type { Place } from './places.ts';

const NAME = '[A-Za-z_][\\w.:-]*';
const ATTRIBUTES = `((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)`;
const TAG = new RegExp(`<(/?)(${NAME})${ATTRIBUTES}\\s*(/?)>`, 'gu');
const ATTRIBUTE = new RegExp(`(${NAME})\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`, 'gu');
/** Comments, processing instructions, CDATA, document types. */
const ASIDE = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>|<!DOCTYPE[^>[]*>/gu;

interface Attribute extends Place {
  readonly name: string;
  readonly value: string;
}

/**
 * Places of a key's values in the forms `<Key>value</Key>`, `key="Key" value="..."` and `Key="value"`, comments left
 * out; null when the text is not XML as far as its tags go.
 */
export function placesInXml(text: string, key: string): readonly Place[] | null {
  const wanted = key.toLowerCase();
  // blanked, not removed: places stay places
  const bare = text.replace(ASIDE, (aside) => ' '.repeat(aside.length));
  const tags = [...bare.matchAll(TAG)];
  // a `<` that no tag accounts for: somebody's mistake, or ours
  if (tags.length === 0 || bare.split('<').length - 1 !== tags.length) return null;
  return tags.flatMap((tag, at) => {
    const [whole, slash, name = '', written = '', closed] = tag;
    if (slash === '/') return [];
    const attributes = attributesOf(written, tag.index + 1 + name.length);
    const places = attributes.filter((attribute) => same(attribute.name, wanted));
    const keyed = attributes.some(
      (attribute) => same(attribute.name, 'key') && same(decodeEntities(attribute.value), wanted),
    );
    if (keyed) places.push(...attributes.filter((attribute) => same(attribute.name, 'value')));
    if (!same(name, wanted) || closed === '/') return places;
    const next = tags[at + 1];
    // an element that holds elements is not a value; a place that is no thumbprint is refused later
    const to = next?.index ?? text.length;
    return [...places, contentOf(text, tag.index + whole.length, to)];
  });
}

const same = (found: string, wanted: string): boolean => found.toLowerCase() === wanted;

function attributesOf(written: string, start: number): Attribute[] {
  return [...written.matchAll(ATTRIBUTE)].map((found) => {
    const [whole, name = '', double, single] = found;
    const value = double ?? single ?? '';
    const to = start + found.index + whole.length - 1;
    return { name, value, from: to - value.length, to, quoted: true, decode: decodeEntities };
  });
}

/** Blanks and line ends around the text of an element are layout and stay. */
function contentOf(text: string, from: number, to: number): Place {
  const content = text.slice(from, to);
  const lead = /^[ \t\r\n]*/u.exec(content)?.[0].length ?? 0;
  const value = content.slice(lead).replace(/[ \t\r\n]+$/u, '');
  return { from: from + lead, to: from + lead + value.length, quoted: true, decode: decodeEntities };
}

const ENTITIES: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEntities(value: string): string {
  return value.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/giu, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
