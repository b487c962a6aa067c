import fc from 'fast-check';
import { fallbackText } from '../../cards/fallback-text.ts';
import type { CardView } from '../../src/domain/view.ts';
import { closedOtherwise, done, plan, putBack, reminder, running, runningBack, unknown, VIEWS } from './views.ts';

test.each([
  [
    'plan',
    "prod-17: approve the rotation of prod's master certificate? 14 days left. 1 of 2 approved, 1 more needed: Tom Becker or Wei Zhang.",
  ],
  ['plan-dry', "prod-17: what rotating prod's master certificate would change. Nobody is asked. 14 days left."],
  ['running', 'prod-17 is running: step 9 of 13. sqlw01 is back. sqlw02 and sqlw03 are cut off for 9 s so far.'],
  ['running-back', 'prod-17 is being put back: sqlw02 did not come back: its service did not start.'],
  [
    'closed-done',
    'prod-17 done: prod runs on its new master certificate. Workers were cut off for 8.4, 15.9 and 16.3 s. Good until 24 Nov 2027.',
  ],
  [
    'closed-put-back',
    'prod-17 was put back: sqlw02 did not come back: its service did not start. prod runs on its old master certificate again. 14 days left.',
  ],
  ['closed-stopped', 'prod-17 was stopped by Tom Becker. prod runs on its old master certificate again. 14 days left.'],
  ['closed-denied', 'prod-17 was denied by Tom Becker. prod keeps its master certificate. 14 days left.'],
  [
    'needs-person',
    'prod-17 needs a person: sqlw02 went silent: its runner gives no answer. Silent since 14:31 UTC. sqlm01, sqlw01 and sqlw03 are proved on the new certificate.',
  ],
  ['reminder', 'prod: the master certificate ends in 14 days, on Tue 8 Dec. Owner Mei Lin. Next word on Tue 1 Dec.'],
  ['notice', 'prod-17 is yours, so your approval does not count. Ana Ruiz or Tom Becker can.'],
])('the lock screen shows for %s: %s', (name, words) => {
  const view = VIEWS[name];
  expect(view === undefined ? null : fallbackText(view, 'en')).toBe(words);
});

test('a farm with one worker is told of one worker', () => {
  expect(fallbackText({ ...done, gaps: done.gaps.slice(0, 1) }, 'en')).toContain(' Its worker was cut off for 8.4 s.');
});

const withFarm = (farm: string): readonly [CardView, RegExp][] => {
  const id = `${farm}-1234567`;
  return [
    [{ ...plan, farm, id }, /approve/u],
    [{ ...running, farm, id }, /is running/u],
    [{ ...runningBack, farm, id }, /put back/u],
    [{ ...done, farm, id }, /done/u],
    [{ ...putBack, farm, id }, /put back/u],
    [{ ...(closedOtherwise.denied ?? done), farm, id }, /denied/u],
    [{ ...unknown, farm, id }, /needs a person/u],
    [{ ...reminder, farm }, /ends/u],
  ];
};

test('the decision stands in the first 60 characters, whatever the farm is called', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,62}$/u), (farm) => {
      for (const [view, decision] of withFarm(farm)) expect(fallbackText(view, 'en').slice(0, 60)).toMatch(decision);
    }),
  );
});
