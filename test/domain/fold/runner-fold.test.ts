import {
  foldRunner,
  initialRunnerState,
  openOrders,
  pastOf,
  type RunnerState,
} from '../../../src/domain/fold/runner-fold.ts';
import type { RunnerEntry } from '../../../src/domain/journal/entries.ts';
import { sha256 } from '../../../src/domain/sha256.ts';
import type { Digest, Thumbprint } from '../../../src/domain/values.ts';

const digest = 'ab'.repeat(32);
const base = { n: 1, rotation: 'prod-17', digest, step: 'sqlw01/workers/write-setting' };
const order = { type: 'order', key: '', body: JSON.stringify({ refs: {} }), sig: '' } as const;
const accepted = (n: number): RunnerEntry => {
  return { type: 'accepted', n, rotation: 'prod-17', kind: 'apply', stage: 'workers', digest, order };
};
const started = (before: string, goal: string, direction: 'forth' | 'back', n = 1): RunnerEntry => {
  return { type: 'started', ...base, n, before: { value: before }, made: null, goal: { value: goal }, direction };
};

const fold = (entries: readonly RunnerEntry[], from: RunnerState = initialRunnerState): RunnerState =>
  entries.reduce((state, entry, index) => {
    const line = { stream: 'runner', seq: index + 1, prev: '', at: '2026-11-24T12:00:00.000Z', entry };
    return foldRunner(state, { line });
  }, from);

describe("a runner's memory", () => {
  test('keeps an order open, with its letter, until it is finished', () => {
    const open = fold([accepted(1), accepted(2)]);
    expect(openOrders(open).map(({ n, envelope }) => [n, envelope])).toEqual([
      [1, order],
      [2, order],
    ]);
    const done = fold([
      accepted(1),
      { type: 'finished', n: 1, rotation: 'prod-17', outcome: 'applied', look: null, facts: {} },
    ]);
    expect(openOrders(done)).toEqual([]);
    expect(done.orders[0]?.envelope).toBeNull();
    expect(done.lastN).toBe(1);
  });

  test('keeps since when a certificate with no known use has been seen unused, until it is gone or used', () => {
    const thumbprint = 'AB'.repeat(20) as Thumbprint;
    const looked = (leftovers: readonly object[] | null): RunnerEntry => {
      const look = { master: null, worker: null, leftovers } as never;
      return { type: 'finished', n: 1, rotation: 'scan', outcome: 'looked', look, facts: {} };
    };
    const unusedAfter = (...all: readonly (readonly object[] | null)[]) =>
      all.reduce<RunnerState>((state, leftovers, index) => {
        const line = { stream: 'r', seq: index + 1, prev: '', at: `2026-11-2${index}T12:00:00.000Z` };
        return foldRunner(state, { line: { ...line, entry: looked(leftovers) } });
      }, initialRunnerState).unused;
    const unknown = { thumbprint, lastUsed: null };
    expect(unusedAfter([unknown], null, [unknown])).toEqual([{ thumbprint, at: '2026-11-20T12:00:00.000Z' }]);
    expect(unusedAfter([unknown], [])).toEqual([]);
    expect(unusedAfter([{ thumbprint, lastUsed: '2026-11-19T12:00:00.000Z' }])).toEqual([]);
  });

  test('remembers the facts before the very first change, however often the step is begun again', () => {
    const state = fold([
      accepted(1),
      started('old', 'new', 'forth'),
      started('new', 'old', 'back'),
      started('x', 'new', 'forth'),
    ]);
    expect(pastOf(state, digest)?.steps[base.step]?.first).toEqual({ value: 'old' });
  });

  test('takes, for a step first begun on the way back, what that way wanted', () => {
    const state = fold([accepted(1), started('lost', 'old', 'back')]);
    expect(pastOf(state, digest)?.steps[base.step]?.first).toEqual({ value: 'old' });
  });

  test('keeps every certificate that was made, each once', () => {
    const made = { thumbprint: 'CD'.repeat(20) as Thumbprint, der: '' };
    const again = { ...made, thumbprint: 'EF'.repeat(20) as Thumbprint };
    const make = (one: typeof made): RunnerEntry => ({ ...started('', '', 'forth'), made: one }) as RunnerEntry;
    const state = fold([accepted(1), make(made), make(again), make(made)]);
    expect(pastOf(state, digest)?.steps[base.step]?.made).toEqual([made, again]);
  });

  test('stays small: it drops old orders and plans, but never open orders or the newest', () => {
    const digestOf = (n: number) => n.toString(16).padStart(64, '0') as Digest;
    const many = Array.from({ length: 200 }, (_, index): RunnerEntry[] => {
      const of = { n: index + 2, rotation: `prod-${index + 2}` };
      return [
        { ...accepted(of.n), ...of, digest: digestOf(of.n) } as RunnerEntry,
        { type: 'finished', ...of, outcome: 'applied', look: null, facts: {} },
      ];
    });
    const state = fold([accepted(1), ...many.flat()]);
    expect(state.orders.map(({ n }) => n)).toEqual([1, ...Array.from({ length: 40 }, (_, index) => 162 + index)]);
    expect(openOrders(state).map(({ n }) => n)).toEqual([1]);
    // What ended just now is known when its letter comes again.
    expect(state.orders.at(-1)).toMatchObject({ n: 201, outcome: 'applied' });
    expect(state.pasts).toHaveLength(8);
    expect(pastOf(state, digestOf(201))).toMatchObject({ rotation: 'prod-201' });
  });

  test('of a plan stays when another plan comes, and when another of its steps is begun', () => {
    const other = { ...accepted(2), rotation: 'prod-18', digest: 'cd'.repeat(32) } as RunnerEntry;
    const second = { ...started('1', '2', 'forth'), step: 'sqlw01/workers/restart-service' } as RunnerEntry;
    const state = fold([accepted(1), started('old', 'new', 'forth'), second, other]);
    expect(Object.keys(pastOf(state, digest)?.steps ?? {})).toHaveLength(2);
    expect(pastOf(state, digest)).toMatchObject({ steps: { [base.step]: { first: { value: 'old' } } } });
  });

  test('names only the first failure of an order', () => {
    const failed = (code: string): RunnerEntry => ({
      type: 'failed',
      n: 1,
      rotation: 'prod-17',
      step: null,
      code,
      data: {},
    });
    expect(fold([accepted(1), failed('First'), failed('Second')]).orders[0]?.failed?.code).toBe('First');
  });
});

describe('What a runner that is restarted knows of', () => {
  const at = '2026-11-24T12:00:00.000Z';
  const [old, fresh] = ['AB'.repeat(20), 'CD'.repeat(20)] as [Thumbprint, Thumbprint];
  const saying = (n: number, body: object, over: object = {}): RunnerEntry =>
    ({ ...accepted(n), order: { ...order, body: JSON.stringify({ refs: {}, ...body }) }, ...over }) as RunnerEntry;

  test('an order: all that it was, before anything is done for it', () => {
    expect(fold([accepted(1), accepted(2)])).toStrictEqual({
      ...{ lastN: 2, bot: null, refused: [], uses: [], unused: [], distrusted: [], replaced: [], called: [] },
      orders: [1, 2].map((n) => ({
        ...{ n, rotation: 'prod-17', kind: 'apply', stage: 'workers', digest, seq: n, at, envelope: order },
        ...{ bodyHash: sha256(order.body), armedAt: null, switched: null, failed: null, outcome: null },
      })),
      pasts: [{ digest, rotation: 'prod-17', isOver: false, steps: {}, refs: {} }],
    });
  });

  test.each<[string, RunnerEntry, object]>([
    ['that it is held', { type: 'armed', n: 1, rotation: 'prod-17' }, { armedAt: at }],
    [
      'that it has switched, and when it goes back',
      { type: 'switched', n: 1, rotation: 'prod-17', goesBackAt: '2026-11-24T12:01:00.000Z' },
      { switched: { at, goesBackAt: '2026-11-24T12:01:00.000Z' } },
    ],
    [
      'that it has switched for good',
      { type: 'switched', n: 1, rotation: 'prod-17', goesBackAt: null },
      { switched: { at, goesBackAt: null } },
    ],
    [
      'that it has failed, and why',
      { type: 'failed', n: 1, rotation: 'prod-17', step: null, code: 'ToolFailed', data: { exit: 5 } },
      { failed: { code: 'ToolFailed', data: { exit: 5 } } },
    ],
  ])('an order: %s, and no other', (_, entry, expected) => {
    const [first, second] = fold([accepted(1), accepted(2), entry]).orders;
    expect(first).toMatchObject(expected);
    expect(second).toMatchObject({ armedAt: null, switched: null, failed: null });
  });

  test('orders that it refused, the newest forty, unless nobody can tell which they were', () => {
    const refused = (n: number | null, rotation: string | null): RunnerEntry => {
      return { type: 'refused', n, rotation, code: 'FactsMoved', data: {} };
    };
    const state = fold([refused(3, 'prod-17'), refused(null, 'prod-17'), refused(4, null), refused(5, 'prod-18')]);
    expect(state.refused).toEqual([
      { n: 3, rotation: 'prod-17', code: 'FactsMoved', seq: 1 },
      { n: 5, rotation: 'prod-18', code: 'FactsMoved', seq: 4 },
    ]);
    expect(state.lastN).toBe(0);
    const many = fold(
      Array.from({ length: 41 }, (_, n) => refused(n, 'prod-17')),
      fold([accepted(1)]),
    );
    expect([many.refused.length, many.refused[0]?.n, many.refused.at(-1)?.n]).toEqual([40, 1, 40]);
    expect(many.orders).toHaveLength(1);
  });

  test('a step: what it was about to do, under which order, and since when', () => {
    const state = fold([accepted(1), started('old', 'new', 'forth'), accepted(2), started('x', 'old', 'back', 2)]);
    expect(pastOf(state, digest)?.steps[base.step]?.started).toEqual({
      ...{ seq: 4, at, n: 2, direction: 'back', before: { value: 'x' }, goal: { value: 'old' } },
    });
  });

  test('certificates that its orders name, however many orders follow, without what else is said of them', () => {
    const ref = (thumbprint: Thumbprint) => ({ thumbprint, der: 'AA==' });
    const state = fold([
      saying(1, { refs: { old: { ...ref(old), report: {} } } }),
      saying(2, { refs: { new: ref(fresh) } }),
      saying(3, { refs: { look: ref(old) } }, { kind: 'look' }),
      saying(4, { refs: { none: ref(old) } }, { kind: 'apply', digest: null }),
      saying(5, { refs: { undone: ref(old) } }, { kind: 'undo' }),
    ]);
    expect(state.pasts).toMatchObject([{ digest, refs: { old: ref(old), new: ref(fresh) } }]);
    expect(Object.keys(state.pasts[0]?.refs ?? {})).toEqual(['old', 'new']);
    expect(state.pasts[0]?.refs.old).toEqual(ref(old));
  });

  test('a plan: that it is over once another one begins, or an order no longer lists it as open', () => {
    const next = { rotation: 'prod-18', digest: 'cd'.repeat(32) };
    const overAfter = (entry: RunnerEntry) => fold([accepted(1), entry]).pasts.map(({ isOver }) => isOver);
    expect(overAfter(accepted(2))).toEqual([false]);
    expect(overAfter(saying(2, {}, next))).toEqual([true, false]);
    expect(overAfter(saying(2, { open: [] }, { kind: 'look', digest: null }))).toEqual([true]);
    expect(overAfter(saying(2, { open: ['prod-17'] }, { kind: 'look', digest: null }))).toEqual([false]);
  });

  test('the journal of its bot: where it stood at the newest order that said so', () => {
    const bot = { epoch: 1, seq: 40, hash: 'h' };
    const state = fold([saying(1, { bot }), accepted(2), saying(3, { bot: { ...bot, seq: 30 } })]);
    expect(state.bot).toEqual({ ...bot, n: 1, rotation: 'prod-17' });
    expect(pastOf(fold([started('', '', 'forth')]), digest)?.refs).toEqual({});
  });

  test('certificates: which were in use, which were removed for good, and which are called compromised', () => {
    const gone = { before: { present: true, thumbprint: old }, goal: { present: false, thumbprint: old } };
    const header = JSON.stringify({
      ...{ kind: 'rotate-master', wish: { compromised: true }, old: { thumbprint: fresh } },
    });
    const state = fold([saying(1, { header }), { ...started('', '', 'forth'), ...gone } as RunnerEntry]);
    expect(state.uses).toEqual([{ thumbprint: old, at }]);
    expect(state.distrusted).toEqual([old]);
    expect(state.called).toEqual([fresh]);
    // Only what is to change something can call one so.
    expect(fold([saying(1, { header }, { kind: 'undo' })]).called).toEqual([]);
  });
});

describe('A certificate whose key was stolen must never be used here again once the order that replaced it', () => {
  const [stolen, fresh] = ['AB'.repeat(20), 'CD'.repeat(20)] as const;
  const header = JSON.stringify({
    kind: 'rotate-master',
    wish: { compromised: true },
    old: { thumbprint: stolen },
    phases: [{ name: 'cutover', stages: [{ name: 'workers' }] }],
  });
  const steps = [{ id: base.step, kind: 'write-setting', params: {} }];
  const slice = JSON.stringify({ stages: { workers: { steps } } });
  const body = JSON.stringify({ refs: {}, stage: 'workers', header, slice });
  const replacing = [{ ...accepted(1), order: { ...order, body } } as RunnerEntry, started(stolen, fresh, 'forth')];
  const earlier = (n: number): RunnerEntry => ({ ...accepted(n), kind: 'undo', stage: 'workers' }) as RunnerEntry;
  const undo = (stage: string): RunnerEntry => ({ ...accepted(2), kind: 'undo', stage }) as RunnerEntry;
  const ended = (n: number, outcome: 'applied' | 'put-back' | 'unknown'): RunnerEntry => {
    return { type: 'finished', n, rotation: 'prod-17', outcome, look: null, facts: {} };
  };
  const ofNext = (entry: RunnerEntry): RunnerEntry =>
    ({
      ...entry,
      rotation: 'prod-18',
      ...(entry.type === 'accepted' ? { digest: 'cd'.repeat(32) } : {}),
    }) as RunnerEntry;

  test.each<readonly [string, readonly RunnerEntry[], readonly string[]]>([
    ['is applied', [ended(1, 'applied')], [stolen]],
    ['is applied, and another stage is undone meanwhile', [undo('trust'), ended(1, 'applied')], [stolen]],
    ['is applied, and another stage put back', [ended(1, 'applied'), undo('trust'), ended(2, 'put-back')], [stolen]],
    [
      'is applied, but not when that stage is put back',
      [ended(1, 'applied'), undo('workers'), ended(2, 'put-back')],
      [],
    ],
    [
      'is applied, and that stage of the next rotation is undone meanwhile',
      [ofNext(undo('workers')), ended(1, 'applied')],
      [stolen],
    ],
    [
      'is applied, and that stage of the next rotation put back',
      [ended(1, 'applied'), ofNext(undo('workers')), ofNext(ended(2, 'put-back'))],
      [stolen],
    ],
    ['is applied, but not when it ends because it is undone', [undo('workers'), ended(1, 'applied')], []],
    ['is applied, though its stage was undone before it', [earlier(0), ended(1, 'applied')], [stolen]],
    [
      'is applied, but not when it is put back itself, by hand, at its machine',
      [ended(1, 'applied'), ended(1, 'put-back')],
      [],
    ],
    [
      'is applied, and is tried again meanwhile',
      [{ ...accepted(2), order: { ...order, body } } as RunnerEntry, ended(1, 'applied')],
      [stolen],
    ],
    ['is applied, whatever a look finds afterwards', [ended(1, 'applied'), ended(1, 'applied')], [stolen]],
    ['is applied, but not by an order that nobody knows', [ended(7, 'applied')], []],
    ['is applied, but not when its outcome is unknown', [ended(1, 'unknown')], []],
  ])('%s', (_what, entries, distrusted) => {
    expect(fold([...replacing, ...entries]).distrusted).toEqual(distrusted);
  });

  test('is applied, or put back, though so many orders and plans followed that it is no longer kept', () => {
    const applied = fold([...replacing, ended(1, 'applied')]);
    expect(fold([ended(7, 'put-back')], applied).distrusted).toEqual([stolen]);
    expect(fold([ended(1, 'put-back')], { ...applied, orders: [] }).distrusted).toEqual([]);
    expect(fold([ended(1, 'applied')], { ...fold(replacing), pasts: [] }).distrusted).toEqual([]);
  });
});
