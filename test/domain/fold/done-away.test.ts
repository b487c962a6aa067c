import {
  type DoneAway,
  withBack,
  withCalled,
  withDistrusted,
  withReplaced,
} from '../../../src/domain/fold/scale-out-past.ts';
import type { RunnerEntry } from '../../../src/domain/journal/entries.ts';
import type { Digest, Thumbprint } from '../../../src/domain/values.ts';

const OLD = 'AB'.repeat(20) as Thumbprint;
const digest = 'cd'.repeat(32) as Digest;
const NOTHING: DoneAway = { distrusted: [], replaced: [] };
const by = (n: number, stage: string) => ({ n, digest, stage });

/** It is taken out of Root by a step of its own. */
const removed: RunnerEntry = {
  ...{ type: 'started', n: 9, rotation: 'prod-18', digest, step: 'sqlw01/distrust/distrust-certificate' },
  ...{ before: { present: true, thumbprint: OLD }, goal: { present: false, thumbprint: OLD } },
  ...{ made: null, direction: 'forth' },
};

describe('A certificate that was done away with', () => {
  test('may be gone back to once what replaced it was put back', () => {
    expect(withBack(withReplaced(NOTHING, [OLD], by(1, 'workers')), ({ n }) => n === 1)).toEqual(NOTHING);
  });

  test('stays distrusted as long as another stage that replaced it stands', () => {
    const twice = withReplaced(withReplaced(NOTHING, [OLD], by(1, 'master')), [OLD], by(2, 'workers'));
    expect(withBack(twice, ({ n }) => n === 2).distrusted).toEqual([OLD]);
    expect(withBack(twice, () => true)).toEqual(NOTHING);
  });

  test('stays distrusted for good once it was taken out of Root, before or after it was replaced', () => {
    const after = withDistrusted(withReplaced(NOTHING, [OLD], by(1, 'workers')), removed);
    const before = withReplaced(withDistrusted(NOTHING, removed), [OLD], by(1, 'workers'));
    for (const past of [after, before]) expect(withBack(past, () => true).distrusted).toEqual([OLD]);
  });
});

test('Each certificate that a request calls compromised stays called so, however many requests follow', () => {
  const order = (thumbprint: string, compromised = true): string =>
    JSON.stringify({
      header: JSON.stringify({ kind: 'rotate-master', wish: { compromised }, old: { thumbprint } }),
    });
  const [first, second, plain] = ['AB', 'CD', 'EF'].map((one) => one.repeat(20)) as [
    Thumbprint,
    Thumbprint,
    Thumbprint,
  ];
  const called = [order(first), order(second), order(plain, false), order(first)].reduce(withCalled, []);
  expect(called).toEqual([first, second]);
});
