import type { Locale } from '../src/domain/farm/locale.ts';
import type { Message } from '../src/domain/values.ts';
import type { Mentioned } from '../src/domain/views/person-ref.ts';
import type { CardView, Reader } from '../src/domain/views/view.ts';
import { closedBlocks } from './blocks/closed.ts';
import { callTo, type SlackDraw, slackDraw } from './blocks/draw.ts';
import { actions, type Block, context, cutTo, plainSection, section } from './blocks/elements.ts';
import { fits } from './blocks/fits.ts';
import { mrkdwnLiteral, textLiteral, withoutEmoji } from './blocks/mrkdwn.ts';
import { needsPersonBlocks } from './blocks/needs-person.ts';
import { noticeOf } from './blocks/notice.ts';
import { planBlocks } from './blocks/plan.ts';
import { reconnectBlocks } from './blocks/reconnect.ts';
import { reminderBlocks } from './blocks/reminder.ts';
import { retireBlocks } from './blocks/retire.ts';
import { runningBlocks } from './blocks/running.ts';
import type { Drawn } from './blocks/shared.ts';
import { fallbackText } from './fallback-text.ts';
import { insteadOfButtons, typedFor } from './instead.ts';
import { LIMITS, squeeze } from './limits.ts';
import { plainPen } from './pen.ts';
import { mayBePressedUnread } from './unread.ts';
import { say, sayWith } from './wording/index.ts';

/**
 * How much of a card a message holds, most first: all of it; its beginning and the buttons that may be pressed unread;
 * words alone. The smaller ones are for cards that Slack rejected, for whatever reason.
 */
export const SIZES = ['whole', 'short', 'words'] as const;
export type Size = (typeof SIZES)[number];

interface SlackMessage {
  /** What a notification shows, the decision first; special characters are escaped, mentions follow at the end. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

/**
 * A view as Block Kit: header, section, context, divider and actions only, within LIMITS.slack. What does not fit is
 * counted, never silently dropped. A mentioned person is notified where their name appears, else in a line at the end.
 * Slack shows the same card to everybody in a channel, so there it is drawn for 'approver'. Buttons have the verb as
 * action_id (`verb:2` for a second one) and JSON of the data as value. Never throws.
 */
export function renderBlockKit(
  view: CardView,
  reader: Reader,
  locale: Locale,
  mention: readonly Mentioned[],
  size: Size,
): SlackMessage {
  const called = mention.filter(({ account }) => callTo(account) !== null).slice(0, MOST_CALLED);
  const calls = [...new Set(called.map(({ account }) => `<@${account}>`))];
  const spoken = textLiteral(fallbackText(view, locale.language, locale.timeZone));
  if (size === 'words') return { text: [alone(view, locale), ...calls].join(' '), blocks: [] };
  const blocks = squeeze(
    (room) => {
      const draw = slackDraw(reader, locale, room, called);
      const drawn = drawView(view, draw);
      const { about, body, buttons } = size === 'whole' ? drawn : shortened(view, drawn, draw);
      const standing = JSON.stringify(body);
      const rest = calls.filter((call) => !standing.includes(call)).join(' ');
      return [...body, ...(rest === '' ? [] : [context(rest)]), ...actions(about, buttons)];
    },
    (drawn) => fits(drawn, 'message'),
  );
  return { text: [spoken || '…', ...calls].join(' '), blocks };
}

function shortened(view: CardView, { about, body, buttons }: Drawn, draw: SlackDraw): Drawn {
  const kept = buttons.filter(({ verb }) => mayBePressedUnread(verb));
  const held = kept.length < buttons.length;
  return {
    about,
    body: [
      ...body.slice(0, 1).filter(({ type }) => type === 'header'),
      plainSection(plainly(view, draw.locale)),
      ...(view.kind === 'notice' ? [] : [section(draw.message({ id: 'chat.shortened', data: { held } }))]),
    ],
    buttons: kept,
  };
}

/** Without blocks, the text itself is read as mrkdwn. */
function alone(view: CardView, locale: Locale): string {
  const missing = missingIn(view).map((one) => say(one, locale.language));
  const words = [cutTo(plainly(view, locale), LIMITS.slack.text), ...missing];
  return words.map((one) => withoutEmoji(mrkdwnLiteral(one))).join(' ');
}

/** Says what is missing, and what to type instead. */
function missingIn(view: CardView): readonly Message[] {
  if (view.kind === 'notice') return insteadOfButtons(view);
  const id = 'id' in view ? view.id : null;
  return [{ id: 'chat.unbuttoned', data: { typed: typedFor(view), id, isOver: view.kind === 'closed' } }];
}

/** A card's fallback text, or everything that a notice says. */
function plainly(view: CardView, locale: Locale): string {
  if (view.kind !== 'notice') return fallbackText(view, locale.language, locale.timeZone);
  return view.messages.map((one) => sayWith(one, locale.language, plainPen(locale))).join('\n') || '…';
}

/** With more mentions than this a message would hold nothing else. */
const MOST_CALLED = 50;

function drawView(view: CardView, draw: SlackDraw): Drawn {
  switch (view.kind) {
    case 'plan':
      return planBlocks(view, draw);
    case 'retire':
      return retireBlocks(view, draw);
    case 'reconnect':
      return reconnectBlocks(view, draw);
    case 'running':
      return runningBlocks(view, draw);
    case 'closed':
      return closedBlocks(view, draw);
    case 'needs-person':
      return needsPersonBlocks(view, draw);
    case 'reminder':
      return reminderBlocks(view, draw);
    case 'notice':
      return noticeOf(view, draw);
  }
}
