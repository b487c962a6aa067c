import type { Pen } from '../../../pen.ts';
import type { Lines } from '../../line.ts';

type Ticket = { readonly example: string; readonly pattern: string };

const STARTS: { readonly [choice: string]: string } = {
  policy: 'In the next change window; where a farm has none, once approved',
  window: 'In the next change window',
  time: 'At a set time',
};

/** Slack shows 24 characters. */
const ASKED: { readonly [word: string]: string } = {
  'rotate-master': 'New master certificate',
  'rotate-worker': 'New worker certificates',
  reconnect: 'Reconnect workers',
  retire: 'Remove old certificates',
  rollback: 'Roll back',
};

const looks = ({ example, pattern }: Ticket): string => `${example} (pattern ${pattern})`;

/** Words around a form, or around the second step of a decision, where the platform has a dialog for it. */
export const dialogWords = {
  /** The title of a second step, from the words of its button. */
  'card.sure': (d: { what: string }) => `${d.what}?`,
  'card.not-yet': () => 'Not yet',
  'running.let-run': () => 'Let it run',
  'card.cancel': () => 'Cancel',
  'card.close': () => 'Close',
  'card.farm': () => 'Farm',
  /** Chosen by the first word of the request. */
  'card.ask-title': (d: { what: string }) => ASKED[d.what.split(' ', 1).join('')] ?? 'Rotate a certificate',
  'form.what': (d: { what: string }, pen: Pen) => `You ask for: ${pen.bold(d.what)}`,
  'form.when': () => 'When does it start?',
  'form.start': (d: { choice: string; windows: boolean }) =>
    STARTS[d.choice] ?? (d.windows ? 'As soon as it is approved, in a window or not' : 'As soon as it is approved'),
  'form.at': () => 'Time, for a start at a set time',
  'form.at-hint': () => 'By your own clock: tomorrow 22:00, 2026-12-24 22:00, 3 days',
  'form.ticket': (d: { required: boolean }) => (d.required ? 'Ticket' : 'Ticket, if there is one'),
  'form.ticket-hint': (d: { policies: readonly (Ticket & { farm: string; required: boolean })[] }) =>
    d.policies.length === 1
      ? `Such as ${d.policies.map(looks).join('')}`
      : d.policies.map((one) => `${one.farm}: such as ${looks(one)}${one.required ? ', needed' : ''}`).join('; '),
  'plan.deny-title': (d: { id: string }) => `Deny ${d.id}`,
  'review.title': (d: { id: string }) => `Review ${d.id}`,
  'review.what': () => 'What did you find?',
  'review.do': () => 'Reviewed',
  'card.sentence-missing': () => 'Say it in a sentence.',
} satisfies Lines;
