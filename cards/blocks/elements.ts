import type { Json } from '../../src/domain/values.ts';
import type { ActionData } from '../adaptive/actions.ts';
import type { Node } from '../adaptive/elements.ts';
import { LIMITS } from '../limits.ts';

/** Elements of Block Kit that every client draws: header, section, context, divider, actions; input in modals. */
export type Block = Node;

const { slack } = LIMITS;

/** Cut to so many UTF-16 units, never within a character. */
export function cutTo(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let kept = '';
  for (const sign of text) {
    if (kept.length + sign.length > limit - 1) break;
    kept += sign;
  }
  return `${kept}…`;
}

/** Nothing in it is read: no markup, and without `emoji` no colons either. */
export const plain = (text: string, limit: number): Block => ({
  type: 'plain_text',
  text: cutTo(text, limit) || '…',
  emoji: false,
});

/** `verbatim`: Slack makes no links, channels or mentions of what merely looks like them. */
export const mrkdwn = (text: string): Block => ({ type: 'mrkdwn', text, verbatim: true });

export const header = (text: string): Block => ({ type: 'header', text: plain(text, slack.header) });
/** Without `expand` Slack may fold a long one, and an approver would decide on what nobody has unfolded. */
export const section = (text: string): Block => ({ type: 'section', text: mrkdwn(text), expand: true });
/** The same of words in which nothing is read. */
export const plainSection = (text: string): Block => ({
  type: 'section',
  text: plain(text, slack.text),
  expand: true,
});
export const context = (text: string): Block => ({ type: 'context', elements: [mrkdwn(text)] });
export const divider: Block = { type: 'divider' };

/** Two columns; where there are more fields than a section takes, the next section goes on. */
export const fields = (texts: readonly string[]): readonly Block[] =>
  chunks(texts, slack.fields).map((part) => ({ type: 'section', fields: part.map(mrkdwn) }));

/** Lines below each other in as few blocks as Slack allows. */
export const lines = (texts: readonly string[], block: (text: string) => Block = section): readonly Block[] =>
  packed(texts, slack.text).map(block);

/** The same between the fences of a code block, below a title: for columns. */
export const codeLines = (title: string, texts: readonly string[]): readonly Block[] =>
  packed(texts, slack.text - title.length - 7).map((text, at) =>
    section(`${at === 0 && title !== '' ? `${title}\n` : ''}\`\`\`${text}\`\`\``),
  );

function packed(texts: readonly string[], limit: number): readonly string[] {
  const parts: string[] = [];
  for (const text of texts.filter((one) => one !== '')) {
    const last = parts.at(-1);
    if (last !== undefined && last.length + 1 + text.length <= limit) parts[parts.length - 1] = `${last}\n${text}`;
    else parts.push(text);
  }
  return parts;
}

function chunks<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}

/** Of a reason in a button's value: short enough even where JSON escapes every sign of it. */
export const REASON_IN_BUTTON = Math.floor((slack.value - 200) / 6);

export interface Confirm {
  readonly title: string;
  /** A text object. */
  readonly text: Block;
  readonly yes: string;
  readonly no: string;
}

export interface Button {
  readonly label: string;
  readonly verb: string;
  readonly data: ActionData;
  readonly style?: 'primary' | 'danger' | undefined;
  readonly confirm?: Confirm;
}

/** Buttons in a row; none, no block. A second one of the same verb is `verb:2`: an action_id stands once in a block. */
export function actions(about: string, buttons: readonly Button[]): readonly Block[] {
  if (buttons.length === 0) return [];
  const seen = new Map<string, number>();
  const elements = buttons.slice(0, slack.elements).map((one) => {
    const nth = (seen.get(one.verb) ?? 0) + 1;
    seen.set(one.verb, nth);
    return button(one, nth === 1 ? one.verb : `${one.verb}:${nth}`);
  });
  return [{ type: 'actions', block_id: cutTo(about + BUTTONS, slack.actionId), elements }];
}

const BUTTONS = '/actions';
/** What an answer's buttons are about, whatever they do. */
export const NOTICE = 'notice';

/** Whether such a block is one of ours that may hold a button of this rotation; null: the button is about none. */
export function mayHold(block: string, rotation: string | null): boolean {
  if (!block.endsWith(BUTTONS)) return false;
  const about = block.slice(0, -BUTTONS.length);
  return about === NOTICE || (rotation === null ? ABOUT.test(about) : about === rotation);
}

/** A rotation's id, or a farm's reminder. */
const ABOUT = /^.+(?:-\d+|\/reminder)$/u;

/**
 * What a button or a form carries, as text. Slack escapes `&`, `<` and `>` in some of what it sends back and tells of
 * none, so none of them is in it.
 */
export const carried = (data: { readonly [name: string]: Json }): string =>
  JSON.stringify(data).replace(/[&<>]/gu, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);

function button({ label, data, style, confirm }: Button, id: string): Block {
  const look: Node = style === undefined ? {} : { style };
  return {
    type: 'button',
    action_id: cutTo(id, slack.actionId),
    text: plain(label, slack.buttonText),
    value: carried(data),
    ...look,
    ...(confirm === undefined
      ? {}
      : {
          confirm: {
            title: plain(confirm.title, slack.confirmTitle),
            text: confirm.text,
            confirm: plain(confirm.yes, slack.confirmButton),
            deny: plain(confirm.no, slack.confirmButton),
            ...look,
          },
        }),
  };
}
