import { callsByOrder, criticalPath, criticalPathOfRotation, makespan } from '../../../infra/bench/critical-path.ts';
import type { BotRecord, Call } from '../../../infra/bench/recording.ts';

const call = (from: number, to: number, line: string, more: Partial<Call> = {}): Call => {
  const [tool = '', ...args] = line.split(' ');
  return { host: 'a', from, to, wall: from, tool, args, code: 0, state: 0, ...more };
};
const record = (at: number, more: Partial<BotRecord>): BotRecord => ({
  ...{ at, type: 'ordered', id: 'x-1', host: 'a', kind: 'apply', stage: 's' },
  ...more,
});

describe('the critical path of an order', () => {
  const cases: readonly [string, readonly Call[], number][] = [
    ['nothing takes no time', [], 0],
    ['what waits takes its own time, not the pause between', [call(0, 10, 'reg A'), call(50, 55, 'reg B')], 15],
    ['side by side the longer one counts', [call(0, 10, 'reg A'), call(2, 5, 'reg B'), call(11, 12, 'reg C')], 11],
    ['nobody waits for the event log', [call(0, 10, 'eventcreate /T'), call(20, 21, 'reg A')], 1],
    ['a tool that has not ended is left out', [call(0, Number.POSITIVE_INFINITY, 'reg A')], 0],
  ];
  test.each(cases)('%s', (_what, calls, wanted) => expect(criticalPath(calls)).toBe(wanted));

  test('a service counts for the tool that told it to change, until it is seen to have changed', () => {
    const calls = [
      call(0, 2, 'sc stop S'),
      call(5, 6, 'sc queryex S', { state: 3 }),
      call(90, 100, 'sc queryex S', { state: 1 }),
      call(110, 112, 'sc start S'),
      call(190, 200, 'sc queryex S', { state: 4 }),
    ];
    expect(criticalPath(calls)).toBe(190);
  });
});

test.each([
  ['none', [], 10, 0],
  ['all at once', [3, 5, 4], 10, 5],
  ['one after the other', [3, 5, 4], 1, 12],
  ['each as soon as there is room', [9, 1, 1, 1, 6], 2, 9],
])('side by side: %s', (_what, lengths, slots, wanted) => expect(makespan(lengths, slots)).toBe(wanted));

test('a rotation is its stages in sequence: the canary first, then waves, and all looks together', () => {
  const records = [
    record(0, { type: 'voted' }),
    ...['a', 'b', 'c'].map((host, at) => record(10 + at, { host, stage: 'switch' })),
    ...['a', 'b', 'c'].map((host) => record(50, { host, kind: 'look', stage: null })),
    record(100, { type: 'closed' }),
  ];
  const calls = [
    call(11, 15, 'reg A'),
    ...['b', 'c'].flatMap((host) => [call(20, 26, 'reg A', { host }), call(60, 61, 'reg L', { host })]),
    call(60, 62, 'reg L'),
    call(200, 300, 'reg later'),
  ];
  const orders = callsByOrder(records, calls);
  expect(orders.map(({ order, calls: { length } }) => `${order.host} ${order.kind} ${length}`)).toEqual([
    ...['a apply 1', 'b apply 1', 'c apply 1', 'a look 1', 'b look 1', 'c look 1'],
  ]);
  expect(criticalPathOfRotation(orders, { concurrency: 2, canary: { stage: 'switch', count: 1 } })).toBe(4 + 6 + 2);
  expect(criticalPathOfRotation(orders, { concurrency: 1, canary: { stage: 'switch', count: 1 } })).toBe(4 + 12 + 2);
});
