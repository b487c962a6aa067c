import { hostRow } from '../../../../src/app/bot/views/running/host-row.ts';
import { atWork, IS, orderTo, stepAt } from '../../../domain/at-work.ts';
import { farmOf, Sim } from '../../../domain/sim.ts';

const rotationOf = atWork(new Sim(farmOf(1)));

test.each([
  ['waits for the master while it is armed', IS.armed, false, 'row.armed'],
  ['has failed, although it had not begun', { ...IS.armed, code: 'RunnerPaused' }, false, 'row.failed'],
  ['has failed after it had begun', IS.fallen, true, 'row.failed'],
] as const)('the row of a worker says that it %s', (_what, is, hasBegun, wanted) => {
  const steps = hasBegun ? { sqlw01: { 'sqlw01/workers/write-setting': stepAt(1, 2) } } : {};
  const rotation = rotationOf([orderTo('sqlw01', 'workers', is)], { steps });
  const slice = rotation.plan.slices.find(({ host }) => host === 'sqlw01');
  expect(slice && hostRow(rotation, slice, 'forth', 0)).toMatchObject({ what: { id: wanted } });
});

test.each([
  [{ reason: 'ENOSPC' }, { full: true }],
  [{ code: 112 }, { full: true }],
  [{ reason: 'EACCES' }, {}],
])('the row of a worker that failed with %j tells whether its disk is full', (data, wanted) => {
  const rotation = rotationOf([orderTo('sqlw01', 'workers', { ...IS.fallen, code: 'FileNotWritable', data })], {
    steps: { sqlw01: { 'sqlw01/workers/write-setting': stepAt(1, 2) } },
  });
  const slice = rotation.plan.slices.find(({ host }) => host === 'sqlw01');
  expect(slice && hostRow(rotation, slice, 'forth', 0).what.data).toEqual({ code: 'FileNotWritable', ...wanted });
});
