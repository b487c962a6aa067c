import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { renderBlockKit } from '../../cards/block-kit.ts';
import { fallbackText } from '../../cards/fallback-text.ts';
import type { Language } from '../../src/domain/tongue.ts';
import { reminderAt } from './views.ts';

/** All that a person could read, in either chat and on a lock screen. */
const drawn = (days: number, language: Language): readonly string[] => [
  JSON.stringify(renderAdaptiveCard(reminderAt(days), 'approver', language)),
  JSON.stringify(renderBlockKit(reminderAt(days), 'approver', { language, timeZone: 'UTC' })),
  fallbackText(reminderAt(days), language),
];

test.each([
  ['en', /HAS ENDED|certificate ended on/u, /days? LEFT|ends (?:on|in|within)|within a day|last day/iu],
  ['zh-CN', /已过期|已于.+过期/u, /将于|将在|一天内|最后一天/u],
] as const)('of what ended an hour ago every rendering says that it has ended: %s', (language, ended, notYet) => {
  for (const card of drawn(0, language)) {
    expect(card).toMatch(ended);
    expect(card).not.toMatch(notYet);
  }
});

test.each([
  ['en', /WITHIN A DAY|within a day/u, /ended|last day/iu],
  ['zh-CN', /一天内/u, /已过期|最后一天/u],
] as const)('of what has some hours left every rendering says that it ends within a day: %s', (language, ends, not) => {
  for (const card of drawn(1, language)) {
    expect(card).toMatch(ends);
    expect(card).not.toMatch(not);
  }
});
