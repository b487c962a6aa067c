import type { Tongue } from '../src/domain/tongue.ts';
import type { Mentioned } from '../src/domain/views/person-ref.ts';
import type { CardView, NoticeView, Reader } from '../src/domain/views/view.ts';
import { closedBlocks } from './blocks/closed.ts';
import { callTo, type SlackDraw, slackDraw } from './blocks/draw.ts';
import { actions, type Block, context } from './blocks/elements.ts';
import { fits } from './blocks/fits.ts';
import { textLiteral } from './blocks/mrkdwn.ts';
import { needsPersonBlocks } from './blocks/needs-person.ts';
import { noticeOf } from './blocks/notice.ts';
import { planBlocks } from './blocks/plan.ts';
import { reconnectBlocks } from './blocks/reconnect.ts';
import { reminderBlocks } from './blocks/reminder.ts';
import { retireBlocks } from './blocks/retire.ts';
import { runningBlocks } from './blocks/running.ts';
import type { Drawn } from './blocks/shared.ts';
import { fallbackText } from './fallback-text.ts';
import { squeeze } from './limits.ts';

export interface SlackMessage {
  /** What a notification shows, the decision first; entities are escaped, mentions follow at its end. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

/**
 * A view as Block Kit: header, section, context, divider and actions only, within LIMITS.slack. What does not fit is
 * counted, never silently dropped. Who is mentioned is called where the name stands, else in a line of its own. Slack
 * shows one card to all of a channel, so there it is drawn for 'approver'. Buttons have the verb as action_id (`verb:2`
 * where it stands twice) and JSON of the data as value. Never throws.
 */
export function renderBlockKit(
  view: CardView,
  reader: Reader,
  tongue: Tongue,
  mention: readonly Mentioned[] = [],
): SlackMessage {
  const called = mention.filter(({ account }) => callTo(account) !== null).slice(0, MOST_CALLED);
  const calls = [...new Set(called.map(({ account }) => `<@${account}>`))];
  const spoken = textLiteral(fallbackText(view, tongue.language, tongue.timeZone));
  const blocks = squeeze(
    (room) => {
      const { about, body, buttons } = drawView(view, slackDraw(reader, tongue, room, called));
      const standing = JSON.stringify(body);
      const rest = calls.filter((call) => !standing.includes(call)).join(' ');
      return [...body, ...(rest === '' ? [] : [context(rest)]), ...actions(about, buttons)];
    },
    (drawn) => fits(drawn, 'message'),
  );
  return { text: [spoken || '…', ...calls].join(' '), blocks };
}

/** An answer to one person, or a short message below a card. */
export const noticeBlocks = (notice: NoticeView, tongue: Tongue, mention: readonly Mentioned[] = []): SlackMessage =>
  renderBlockKit(notice, 'other', tongue, mention);

/** Beyond so many a message would be nothing else. */
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
