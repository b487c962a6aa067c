import type { AskingView } from '../src/domain/retire-view.ts';
import { slackDraw } from './blocks/draw.ts';
import { LIMITS } from './limits.ts';
import type { Tongue } from './wording/index.ts';

const ROOM = { rows: 0, text: LIMITS.slack.confirmText };

/**
 * What the second step of an approval says: on which machines, each by its name. The smaller of both dialogs, which is
 * Slack's, decides how many there is room for, so that every reader of a card allows the same words.
 */
export function approvalOf(view: AskingView, names: readonly string[], tongue: Tongue) {
  const nth = view.votes.filter(({ vote }) => vote === 'approve').length + 1;
  const said = { names, nth, quorum: view.quorum, starts: view.needed === 1, from: view.when.from };
  const { tell } = slackDraw('approver', tongue, ROOM);
  const fits = (limit: number): boolean =>
    tell('plan.approve-what', { ...said, limit }).length <= LIMITS.slack.confirmText;
  return { ...said, limit: fits(names.length) ? names.length : mostThat(fits, names.length) };
}

/** The largest number that fits, where less never takes more room. */
function mostThat(fits: (limit: number) => boolean, less: number): number {
  let [most, over] = [1, less];
  while (over - most > 1) {
    const middle = Math.floor((most + over) / 2);
    if (fits(middle)) most = middle;
    else over = middle;
  }
  return most;
}
