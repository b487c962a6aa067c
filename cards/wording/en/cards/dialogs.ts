import type { Line, Lines } from '../../line.ts';

/** What stands around a form or the second step of a decision, where the platform has a dialog for it. */
export const dialogWords = {
  /** The title of a second step, from the words of its button. */
  'card.sure': ((d) => `${d.what}?`) as Line<{ what: string }>,
  'card.not-yet': () => 'Not yet',
  'running.let-run': () => 'Let it run',
  'card.cancel': () => 'Cancel',
  'card.close': () => 'Close',
  'card.farm': () => 'Farm',
  'card.ask-title': () => 'Rotate a certificate',
  'plan.deny-title': ((d) => `Deny ${d.id}`) as Line<{ id: string }>,
} satisfies Lines;
