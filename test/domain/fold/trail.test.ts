import { foldEntry } from '../../../src/domain/fold/bot-fold.ts';
import { trailOf } from '../../../src/domain/fold/trail.ts';
import { type FarmState, initialFarmState } from '../../../src/domain/rotation/farm-state.ts';
import type { RotationState } from '../../../src/domain/rotation/rotation.ts';

const AT = '2026-11-24T14:00:00.000Z';
const trail = [{ at: AT, host: 'sqlw01', code: 'runner.done', data: {} }];
const began = { gate: { how: 'approved', at: AT }, start: null };
const rotation = (id: string, over: object) =>
  ({ ...{ id, trail, orders: [], plan: null, closed: null, gate: null, start: null }, ...over }) as unknown;

const closedAfter = (last: object) => {
  const rotations = [rotation('prod-1', began), rotation('prod-2', {}), rotation('prod-3', last)] as RotationState[];
  const state: FarmState = {
    ...initialFarmState,
    rotations: Object.fromEntries(rotations.map((one) => [one.id, one])),
    order: rotations.map(({ id }) => id),
  };
  const after = foldEntry(state, { type: 'closed', id: 'prod-3', outcome: 'proved', data: {} }, AT);
  return Object.values(after.rotations).map((one) => one.trail.length);
};

describe('What runners said in a rotation is kept for the console', () => {
  test('until a later one that began has ended', () => {
    expect(closedAfter(began)).toEqual([0, 0, 1]);
  });

  test('but not of one that ended before it began', () => {
    expect(closedAfter({})).toEqual([1, 1, 0]);
    expect(
      closedAfter({ ...began, start: { from: AT, until: AT, held: null, at: AT, checks: {} }, begunAt: null }),
    ).toEqual([1, 1, 0]);
  });
});

test.each([
  [{ reason: 'ENOSPC', file: 'x' }, { full: true }],
  [{ code: 0x80070070 }, { full: true }],
  [{ code: 5 }, {}],
])('Of why a step failed (%j) the journal of a channel keeps that a disk was full', (data, wanted) => {
  const entry = { type: 'failed', n: 3, rotation: 'prod-1', step: 's', code: 'FileNotWritable', data } as never;
  expect(trailOf({ when: AT, host: 'sqlw01' as never }, entry).data).toEqual({
    n: 3,
    step: 's',
    code: 'FileNotWritable',
    ...wanted,
  });
});
