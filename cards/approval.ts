import type { Locale } from '../src/domain/farm/locale.ts';
import type { AskingView } from '../src/domain/views/retire-view.ts';
import { slackDraw } from './blocks/draw.ts';
import { LIMITS } from './limits.ts';
import { approvalsIn } from './votes.ts';

const ROOM = { rows: 0, text: LIMITS.slack.confirmText };

/**
 * What the second step of an approval says: on which machines, each by its name. Slack's dialog is the smaller one, so
 * it decides how many names fit: every reader of a card approves the same words.
 */
export function approvalOf(view: AskingView, names: readonly string[], locale: Locale) {
  const nth = approvalsIn(view.votes) + 1;
  const { quorum, when } = view;
  const naming = (count: number) => ({
    names: names.slice(0, count),
    left: Math.max(0, names.length - count),
    nth,
    quorum,
    starts: view.needed === 1,
    from: when.from,
    frozenUntil: when.frozenUntil ?? null,
    startsNow: view.needed === 1 && when.from === null && when.frozenUntil === undefined,
  });
  const { tell } = slackDraw('approver', locale, ROOM);
  const fits = (count: number): boolean => tell('plan.approve-what', naming(count)).length <= LIMITS.slack.confirmText;
  return naming(mostThat(fits, names));
}

/** How many names fit, at least one. Counts whose bare names alone are too long are not tried: a farm has hundreds. */
function mostThat(fits: (count: number) => boolean, names: readonly string[]): number {
  let [most, over, length] = [1, 1, 0];
  for (const name of names) {
    length += name.length;
    if (length > LIMITS.slack.confirmText) break;
    over += 1;
  }
  if (over > names.length && fits(names.length)) return names.length;
  while (over - most > 1) {
    const middle = Math.floor((most + over) / 2);
    if (fits(middle)) most = middle;
    else over = middle;
  }
  return most;
}
