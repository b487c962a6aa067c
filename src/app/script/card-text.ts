import type { Data, Json } from '../../domain/values.ts';

type Node = Data;

export interface CardButton {
  readonly verb: string;
  readonly data: Node;
  /** Id of the first text field that is sent along. */
  readonly field: string | null;
}

/** The first line of a card, which says its state in two words. */
export const cardState = (card: Json): string => texts(card)[0] ?? '';

/** What a lock screen would show of the card. */
export const cardSummary = (card: Json): string => {
  const { fallbackText } = nodeOf(card);
  return typeof fallbackText === 'string' ? fallbackText : '';
};

/** Everything that can be pressed, including on cards behind a button. */
export function cardButtons(card: Json): readonly CardButton[] {
  return buttonsIn(card, null);
}

/** The card read from top to bottom, with columns side by side. Markup and hidden parts are left out. */
export function cardLines(card: Json): readonly string[] {
  return linesOf(nodeOf(card).body ?? []).filter((line) => line !== '');
}

function buttonsIn(value: Json, field: string | null): readonly CardButton[] {
  if (Array.isArray(value)) {
    const own = value.find((item) => nodeOf(item).type === 'Input.Text');
    const id = own === undefined ? field : String(nodeOf(own).id ?? '');
    return value.flatMap((item) => buttonsIn(item, id));
  }
  const node = nodeOf(value);
  if (node.type === 'Action.Execute' && typeof node.verb === 'string')
    return [{ verb: node.verb, data: nodeOf(node.data ?? null), field }];
  const inner = firstField(node.body ?? []) ?? field;
  return ['body', 'items', 'columns', 'actions', 'card', 'selectAction'].flatMap((name) =>
    buttonsIn(node[name] ?? [], inner),
  );
}

function firstField(items: Json): string | null {
  const found = Array.isArray(items) ? items.find((item) => nodeOf(item).type === 'Input.Text') : undefined;
  return found === undefined ? null : String(nodeOf(found).id ?? '');
}

const texts = (value: Json): readonly string[] => linesOf(nodeOf(value).body ?? []).flat();

function linesOf(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(linesOf);
  const node = nodeOf(value);
  if (node.isVisible === false) return [];
  if (node.type === 'TextBlock') return [plainText(String(node.text ?? ''))];
  if (node.type === 'ColumnSet') {
    const columns = Array.isArray(node.columns)
      ? node.columns.map((column) => linesOf(nodeOf(column).items ?? []))
      : [];
    return [columns.map((column) => column.join(' ')).join('  ')];
  }
  return linesOf(node.items ?? []);
}

/** A date, with or without a time after it. */
const MOMENT = /\{\{(?:DATE|TIME)\(([^,)]+)[^)]*\)\}\}(?:\s\{\{TIME\(\1\)\}\})?/gu;

/**
 * Markup as a terminal should show it: emphasis is dropped, and a time is in UTC and says so, because nobody's own zone
 * is known here.
 */
export const plainText = (text: string): string =>
  text
    .replace(MOMENT, (_all, at: string) => `${at.slice(0, 16).replace('T', ' ')} UTC`)
    .replace(/\*\*/gu, '')
    .replace(/<\/?at>/gu, '')
    .replace(/\\([\\*_`<>[\]{}&~|@:.)+=#!-])/gu, '$1');

const nodeOf = (value: Json): Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Node) : {};
