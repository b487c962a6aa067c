import { runStop } from '../../../../src/app/runner/change/run-stop.ts';
import type { AcceptedOrder } from '../../../../src/domain/fold/runner-fold.ts';
import type { RunnerOutcome } from '../../../../src/domain/journal/entries.ts';

type Before = readonly [n: number, kind: AcceptedOrder['kind'], outcome: RunnerOutcome | null, rotation?: string];

test.each<[string, readonly Before[], RunnerOutcome]>([
  ['that was put back', [[3, 'apply', 'put-back']], 'put-back'],
  ['whose end is unknown', [[3, 'apply', 'unknown']], 'unknown'],
  ['that was applied', [[3, 'apply', 'applied']], 'unchanged'],
  ['that has not ended', [[3, 'apply', null]], 'unchanged'],
  ['that never came', [], 'unchanged'],
  [
    'which was the last of several',
    [
      [3, 'apply', 'unknown'],
      [4, 'apply', 'put-back'],
    ],
    'put-back',
  ],
  [
    'and not as an undo or a look before it',
    [
      [3, 'apply', 'put-back'],
      [4, 'undo', 'unknown'],
      [5, 'look', 'looked'],
    ],
    'put-back',
  ],
  [
    'and not as one of another rotation, or one that came after it',
    [
      [3, 'apply', 'put-back'],
      [4, 'apply', 'unknown', 'prod-18'],
      [8, 'apply', 'unknown'],
    ],
    'put-back',
  ],
])('a stop ends as the order ended %s', (_, before, outcome) => {
  const orders = before.map(([n, kind, ended, rotation = 'prod-17']) => ({ n, kind, outcome: ended, rotation }));
  const stop = { n: 7, kind: 'stop', rotation: 'prod-17' };
  expect(runStop({ orders } as never, stop as never)).toEqual({ outcome, facts: {} });
});
