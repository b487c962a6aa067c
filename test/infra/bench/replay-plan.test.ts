import { cutoverParts } from '../../../infra/bench/cutover-parts.ts';
import { type BotRecord, type Call, parseBot, parseCalls } from '../../../infra/bench/recording.ts';
import { boundThumbprint, itemsOf, planReplay, withThumbprint } from '../../../infra/bench/replay-plan.ts';

const call = (from: number, to: number, tool: string, args: string, more: Partial<Call> = {}): Call => ({
  ...{ host: 'm', from, to, wall: from, tool, args: args.split(' '), code: 0, state: 0 },
  ...more,
});

describe('the recording', () => {
  test('joins the start of a tool with its end, and keeps one that has not ended', () => {
    const lines = [
      { id: 1, at: 5_000_000, wall: 1, tool: 'sc', args: ['queryex', 'S'] },
      { id: 2, at: 6_000_000, wall: 2, tool: 'reg', args: ['query'] },
      { id: 1, end: 9_000_000, code: 0, state: 4 },
    ];
    const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"id":2,"en`;
    expect(parseCalls('m', text)).toEqual([
      call(5, 9, 'sc', 'queryex S', { wall: 1, state: 4 }),
      call(6, Number.POSITIVE_INFINITY, 'reg', 'query', { wall: 2, code: -1 }),
    ]);
  });

  test('takes what it needs from the bot, and leaves out a torn line', () => {
    const body = JSON.stringify({
      at: '2026-01-01T00:00:00.000Z',
      entry: { type: 'ordered', id: 'x-1', host: 'm', kind: 'apply', stage: 's' },
    });
    expect(parseBot(`${JSON.stringify({ body })}\n{"bo`)).toEqual([
      { at: 1767225600000, type: 'ordered', id: 'x-1', host: 'm', kind: 'apply', stage: 's' },
    ]);
  });
});

describe('the bare script', () => {
  test('waits for what had ended, runs side by side what overlapped, and never waits for an event log record', () => {
    const items = itemsOf([
      call(0, 10, 'reg', 'query A'),
      call(1, 10, 'reg', 'query B'),
      call(2, 5, 'eventcreate', '/T x'),
      call(11, 12, 'sc', 'qc S'),
    ]);
    expect(items.map(({ after }) => after)).toEqual([[], [], [], [0, 1]]);
  });

  test('asks a service until it is in its state, however often the product asked, and keeps later looks', () => {
    const items = itemsOf([
      call(0, 1, 'sc', 'queryex S', { state: 4 }),
      call(2, 3, 'sc', 'stop S'),
      call(4, 5, 'sc', 'queryex S', { state: 3 }),
      call(6, 7, 'sc', 'queryex S', { state: 1 }),
      call(8, 9, 'sc', 'start S'),
      call(10, 11, 'sc', 'queryex S', { state: 4 }),
      call(12, 13, 'sc', 'queryex S', { state: 4 }),
    ]);
    expect(items.map(({ action }) => action.do)).toEqual([
      ...['run', 'run', 'nothing', 'until-state', 'run', 'until-state', 'run'],
    ]);
    expect(items[3]?.action).toEqual({ do: 'until-state', service: 'S', state: 1 });
  });

  test('tries a binding until it is accepted, and skips the attempts that were refused before', () => {
    const add = 'http add sslcert ipport=0.0.0.0:1 certhash=AB';
    const items = itemsOf([call(0, 1, 'netsh', add, { code: 1 }), call(2, 3, 'netsh', add)]);
    expect(items.map(({ action }) => action.do)).toEqual(['nothing', 'until-done']);
  });

  test('has a barrier where the bot sent orders, and leaves out what came before approval', () => {
    const order = (at: number, host: string, stage: string | null): BotRecord => {
      return { at, type: 'ordered', id: 'x-1', host, kind: stage === null ? 'look' : 'apply', stage };
    };
    const records: BotRecord[] = [
      order(1, 'm', null),
      { ...order(10, '', null), type: 'voted' },
      order(10, 'm', 'create'),
      order(20, 'a', 'trust'),
      order(20, 'b', 'trust'),
      { ...order(30, '', null), type: 'closed' },
    ];
    const calls = [
      call(2, 3, 'reg', 'look'),
      call(11, 12, 'certutil', 'make'),
      call(21, 22, 'certutil', 'trust', { host: 'a' }),
      call(22, 23, 'certutil', 'trust', { host: 'b' }),
      call(40, 41, 'reg', 'late'),
    ];
    const groups = planReplay(records, calls);
    expect(groups.map(({ stage, hosts }) => [stage, hosts.map(({ host, items }) => [host, items.length])])).toEqual([
      ['create', [['m', 1]]],
      [
        'trust',
        [
          ['a', 1],
          ['b', 1],
        ],
      ],
    ]);
  });

  test('puts its own certificate in place of the recorded one, in the same letter case', () => {
    expect(withThumbprint('certhash=ABCD and abcd', 'ABCD', 'ef01')).toBe('certhash=EF01 and ef01');
    expect(boundThumbprint([call(0, 1, 'netsh', 'http add sslcert certhash=AB'), call(2, 3, 'reg', 'query')])).toBe(
      'AB',
    );
    expect(boundThumbprint([])).toBeNull();
  });
});

describe('an armed cutover', () => {
  const ordered = (at: number, host: string, stage: string): BotRecord => ({
    ...{ at, type: 'ordered', id: 'x-1', host, kind: 'apply', stage },
  });
  const records: readonly BotRecord[] = [
    { at: 0, type: 'voted', id: 'x-1', host: '', kind: '', stage: null },
    ...['a', 'b', 'c'].map((host) => ordered(1, host, 'workers')),
    ordered(5, 'm', 'master'),
    ...['m', 'a'].map((host) => ({ ...ordered(50, host, ''), kind: 'look', stage: null })),
  ];
  const of = (host: string, from: number, what: string) => call(from, from + 1, 'sc', `${what} S`, { host });
  const restart = (host: string, from: number) => [of(host, from, 'stop'), of(host, from + 2, 'start')];
  const shape = (calls: readonly Call[]) =>
    planReplay(records, calls).map(
      ({ kind, stage, hosts }) =>
        `${kind} ${stage}: ${hosts.map(({ host, items }) => `${host}${items.length}`).join(' ')}`,
    );
  const arming = ['a', 'b', 'c'].map((host) => of(host, 2, 'qc'));

  test('is armed first; then come the master, the canary, the others, and the looks', () => {
    const calls = [...arming, ...restart('m', 6), ...restart('a', 10), ...restart('b', 20), ...restart('c', 21)];
    expect(shape(calls)).toEqual([
      'apply armed: a1 b1 c1',
      'apply master: m2',
      'apply workers: a2',
      'apply workers: b2 c2',
      'look null: m0 a0',
    ]);
  });

  test('without a canary, all workers follow together', () => {
    const calls = [...arming, ...restart('m', 6), ...restart('b', 10), ...restart('a', 11), ...restart('c', 11)];
    expect(shape(calls)).toEqual([
      'apply armed: a1 b1 c1',
      'apply master: m2',
      'apply workers: b2 a2 c2',
      'look null: m0 a0',
    ]);
  });

  test("has parts: the master's switch, and the canary with its proof", () => {
    const sees = (host: string, from: number, state: number) =>
      call(from, from + 1, 'sc', 'queryex S', { host, state });
    const calls = [
      ...restart('m', 6),
      sees('m', 9, 4),
      ...restart('a', 20),
      sees('a', 25, 4),
      of('a', 28, 'qc'),
      ...restart('b', 40),
      of('a', 60, 'qc'),
    ];
    expect(cutoverParts(calls, 'm', 'a')).toEqual({ masterMs: 4, canaryMs: 9 });
    expect(cutoverParts(calls, 'm', null)).toEqual({ masterMs: 4, canaryMs: 0 });
    expect(() => cutoverParts([], 'm', null)).toThrow('no switch');
  });
});
