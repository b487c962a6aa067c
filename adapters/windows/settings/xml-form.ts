import { mentions, type Place } from './places.ts';

const NAME = '[A-Za-z_][\\w.:-]*';
const ATTRIBUTES = `((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)`;
const TAG = new RegExp(`<(/?)(${NAME})${ATTRIBUTES}\\s*(/?)>`, 'gu');
const ATTRIBUTE = new RegExp(`(${NAME})\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`, 'gu');
/** Comments, processing instructions, CDATA, document types. */
const ASIDE = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>|<!DOCTYPE[^>[]*>/gu;

const COMMENT = /<!--[\s\S]*?-->/gu;

type Tag = RegExpExecArray;

interface Attribute extends Place {
  readonly name: string;
  readonly value: string;
}

/**
 * Places of a key's values outside comments, in the forms `<Key>value</Key>`, `<Key value="..."/>`, `Key="value"`,
 * `key="Key" value="..."`, `<setting name="Key"><value>value</value>`, with or without a namespace prefix; null when
 * the text is not XML as far as its tags go, or has the key in another form.
 */
export function placesInXml(text: string, key: string): readonly Place[] | null {
  const wanted = key.toLowerCase();
  // blanked, not removed, so that positions stay the same
  const bare = text.replace(ASIDE, (aside) => ' '.repeat(aside.length));
  const tags = [...bare.matchAll(TAG)];
  // a `<` that no tag accounts for: somebody's mistake, or ours
  if (tags.length === 0 || bare.split('<').length - 1 !== tags.length) return null;
  const places = tags.flatMap((tag, at): readonly Place[] => {
    if (tag[1] === '/') return [];
    const [whole, , name = '', written = '', closed] = tag;
    const attributes = attributesOf(written, tag.index + 1 + name.length);
    const values = attributes.filter((attribute) => same(attribute.name, 'value'));
    const places = attributes.filter((attribute) => same(attribute.name, wanted));
    if (same(name, wanted)) {
      const content = closed === '/' ? emptyAt(tag.index + whole.length) : contentAt(text, tags, at);
      return [...places, ...(values.length > 0 && content.from === content.to ? values : [...values, content])];
    }
    const isNamed = attributes.some(
      (one) => (same(one.name, 'key') || same(one.name, 'name')) && same(decodeEntities(one.value), wanted),
    );
    if (!isNamed) return places;
    return [...places, ...(values.length === 0 && closed !== '/' ? valueBelow(text, tags, at) : values)];
  });
  return places.length === 0 && mentions(text.replace(COMMENT, ' '), key) ? null : places;
}

/** Cannot be replaced by text: an empty element would need an end tag first. */
const emptyAt = (at: number): Place => ({ from: at, to: at, quoted: false, decode: decodeEntities });

/** The content of `<value>`, when that is the first element inside. */
function valueBelow(text: string, tags: readonly Tag[], at: number): readonly Place[] {
  const [, slash, name = '', , closed] = tags[at + 1] ?? [];
  return slash === '' && closed === '' && same(name, 'value') ? [contentAt(text, tags, at + 1)] : [];
}

/** The whole content of an element; when that has elements in it, it is no thumbprint and is refused later. */
function contentAt(text: string, tags: readonly Tag[], at: number): Place {
  const [whole = '', , name] = tags[at] ?? [];
  const end = tags.slice(at + 1).find((tag) => tag[1] === '/' && tag[2] === name);
  return contentOf(text, (tags[at]?.index ?? 0) + whole.length, end?.index ?? text.length);
}

const same = (found: string, wanted: string): boolean =>
  found.slice(found.lastIndexOf(':') + 1).toLowerCase() === wanted;

function attributesOf(written: string, start: number): Attribute[] {
  return [...written.matchAll(ATTRIBUTE)].map((found) => {
    const [whole, name = '', double, single] = found;
    const value = double ?? single ?? '';
    const to = start + found.index + whole.length - 1;
    return { name, value, from: to - value.length, to, quoted: true, decode: decodeEntities };
  });
}

/** Blanks and line ends around an element's text are layout and stay. */
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
