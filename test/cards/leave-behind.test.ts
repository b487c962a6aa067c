import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { renderBlockKit } from '../../cards/block-kit.ts';
import { plainWish } from '../../src/domain/plan/wish.ts';
import type { NeedsPersonView } from '../../src/domain/views/view.ts';
import { unknown } from './views.ts';

type State = NeedsPersonView['rows'][number]['state'];

/** Whether sqlm01, sqlw01 and sqlw03 are good; sqlw02 is unknown. */
const where = (kind: 'rotate-worker' | 'reconnect' | 'retire', others: State): NeedsPersonView => ({
  ...unknown,
  wish: plainWish(kind),
  rows: unknown.rows.map((row) => ({
    ...row,
    state: row.role === 'master' ? 'good' : row.state === 'unknown' ? 'unknown' : others,
  })),
});

/** The card in both chats. */
const drawn = (view: NeedsPersonView): readonly string[] => [
  JSON.stringify(renderAdaptiveCard(view, 'approver', 'en', 'UTC')),
  JSON.stringify(renderBlockKit(view, 'approver', { language: 'en', timeZone: 'UTC' }, [], 'whole')),
];

describe('*Leave it behind* says on whom it is done', () => {
  test.each(['rotate-worker', 'reconnect'] as const)(
    'of a %s whose other workers failed, on nobody: its master was given no certificate',
    (kind) => {
      for (const card of drawn(where(kind, 'bad'))) {
        expect(card).toContain('Closes prod-17 without sqlw02.');
        expect(card).not.toContain('as done on');
      }
    },
  );

  test('of a rotation of workers, on those that are proved', () => {
    for (const card of drawn(where('rotate-worker', 'good')))
      expect(card).toContain('Closes prod-17 as done on sqlw01 and sqlw03, without sqlw02.');
  });

  test('of a removal, on its master too', () => {
    for (const card of drawn(where('retire', 'bad')))
      expect(card).toContain('Closes prod-17 as done on sqlm01, without sqlw02.');
  });

  test('of what was put back, on the master too, where the trust was taken away again', () => {
    for (const card of drawn({ ...where('rotate-worker', 'good'), provedOn: 'old' }))
      expect(card).toContain('Closes prod-17 as put back on sqlm01, sqlw01 and sqlw03, without sqlw02.');
  });
});
