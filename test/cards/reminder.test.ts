import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { renderBlockKit } from '../../cards/block-kit.ts';
import { fallbackText } from '../../cards/fallback-text.ts';
import type { Language } from '../../src/domain/farm/locale.ts';
import type { HostName } from '../../src/domain/values.ts';
import { reminderAt } from './views.ts';

/** All that a person could read, in either chat and on a lock screen. */
const drawn = (days: number, language: Language): readonly string[] => [
  JSON.stringify(renderAdaptiveCard(reminderAt(days), 'approver', language, 'UTC')),
  JSON.stringify(renderBlockKit(reminderAt(days), 'approver', { language, timeZone: 'UTC' }, [], 'whole')),
  fallbackText(reminderAt(days), language, 'UTC'),
];

test.each([
  ['en', /HAS ENDED|certificate ended on/u, /days? LEFT|ends (?:on|in|within)|within a day|last day/iu],
  ['zh-CN', /已过期|已于.+过期/u, /将于|将在|一天内|最后一天/u],
] as const)(
  'every rendering says of a certificate that ended an hour ago that it has ended: %s',
  (language, ended, notYet) => {
    for (const card of drawn(0, language)) {
      expect(card).toMatch(ended);
      expect(card).not.toMatch(notYet);
    }
  },
);

test.each([
  ['en', /WITHIN A DAY|within a day/u, /ended|last day/iu],
  ['zh-CN', /一天内/u, /已过期|最后一天/u],
] as const)(
  'every rendering says of a certificate with a few hours left that it ends within a day: %s',
  (language, ends, not) => {
    for (const card of drawn(1, language)) {
      expect(card).toMatch(ends);
      expect(card).not.toMatch(not);
    }
  },
);

const unseen = { hosts: ['sqlw02', 'sqlw03'] as HostName[], since: '2026-11-20T09:00:00.000Z' };

test.each([
  ['en', / or later for sqlw02 and sqlw03, which have answered no look since/u, '2026-11-20T09:00'],
  ['zh-CN', /sqlw02 和 sqlw03 此后未再应答查看/u, '2026-11-20T09:00'],
] as const)(
  'of machines that have not been looked at for days, the reminder says since when: %s',
  (language, line, at) => {
    const view = { ...reminderAt(14), unseen };
    const teams = JSON.stringify(renderAdaptiveCard(view, 'approver', language, 'UTC'));
    const slack = JSON.stringify(renderBlockKit(view, 'approver', { language, timeZone: 'UTC' }, [], 'whole'));
    expect(teams).toContain(`${at}`);
    expect(slack.replace(/`/gu, '')).toMatch(line);
    expect(teams).not.toBe(JSON.stringify(renderAdaptiveCard(reminderAt(14), 'approver', language, 'UTC')));
  },
);
