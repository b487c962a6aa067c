import type { CardView, NoticeView, PersonRef, Reader } from '../src/domain/view.ts';
import { closedBlocks } from './blocks/closed.ts';
import { type SlackDraw, slackDraw } from './blocks/draw.ts';
import { actions, type Block, context } from './blocks/elements.ts';
import { fits } from './blocks/fits.ts';
import { textLiteral } from './blocks/mrkdwn.ts';
import { needsPersonBlocks } from './blocks/needs-person.ts';
import { noticeOf } from './blocks/notice.ts';
import { planBlocks } from './blocks/plan.ts';
import { reminderBlocks } from './blocks/reminder.ts';
import { runningBlocks } from './blocks/running.ts';
import type { Drawn } from './blocks/shared.ts';
import { fallbackText } from './fallback-text.ts';
import { squeeze } from './limits.ts';
import type { Tongue } from './wording/index.ts';

/** Somebody to be called; `account` is Slack's own id of a person. */
export interface Mentioned extends PersonRef {
  readonly account: string;
}

export interface SlackMessage {
  /** What a notification shows, the decision first; entities are escaped, mentions follow at its end. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

/**
 * A view as Block Kit: header, section, context, divider and actions only, within LIMITS.slack. What does not fit is
 * counted, never silently dropped. Slack shows one card to all of a channel, so there it is drawn for 'approver'.
 * Buttons have the verb as action_id (`verb:2` where it stands twice) and JSON of the data as value. Never throws.
 */
export function renderBlockKit(
  view: CardView,
  reader: Reader,
  tongue: Tongue,
  mention: readonly Mentioned[] = [],
): SlackMessage {
  const calls = callsTo(mention);
  const spoken = textLiteral(fallbackText(view, tongue.language, tongue.timeZone));
  const blocks = squeeze(
    (room) => {
      const { about, body, buttons } = drawView(view, slackDraw(reader, tongue, room));
      return [...body, ...(calls === '' ? [] : [context(calls)]), ...actions(about, buttons)];
    },
    (drawn) => fits(drawn, 'message'),
  );
  return { text: calls === '' ? spoken : `${spoken} ${calls}`, blocks };
}

/** An answer to one person, or a short message below a card. */
export const noticeBlocks = (notice: NoticeView, tongue: Tongue, mention: readonly Mentioned[] = []): SlackMessage =>
  renderBlockKit(notice, 'other', tongue, mention);

/** Beyond so many a message would be nothing else. */
const MOST_CALLED = 50;

/** `<@U024BE7LH> <@W012A3CDE>`; what is no id of Slack's calls nobody. */
const callsTo = (mention: readonly Mentioned[]): string =>
  [...new Set(mention.map(({ account }) => account))]
    .filter((account) => /^[UW][A-Z0-9]{2,20}$/u.test(account))
    .slice(0, MOST_CALLED)
    .map((account) => `<@${account}>`)
    .join(' ');

function drawView(view: CardView, draw: SlackDraw): Drawn {
  switch (view.kind) {
    case 'plan':
      return planBlocks(view, draw);
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
