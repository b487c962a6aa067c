import type { Data } from '../../src/domain/values.ts';
import type { ActionData } from '../adaptive/actions.ts';
import type { Node } from '../adaptive/elements.ts';
import { LIMITS } from '../limits.ts';

/** Elements of Block Kit that every client draws: header, section, context, divider, actions; input in modals. */
export type Block = Node;

const { slack } = LIMITS;

/** Cut to `limit` UTF-16 units, never within a character. */
export function cutTo(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let kept = '';
  for (const sign of text) {
    if (kept.length + sign.length > limit - 1) break;
    kept += sign;
  }
  return `${kept}…`;
}

/** Nothing in it is interpreted: no markup, and with `emoji` off no `:names:` either. */
export const plain = (text: string, limit: number): Block => ({
  type: 'plain_text',
  text: cutTo(text, limit) || '…',
  emoji: false,
});

/** `verbatim`: Slack does not turn text that looks like a link, channel or mention into one. */
export const mrkdwn = (text: string): Block => ({ type: 'mrkdwn', text, verbatim: true });

export const header = (text: string): Block => ({ type: 'header', text: plain(text, slack.header) });
/** Without `expand` Slack may fold a long one, and an approver would decide on text that nobody has unfolded. */
export const section = (text: string): Block => ({ type: 'section', text: mrkdwn(text), expand: true });
/** The same for words in which nothing is interpreted. */
export const plainSection = (text: string): Block => ({
  type: 'section',
  text: plain(text, slack.text),
  expand: true,
});
export const context = (text: string): Block => ({ type: 'context', elements: [mrkdwn(text)] });
export const divider: Block = { type: 'divider' };

/** Two columns; fields beyond a section's limit go into the next section. */
export const fields = (texts: readonly string[]): readonly Block[] =>
  chunks(texts, slack.fields).map((part) => ({ type: 'section', fields: part.map(mrkdwn) }));

/** Lines, in as few blocks as Slack allows. */
export const lines = (texts: readonly string[], block: (text: string) => Block = section): readonly Block[] =>
  packed(texts, slack.text).map(block);

/** The same as code blocks, below a title: for columns. */
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

/** The longest reason in a button's value: short enough even if JSON escapes every character. */
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

/**
 * Buttons in a row; without buttons, no block. A second one of the same verb is `verb:2`: an action_id must be unique
 * in a block.
 */
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
/** What the buttons of an answer are about, whatever they do. */
export const NOTICE = 'notice';

/** Whether a block with this id is ours and may hold a button of this rotation; null: a button about no rotation. */
export function mayHold(block: string, rotation: string | null): boolean {
  if (!block.endsWith(BUTTONS)) return false;
  const about = block.slice(0, -BUTTONS.length);
  return about === NOTICE || (rotation === null ? ABOUT.test(about) : about === rotation);
}

/** A rotation's id, or a farm's reminder. */
const ABOUT = /^.+(?:-\d+|\/reminder)$/u;

/**
 * What a button or a form carries, as text. Slack escapes `&`, `<` and `>` in some of what it sends back, without
 * saying where, so the text contains none of them.
 */
export const carried = (data: Data): string =>
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
