import { type CardMessage, PLAIN } from '../../../adapters/teams/card.ts';
import { sayable } from '../../../adapters/teams/plainer.ts';
import type { CardView } from '../../../src/domain/views/view.ts';
import { VIEWS } from '../../cards/views.ts';
import { LOCALE, wordsIn } from './support.ts';

/** Buttons that may be pressed without having read the card, and buttons that may not. */
const UNREAD = ['look', 'deny', 'withdraw', 'stop', 'put-back'];
const GOES_FORTH = ['approve', 'leave', 'leave-out', 'go-on', 'request'];

const verbsOf = (message?: CardMessage): readonly string[] => {
  const { actions = [] } = (message?.attachments[0]?.content ?? {}) as { readonly actions?: readonly object[] };
  return [...new Set([...wordsIn(actions).matchAll(/"verb":"([a-z-]+)"/gu)].map((found) => found[1] ?? ''))];
};

const READERS = ['approver', 'requester', 'other'] as const;
const ROTATIONS = Object.keys(VIEWS).filter((name) => 'id' in (VIEWS[name] as CardView));

test.each(ROTATIONS)('%s shown in Teams with its headline alone offers no button that goes ahead', (name) => {
  for (const reader of READERS) {
    const { whole, plainer } = sayable(VIEWS[name] as CardView, reader, LOCALE, PLAIN);
    const verbs = verbsOf(whole);
    expect(verbsOf(plainer()[0])).toEqual(verbs.filter((verb) => UNREAD.includes(verb)));
  }
});

test('the buttons judged here are all those of Teams’ cards', () => {
  const verbs = ROTATIONS.flatMap((name) =>
    READERS.flatMap((reader) => verbsOf(sayable(VIEWS[name] as CardView, reader, LOCALE, PLAIN).whole)),
  );
  expect([...new Set(verbs)].sort()).toEqual([...UNREAD, ...GOES_FORTH].sort());
});
