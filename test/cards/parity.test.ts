import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { renderBlockKit } from '../../cards/block-kit.ts';
import {
  askModal,
  changesModal,
  denyModal,
  reviewModal,
  snoozeModal,
  stepsModal,
} from '../../cards/block-kit-modals.ts';
import type { Locale } from '../../src/domain/farm/locale.ts';
import type { CardView, Reader } from '../../src/domain/views/view.ts';
import { changed, isKind, leavesOf, type Path } from './leaves.ts';
import { ASKS, plan, running, VIEWS } from './views.ts';

const EN: Locale = { language: 'en', timeZone: 'UTC' };
const ZH: Locale = { language: 'zh-CN', timeZone: 'UTC' };
const READERS: readonly Reader[] = ['approver', 'requester', 'other'];
type Rendering = (view: CardView, reader: Reader, locale?: Locale) => object;

/** All that an Adaptive Card can show, including hidden containers and second steps, which are all in its JSON. */
const adaptive: Rendering = (view, reader, { language } = EN) => renderAdaptiveCard(view, reader, language, 'UTC');

/** All that Slack can show: the message, and the modals behind its buttons. */
const blockKit: Rendering = (view, reader, locale = EN) => {
  const { blocks } = renderBlockKit(view, reader, locale, [], 'whole');
  return [blocks, ...buttonsOf(blocks).map((button) => behind(button, view, locale))];
};

interface Button {
  readonly verb: string;
  readonly data: { readonly [name: string]: unknown };
}

function buttonsOf(blocks: readonly object[]): Button[] {
  return (blocks as { type: string; elements?: { action_id: string; value: string }[] }[])
    .filter(({ type }) => type === 'actions')
    .flatMap(({ elements }) => elements ?? [])
    .map(({ action_id, value }) => ({ verb: action_id.split(':')[0] ?? '', data: JSON.parse(value) }));
}

function behind({ verb, data }: Button, view: CardView, locale: Locale): object {
  if (verb === 'open-changes' && (view.kind === 'plan' || view.kind === 'retire' || view.kind === 'reconnect'))
    return changesModal(view, locale);
  if (verb === 'open-steps' && view.kind === 'running') return stepsModal(view, locale);
  if (verb === 'open-snooze' && view.kind === 'reminder') return snoozeModal(view, locale);
  // Its title names the rotation that the text above the button is about.
  if (view.kind === 'notice' && verb.startsWith('open-')) return reviewModal({ id: 'prod-17', farm: '' }, locale);
  if (verb === 'open-deny') return denyModal(data as { id: string; farm: string; digest: string }, locale);
  if (verb !== 'ask' || view.kind === 'notice') return [];
  const farms = [{ name: String(data.farm), line: { id: 'row.waiting', data: {} } }];
  const fields = (view.kind === 'reminder' || view.kind === 'closed' ? view.asks : undefined) ?? ASKS;
  return askModal(
    { request: 'rotate-master', what: 'rotate-master', farms, farm: null, fields, reason: String(data.reason) },
    locale,
  );
}

/** What is sent, not shown. */
const SENT = ['value', 'private_metadata', 'data', 'block_id', 'action_id', 'callback_id', 'verb', 'fallback'];
/** Layout: `None` is a spacing there, and may be a fact about a machine elsewhere. */
const LAYOUT = ['spacing'];
/** The same sentence stands in the `text` of a Slack message; it adds no fact. */
const SPOKEN = ['fallbackText', 'speak'];

/**
 * Everything a person can see of it, in order. The `value` of a fact or an input is shown; that of a button is sent.
 */
function shown(node: unknown, name = '', parent: object = {}): string[] {
  if (SPOKEN.includes(name) || LAYOUT.includes(name)) return [];
  if (SENT.includes(name) && !(name === 'value' && !('action_id' in parent))) return [];
  if (Array.isArray(node)) return node.flatMap((one) => shown(one));
  if (typeof node === 'object' && node !== null)
    return Object.entries(node).flatMap(([key, value]) => shown(value, key, node));
  return typeof node === 'string' ? [node] : [];
}

const seen = (rendering: Rendering, view: CardView, reader: Reader, locale = EN): string =>
  shown(rendering(view, reader, locale)).join('\n');

/** Facts that one rendering tells and the other does not: those whose change only one of them shows. */
function differences(view: CardView, reader: Reader, one: Rendering, other: Rendering, locale = EN): string[] {
  const [before, beforeOther] = [seen(one, view, reader, locale), seen(other, view, reader, locale)];
  return leavesOf(view).flatMap((path) => {
    const moved = changed(view, path);
    if (moved === null) return [];
    const tells = seen(one, moved, reader, locale) !== before;
    const otherTells = seen(other, moved, reader, locale) !== beforeOther;
    return tells === otherTells ? [] : [`${path.join('.')} only in ${tells ? 'the first' : 'the second'}`];
  });
}

describe.each(Object.keys(VIEWS))('%s', (name) => {
  const view = VIEWS[name] as CardView;

  test.each(READERS)('what one rendering can show the %s, the other can show too', (reader) => {
    expect(differences(view, reader, adaptive, blockKit)).toEqual([]);
  });

  test('what one rendering can show in Chinese, the other can show too', () => {
    expect(differences(view, 'approver', adaptive, blockKit, ZH)).toEqual([]);
  });

  test.each(READERS)('both show the same names, thumbprints, ids and instants to the %s', (reader) => {
    const values = leavesOf(view).flatMap((path) => namesIn(view, path));
    const on = (rendering: Rendering) => {
      const text = instants(seen(rendering, view, reader)).toLowerCase();
      return [...new Set(values)].filter((value) => text.includes(value.toLowerCase())).sort();
    };
    expect(on(blockKit)).toEqual(on(adaptive));
  });

  test.each(READERS)('the %s can do the same on both, to the same rotation and digest', (reader) => {
    expect(
      new Set(buttonsOf(renderBlockKit(view, reader, EN, [], 'whole').blocks).map((one) => todo(one, view))),
    ).toEqual(new Set(verbsOf(adaptive(view, reader), view)));
  });
});

/** The texts of a leaf as they may appear on a card: in full, and a thumbprint shortened. */
function namesIn(view: CardView, path: Path): string[] {
  const value = path.reduce<unknown>((node, key) => (node as { [key: string]: unknown })[key], view);
  if (typeof value !== 'string' || value.length < 3 || isKind(value)) return [];
  if (/^[0-9A-F]{40}$/u.test(value)) return [value, `${value.slice(0, 6)}…${value.slice(-4)}`];
  return [/^\d{4}-\d\d-\d\dT/u.test(value) ? `instant ${Date.parse(value)} ` : value];
}

/** The dates of both renderings in one form. */
const instants = (text: string): string =>
  text
    .replace(/\{\{(?:DATE|TIME)\(([^,)]+)[^)]*\)\}\}/gu, (_all, at: string) => `instant ${Date.parse(at)} `)
    .replace(/<!date\^(\d+)\^[^>]*>/gu, (_all, seconds: string) => `instant ${Number(seconds) * 1000} `)
    .replaceAll('\\', '');

/** What a click leads to in the end, through forms too, with the ids that decide what it is about. */
function todo({ verb, data }: Button, view: CardView): string {
  const ends: { [verb: string]: string } = {
    'open-deny': 'deny',
    'open-changes': 'read',
    'open-steps': 'read',
    'open-snooze': 'snooze',
    'open-review': 'review',
  };
  const sent = verb === 'ask' && view.kind !== 'notice' ? 'request' : (ends[verb] ?? verb);
  return sent === 'read' ? sent : `${sent} ${data.rotation ?? data.farm ?? ''} ${data.digest ?? ''} ${data.v}`;
}

function verbsOf(node: unknown, view: CardView): string[] {
  if (Array.isArray(node)) return node.flatMap((one) => verbsOf(one, view));
  if (typeof node !== 'object' || node === null) return [];
  const { type, verb, data } = node as { type?: string } & Button;
  if (type === 'Action.ToggleVisibility') return ['read'];
  if (type === 'Action.Execute') return [todo({ verb, data }, view)];
  return Object.values(node).flatMap((one) => verbsOf(one, view));
}

describe('The comparison would fail', () => {
  /** Slack's rendering without the blocks that contain these words. */
  const without =
    (words: string): Rendering =>
    (view, reader) =>
      (blockKit(view, reader) as object[]).map((part) =>
        Array.isArray(part) ? part.filter((block) => !JSON.stringify(block).includes(words)) : part,
      );

  test('if a rendering forgot who has voted', () => {
    expect(differences(plan, 'approver', adaptive, without('approved on'))).toContain(
      'votes.0.by.name only in the first',
    );
  });

  test('if Slack had no button for every change', () => {
    const lost = differences(
      plan,
      'approver',
      adaptive,
      (view, reader) => renderBlockKit(view, reader, EN, [], 'whole').blocks,
    );
    expect(lost).toContain('changes.0.lines.0.data.names.0 only in the first');
    expect(lost).toContain('digest only in the first');
  });

  test('if a rendering told more than the other', () => {
    const more: Rendering = (view, reader) => [blockKit(view, reader), { text: (view as typeof plan).next.store }];
    expect(differences(plan, 'approver', adaptive, more)).toEqual(['next.store only in the second']);
  });

  test('if the row of one machine were missing', () => {
    expect(differences(running, 'other', adaptive, without('sqlw03'))).not.toEqual([]);
  });
});
