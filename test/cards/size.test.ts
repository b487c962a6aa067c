import fc from 'fast-check';
import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { keepWorst, LIMITS, sizeOf } from '../../cards/limits.ts';
import type { HostRow, RowState } from '../../src/domain/views/view.ts';
import { crowded } from './crowded.ts';
import { nasty } from './nasty.ts';
import { host, message, running } from './views.ts';

test('a card of any farm with up to 200 workers fits the limit of Teams', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 200 }),
      fc.oneof(fc.constant('长'.repeat(200)), fc.constant('🙂'.repeat(100)), fc.constant('*'.repeat(200)), nasty(200)),
      fc.oneof(fc.constant('很'.repeat(500)), fc.constant('\\"'.repeat(250)), nasty(500)),
      fc.constantFrom<RowState>('good', 'bad', 'unknown', 'running', 'waiting'),
      fc.constantFrom('en', 'zh-CN'),
      (workers, name, reason, state, language) => {
        for (const view of crowded(workers, name, reason, state))
          for (const reader of ['approver', 'requester', 'other'] as const)
            expect(sizeOf(renderAdaptiveCard(view, reader, language, 'UTC'))).toBeLessThanOrEqual(
              LIMITS.adaptiveCard.bytes,
            );
      },
    ),
    { numRuns: 10, examples: [[200, '长'.repeat(200), '很'.repeat(500), 'bad', 'zh-CN']] },
  );
});

test('where rows are cut, what went wrong stays and the rest are counted', () => {
  const rows = Array.from(
    { length: 200 },
    (_, at): HostRow => ({
      host: host(`sqlw${at}`),
      role: 'worker',
      state: at === 137 ? 'bad' : at === 190 ? 'unknown' : 'good',
      what: message('row.connected'),
      ms: [8400],
      cutOff: false,
    }),
  );
  const card = JSON.stringify(renderAdaptiveCard({ ...running, rows }, 'approver', 'en', 'UTC'));
  expect(card).toContain('"sqlw137"');
  expect(card).toContain('"sqlw190"');
  const left = Number(/and (\d+) more: (\d+) done/u.exec(card)?.[1]);
  expect(left).toBe(200 - (card.match(/"text":"sqlw\d+"/gu) ?? []).length);
});

test('what is kept keeps its order', () => {
  const { kept, left } = keepWorst([5, 1, 4, 2, 3], 3, (one) => one);
  expect([kept, left]).toEqual([
    [1, 2, 3],
    [5, 4],
  ]);
});
