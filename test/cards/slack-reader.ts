/**
 * Reads mrkdwn as Slack does, as far as that is known. In doubt it finds too much markup: a test must not be too
 * lenient.
 */

interface Reading {
  /** What a person sees, without markup. */
  readonly shown: string;
  /** What was read as markup: `bold`, `code`, `date`, `user U02...`, `link http://...`, `emoji tada` ... */
  readonly alive: readonly string[];
  readonly html: string;
}

export interface Reader {
  /** By account, for `<@U02...>`. */
  readonly people?: { readonly [account: string]: string };
  /** How a date is shown; if left out, by the text for clients that cannot. */
  readonly date?: (ms: number, format: string) => string;
}

const CIRCLES: { readonly [emoji: string]: string } = {
  large_yellow_circle: '#f2c744',
  large_blue_circle: '#3b88c3',
  large_green_circle: '#78b159',
  red_circle: '#dd2e44',
  white_circle: '#c9cdd2',
};

const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
/** Slack decodes these three and no other entity. */
const decode = (text: string): string =>
  text.replace(/&(?:lt|gt|amp);/gu, (one) => ({ '&lt;': '<', '&gt;': '>' })[one] ?? '&');

/** An atom is drawn already: formatting goes around it and never into it. */
interface Atom {
  readonly shown: string;
  readonly html: string;
}

export function readMrkdwn(text: string, reader: Reader = {}): Reading {
  const alive: string[] = [];
  const atoms: Atom[] = [];
  const keep = (shown: string, drawn: string): string => {
    atoms.push({ shown, html: drawn });
    return `\uf000${atoms.length - 1}\uf001`;
  };
  const live = (what: string, shown: string, drawn: string): string => {
    alive.push(what);
    return keep(shown, drawn);
  };
  const code = (whole: string, tag: string): string => {
    const inner = decode(whole);
    return live(tag === 'pre' ? 'fence' : 'code', inner, `<${tag}>${html(inner)}</${tag}>`);
  };

  let rest = text.replace(/```\n?([\s\S]+?)```/gu, (_all, inner: string) => code(inner, 'pre'));
  rest = rest.replace(/<([^<>\n]+)>/gu, (_all, inner: string) => token(inner, reader, live));
  rest = rest.replace(/[`｀]([^`｀\n]+)[`｀]/gu, (_all, inner: string) => code(inner, 'code'));
  rest = rest.replace(/:([^\s:<>&*\uf000]+):/gu, (all, name: string) =>
    /^[\p{L}\p{N}_+'-]+$/u.test(name) ? live(`emoji ${name}`, '', emoji(name)) : all,
  );
  rest = rest.replace(/^(?:&gt;|＞)/gmu, () => live('quote', '', ''));
  // `@here` and links: only text that is not verbatim is searched for them.
  rest = rest.replace(/&(?:lt|gt|amp);/gu, (one) => keep(decode(one), one));
  let drawn = html(rest);
  for (const [name, signs, tag] of MARKS) {
    const mark = new RegExp(
      `(^|[^\\p{L}\\p{N}])[${signs}](?!\\s)([^\\n${signs}]*[^\\s${signs}])[${signs}](?![\\p{L}\\p{N}])`,
      'gmu',
    );
    drawn = drawn.replace(mark, (_all, before: string, inner: string) => {
      alive.push(name);
      return `${before}\uf010${tag}\uf011${inner}\uf010/${tag}\uf011`;
    });
  }
  const put = (from: string, of: (atom: Atom) => string): string => {
    let out = from;
    while (/\uf000\d+\uf001/u.test(out))
      out = out.replace(/\uf000(\d+)\uf001/gu, (_all, at: string) => {
        const atom = atoms[Number(at)];
        return atom === undefined ? '' : of(atom);
      });
    return out;
  };
  const bare = drawn.replace(/\uf010[^\uf011]*\uf011/gu, '').replaceAll('&quot;', '"');
  return {
    shown: put(decode(bare), (atom) => atom.shown),
    alive,
    html: put(drawn, (atom) => atom.html)
      .replaceAll('\uf010', '<')
      .replaceAll('\uf011', '>')
      .replaceAll('\n', '<br>'),
  };
}

const MARKS: readonly (readonly [string, string, string])[] = [
  ['bold', '*＊', 'b'],
  ['italic', '_＿', 'i'],
  ['strike', '~～', 's'],
];

function token(inner: string, { people, date }: Reader, live: (what: string, shown: string, drawn: string) => string) {
  const [head = '', label] = inner.split('|');
  const dated = /^!date\^(\d+)\^([^^]+)/u.exec(head);
  if (dated !== null) {
    const [, seconds = '0', format = ''] = dated;
    const words = decode(label ?? '');
    const known = Number(seconds) > 0 && /\{(?:date|time)/u.test(format);
    const shown = known && date !== undefined ? date(Number(seconds) * 1000, format) : words;
    return live(known ? `date ${seconds}` : 'literal', shown, html(shown));
  }
  if (head.startsWith('@')) {
    const name = `@${people?.[head.slice(1)] ?? head.slice(1)}`;
    return live(`user ${head.slice(1)}`, name, `<span class="mention">${html(name)}</span>`);
  }
  if (head.startsWith('!')) return live(`call ${head.slice(1)}`, head, html(head));
  if (head.startsWith('#')) return live(`channel ${head.slice(1)}`, head, html(head));
  return live(`link ${head}`, label ?? head, `<a href="#">${html(label ?? head)}</a>`);
}

const emoji = (name: string): string =>
  CIRCLES[name] === undefined ? html(`:${name}:`) : `<span class="circle" style="background:${CIRCLES[name]}"></span>`;
