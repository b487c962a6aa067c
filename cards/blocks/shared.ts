import type { Message } from '../../src/domain/values.ts';
import type { HostRow } from '../../src/domain/views/view.ts';
import { SIGNS } from '../adaptive/draw.ts';
import { rowEnd, rowsCut, rowWords, worstRows } from '../adaptive/host-rows.ts';
import { hasFailed } from '../adaptive/why.ts';
import { LIMITS } from '../limits.ts';
import { type Gate, neededOf, voteLines } from '../votes.ts';
import type { SlackDraw } from './draw.ts';
import { type Block, type Button, type Confirm, context, cutTo, header, lines, mrkdwn, plain } from './elements.ts';
import { bold, mrkdwnLiteral } from './mrkdwn.ts';

/** What a renderer returns. `about` names the card in its block ids. */
export interface Drawn {
  readonly about: string;
  readonly body: readonly Block[];
  readonly buttons: readonly Button[];
}

/** Each colour has one meaning; the word beside it always says the same. */
const COLOURS = {
  warning: ':large_yellow_circle:',
  accent: ':large_blue_circle:',
  good: ':large_green_circle:',
  attention: ':red_circle:',
  emphasis: ':white_circle:',
} as const;

type Colour = keyof typeof COLOURS;

/** The title, then the state in two words and one line about it. `id` is marked where `about` begins with it. */
export function top(
  colour: Colour,
  { title, state, about, id }: { title: string; state: string; about: string; id?: string },
): readonly Block[] {
  const written = id === undefined ? null : mrkdwnLiteral(id);
  const line =
    written !== null && written === id && about.startsWith(written)
      ? `\`${written}\`${about.slice(written.length)}`
      : about;
  return [header(title), context(`${COLOURS[colour]} *${state}* · ${line}`)];
}

export const signed = (sign: { readonly text: string }, words: string): string => `${sign.text}  ${words}`;

/** What went wrong: the sentence, then what was found. */
export function why(message: Message, draw: SlackDraw): readonly Block[] {
  const detail = draw.maybe(`${message.id}.detail`, message.data) ?? '';
  const lead = draw.message(message);
  const { code } = message.data;
  const searched = typeof code === 'string' && /^\w+$/u.test(code) ? detail.replace(code, `\`${code}\``) : detail;
  return lines([hasFailed(message) ? signed(SIGNS.bad, lead) : lead, searched]);
}

/** One line per machine. */
export function hostLines(rows: readonly HostRow[], draw: SlackDraw, needsPerson = false): readonly Block[] {
  const { kept, left } = worstRows(rows, draw.room.rows);
  return [
    ...lines(
      kept.map((row) => {
        const end = rowEnd(row, draw, needsPerson);
        const words = `*${draw.tell('word.host', { host: row.host })}*  ${rowWords(row, draw)}`;
        return signed(SIGNS[row.state], `${words}${end === null ? '' : ` · ${bold(end)}`}`);
      }),
    ),
    ...(left.length === 0 ? [] : [context(rowsCut(left, draw))]),
  ];
}

/** Who has decided, and who still may. */
export function votes(gate: Gate, draw: SlackDraw): readonly Block[] {
  const { tell, room } = draw;
  const shown = gate.votes.slice(0, room.rows);
  return lines(
    [
      ...voteLines(shown, draw).map(({ sign, words }) => signed(sign, words)),
      ...cutLines(gate.votes.length - shown.length, draw),
      ...(gate.needed === 0
        ? []
        : [signed(SIGNS.waiting, tell('plan.needed', { ...neededOf(gate), names: gate.mayApprove.map(draw.nameOf) }))]),
    ],
    context,
  );
}

/** `and 5 more lines`. */
export const cutLines = (left: number, { tell }: SlackDraw): readonly string[] =>
  left === 0 ? [] : [tell('closed.lines-cut', { left })];

/** The second step of a decision: what it does, on which machines; `no` leaves everything as it is. */
export function confirmed(
  draw: SlackDraw,
  words: { readonly yes: string; readonly no?: string },
  what: (draw: SlackDraw) => string,
): Confirm {
  return {
    title: draw.label('card.sure', { what: words.yes }),
    text: shortText(draw, what),
    yes: words.yes,
    no: words.no ?? draw.label('card.not-yet', {}),
  };
}

/** Names are shortened until the text fits into a dialog; if that is not enough, the text itself is cut. */
function shortText(draw: SlackDraw, what: (draw: SlackDraw) => string): Block {
  for (const room of [draw.room.text, 48, 32, 24, 16]) {
    const text = what(draw.within(room));
    if (text.length <= LIMITS.slack.confirmText) return mrkdwn(text);
  }
  const unmarked = what(draw.within(16)).replace(/<!date[^|]*\|([^>]*)>|[*\u200b\u2060]/gu, '$1');
  return plain(cutTo(unmarked, LIMITS.slack.confirmText), LIMITS.slack.confirmText);
}
