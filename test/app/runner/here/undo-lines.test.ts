import { undoLines } from '../../../../src/app/runner/here/undo-lines.ts';
import type { RunnerEntry } from '../../../../src/domain/journal/entries.ts';
import type { Facts, RotationId } from '../../../../src/domain/values.ts';

const rotation = 'prod-1' as RotationId;
const undone = (n: number, step: string, facts: Facts = {}): RunnerEntry => ({
  type: 'undone',
  n,
  rotation,
  step,
  facts,
});
const failed = (step: string | null, data = {}): RunnerEntry => ({
  type: 'failed',
  n: 1,
  rotation,
  step,
  code: 'ToolFailed',
  data,
});

test('a step that was put back by several orders is told once', () => {
  expect(undoLines([undone(1, 'a', { pid: 1 }), undone(1, 'b'), undone(2, 'a', { pid: 2 }), undone(3, 'a')])).toEqual([
    '  b: put back.',
    '  a: put back.',
  ]);
});

test('what was put back only after it had failed ends with that it was put back, and an order that failed has no step', () => {
  const proved: RunnerEntry = { type: 'proved', n: 1, rotation, step: 'c', facts: {} };
  expect(
    undoLines([undone(1, 'a'), failed('a', { change: 'setting.write' }), failed(null), undone(2, 'a'), proved]),
  ).toEqual(['  a: ToolFailed {"change":"setting.write"}', '  order: ToolFailed', '  a: put back.', '  c: proved.']);
});
