import path from 'node:path';
import { gapsSince, unboundSince } from '../../../infra/bench/gaps.ts';
import { parseOptions } from '../../../infra/bench/options.ts';
import { parseProcesses } from '../../../infra/bench/processes.ts';
import { median, percentile, spread } from '../../../infra/bench/statistics.ts';
import { bounded, counted, passes, ratio, tableOf, told } from '../../../infra/bench/table.ts';
import { toolFigure } from '../../../infra/bench/tools.ts';
import type { Measured } from '../../../infra/lab/index.ts';

describe('statistics', () => {
  test.each([
    [[5, 1, 3], 50, 3],
    [[1, 2, 3, 4], 50, 2],
    [[1, 2, 3, 4], 0, 1],
    [[1, 2, 3, 4], 100, 4],
    [[7], 99, 7],
  ])('of %j, %d per cent lie at or below %d', (samples, percent, found) => {
    expect(percentile(samples, percent)).toBe(found);
  });

  test('ninety-nine of a hundred samples lie at or below the 99th percentile', () => {
    const samples = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(samples, 99)).toBe(99);
    expect(spread(samples)).toEqual({ samples: 100, min: 1, p50: 50, p99: 99, max: 100 });
  });

  test('without samples nothing is known', () => {
    expect(median([])).toBeNaN();
  });
});

describe('figures', () => {
  test('a ratio meets its bar or misses it, and says what it was made of', () => {
    const kept = ratio('c', 'gap', 1500, 1000, 1.5);
    expect(kept).toMatchObject({ found: 1.5, unit: 'times', detail: '1500 ms to 1000 ms' });
    expect([kept, ratio('c', 'gap', 1510, 1000, 1.5)].map(passes)).toEqual([true, false]);
  });

  test('what could not be measured misses its bar; what has none always passes', () => {
    expect(passes(ratio('d', 'unbound', Number.NaN, 4, 1.2))).toBe(false);
    expect(passes(told('', 'chat', Number.NaN, 'ms', ''))).toBe(true);
  });

  test('a count must be exact, and a bounded figure at most its bound', () => {
    expect([9, 10, 11].map((found) => passes(counted('i', 'clicks', found, '', 10)))).toEqual([false, true, false]);
    expect([9, 10, 11].map((found) => passes(bounded('i', 'time', found, 's', 10)))).toEqual([true, true, false]);
    expect(tableOf([counted('i', 'clicks', 9, 'of 10', 10)])).toBe('i  clicks  9 of 10  exactly 10 of 10  MISS');
  });

  test('a tool of the lab that takes more than ten milliseconds misses the bar, however fast the others are', () => {
    const figure = (netsh: number[], sc = [3, 3.04, 3]) => toolFigure(new Map(Object.entries({ sc, netsh })));
    expect(figure([9, 10, 10])).toMatchObject({ found: 10, unit: 'ms', bar: 10 });
    expect([[9, 10, 10], [10, 10.2, 30], [1, 2, 400], []].map((netsh) => passes(figure(netsh)))).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(figure([1, 2, 400]).detail).toBe('sc 3 (p99 3), netsh 2 (p99 400)');
  });

  test('the table shows each figure on a line, in columns', () => {
    const table = tableOf([ratio('b', 'fifty', 3, 2, 1.3), told('', 'chat', 2, 'ms', 'p99 3')]);
    expect(table.split('\n')).toEqual([
      'b  fifty  1.5 times  at most 1.3 times  MISS  3 ms to 2 ms',
      '   chat   2 ms                                p99 3',
    ]);
  });
});

describe('what the lab measured', () => {
  const history = [
    { from: 0, to: 50, lastAnswer: 40, thumbprint: 'A' },
    { from: 60, to: 100, lastAnswer: 95, thumbprint: 'A' },
    { from: 180, to: null, lastAnswer: 190, thumbprint: 'B' },
  ];
  const measured = {
    now: 200,
    workers: {
      w1: { history },
      w2: { history: history.slice(0, 2) },
    },
    unbound: {
      m: [
        { from: 10, to: 20, ms: 10 },
        { from: 110, to: 115, ms: 5 },
        { from: 190, to: null, ms: null },
      ],
    },
  } as unknown as Measured;

  test('a gap runs from the last answer under the old certificate to the first connection under the new one', () => {
    expect([...gapsSince(measured, 100)]).toEqual([['w1', 85]]);
  });

  test('a gap that was over before is not part of this rotation', () => {
    expect([...gapsSince(measured, 185)]).toEqual([]);
  });

  test('times without a binding count once they have ended', () => {
    expect(unboundSince(measured, 100)).toEqual([5]);
  });
});

describe('processes', () => {
  test('are read with their resident memory, in millions of bytes', () => {
    const text = '  12  1000 node runner.mjs --host a\n1234 98304 node certops.mjs bot\n\nnonsense\n';
    expect(parseProcesses(text)).toEqual([
      { pid: 12, megabytes: 1.024, command: 'node runner.mjs --host a' },
      { pid: 1234, megabytes: 100.663, command: 'node certops.mjs bot' },
    ]);
  });
});

describe('options', () => {
  test('have defaults, and the JSON goes to an ignored folder', () => {
    const json = path.resolve('/project/.cache/bench.json');
    expect(parseOptions([], '/project')).toEqual({ quick: false, json, workers: 50, only: null });
  });

  test('are read as typed', () => {
    expect(parseOptions(['--quick', '--json', '/x/y.json', '--only', 'many', '--workers', '9'], '/project')).toEqual({
      quick: true,
      json: path.resolve('/x/y.json'),
      workers: 9,
      only: 'many',
    });
  });

  test.each(['small', 'many', 'chats'] as const)('%s can be measured alone', (only) => {
    expect(parseOptions(['--only', only], '/project')).toMatchObject({ only });
  });

  test.each([[['--only', 'all']], [['--workers', 'many']], [['--workers', '0']], [['--fast']], [['x']]])(
    '%j is refused',
    (args) => {
      expect(() => parseOptions(args, '/project')).toThrow();
    },
  );
});
