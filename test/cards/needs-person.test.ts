import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { renderBlockKit } from '../../cards/block-kit.ts';
import type { NeedsPersonView } from '../../src/domain/views/view.ts';
import { unknown } from './views.ts';

const masterUnknown: NeedsPersonView = {
  ...unknown,
  unknown: unknown.rows.slice(0, 1).map(({ host }) => host),
  leave: null,
  rows: unknown.rows.map((row) => ({ ...row, state: row.role === 'master' ? 'unknown' : 'good' })),
};

/** All that a person could read or press, in both chats. */
const drawn = (view: NeedsPersonView, language: 'en' | 'zh-CN'): readonly string[] => [
  JSON.stringify(renderAdaptiveCard(view, 'approver', language)),
  JSON.stringify(renderBlockKit(view, 'approver', { language, timeZone: 'UTC' })),
];

test.each([
  ['en', 'behind', 'The last one needs 2 approvals'],
  ['zh-CN', '放弃', '最后一项须在此卡片上获得 2 票批准'],
] as const)('an unknown master is not offered to be left behind, in %s', (language, words, approvals) => {
  for (const card of drawn(unknown, language)) expect(card).toContain(words);
  for (const card of drawn(masterUnknown, language)) {
    expect(card).not.toContain(words);
    expect(card).toContain(approvals);
  }
});
