import { foldHeard } from '../../../src/domain/fold/heard-fold.ts';
import {
  foldCutShort,
  foldForgotten,
  foldUntaken,
  isRemembered,
  isTooHigh,
} from '../../../src/domain/fold/heard-numbers.ts';
import type { CutShortEntry } from '../../../src/domain/journal/bot-head.ts';
import { NEW_HOST } from '../../../src/domain/journal/host-head.ts';
import type { Envelope } from '../../../src/domain/letters/protocol.ts';
import { type FarmState, initialFarmState } from '../../../src/domain/rotation/farm-state.ts';
import type { OrderState, RotationState } from '../../../src/domain/rotation/rotation.ts';
import { sha256 } from '../../../src/domain/sha256.ts';
import type { HostName, Instant } from '../../../src/domain/values.ts';

const [WORKER, OTHER] = ['sqlw01', 'sqlw02'] as HostName[] as [HostName, HostName];
const at = (second: number): Instant => new Date(Date.UTC(2026, 10, 24, 14, 0, second)).toISOString();
const NOW = at(40);
type Said = { readonly type: string } & Readonly<Record<string, unknown>>;

/** A line of a runner's journal, written at :35 by its own clock. */
const signed = (seq: number, entry: Said): Envelope => {
  const body = JSON.stringify({ stream: 'r', seq, prev: '', at: at(35), entry });
  return { type: 'entry', key: 'w', body, sig: `s${seq}` } as unknown as Envelope;
};

const order = (n: number, over: Partial<OrderState> = {}): OrderState =>
  ({
    ...{ host: WORKER, n, kind: 'apply', stage: 'workers', status: 'sent', outcome: null, code: null },
    ...{ acceptedAt: null, finishedAt: null, silentSince: at(0), seen: false, envelope: null, ...over },
  }) as unknown as OrderState;

const steps = [{ id: 'pin', kind: 'write-setting', params: {} }];
const rotation = (id: string, over: Partial<RotationState> = {}): RotationState =>
  ({
    ...{ id, closed: null, cutShort: null, steps: {}, looks: {}, trail: [], unclocked: [], made: {}, orders: [] },
    plan: { digest: 'd', slices: [{ host: WORKER, stages: { workers: { steps, checks: [] } } }] },
    ...over,
  }) as unknown as RotationState;

const closed = { outcome: 'proved', at: at(1), data: {} } as const;

const farm = (rotations: readonly RotationState[], over: Partial<FarmState> = {}): FarmState => ({
  ...initialFarmState,
  rotations: Object.fromEntries(rotations.map((one) => [one.id, one])),
  unclosed: rotations.filter((one) => one.closed === null).map(({ id }) => id),
  order: rotations.map(({ id }) => id),
  nextNumber: rotations.length + 1,
  ...over,
});

const running = farm([rotation('prod-1', { orders: [order(1), order(2)] })]);
const head = (over: Partial<typeof NEW_HOST>) => ({ [WORKER]: { ...NEW_HOST, ...over } });

/** Heard at :40 from a machine whose clock is five seconds ahead, unless told otherwise. */
const hear = (
  state: FarmState,
  said: readonly (Said | Envelope)[],
  over: { readonly skewMs?: number | null; readonly from?: number; readonly foreign?: readonly number[] } = {},
): FarmState => {
  const { skewMs = 5_000, from = 1, ...more } = over;
  const entries = said.map((one, index) =>
    'body' in one ? (one as unknown as Envelope) : signed(from + index, one as Said),
  );
  return foldHeard(state, { type: 'heard', host: WORKER, boot: 'b1', skewMs, entries, ...more }, NOW);
};

const accepted = (n: number, rotationId = 'prod-1', kind = 'apply') => {
  const letter = { type: 'order', key: 'k', body: '', sig: '' };
  return { type: 'accepted', n, rotation: rotationId, kind, stage: 'workers', digest: 'd', order: letter };
};
const armed = (n: number) => ({ type: 'armed', n, rotation: 'prod-1' });
const started = (n: number, digest = 'd') => {
  return {
    type: 'started',
    n,
    rotation: 'prod-1',
    digest,
    step: 'pin',
    before: {},
    made: null,
    goal: {},
    direction: 'forth',
  };
};
const ordersOf = (state: FarmState, id = 'prod-1') => state.rotations[id]?.orders ?? [];

describe('How far a machine’s own journal is known', () => {
  test('is told by its newest line, and by its first one, which tells it from another journal', () => {
    const lines = [signed(1, armed(1)), signed(2, armed(2))];
    const { hosts } = hear(running, lines as never);
    const hashes = lines.map((line) => sha256(JSON.stringify(line)));
    expect(hosts[WORKER]).toMatchObject({ seq: 2, hash: hashes[1], first: hashes[0] });
    const later = hear({ ...running, hosts }, [armed(1)], { from: 3 }).hosts[WORKER];
    expect(later).toMatchObject({ seq: 3, first: hashes[0] });
  });

  test('does not change by lines that are known already, and neither does what they tell of', () => {
    const hosts = head({ seq: 2, hash: 'h', first: 'f' });
    const after = hear({ ...running, hosts }, [armed(1), armed(2), armed(2)]);
    expect(after.hosts[WORKER]?.seq).toBe(3);
    expect(ordersOf(after).map(({ armedAt }) => armedAt ?? null)).toEqual([null, at(30)]);
    expect(after.rotations['prod-1']?.trail).toHaveLength(1);
    const nothing = hear({ ...running, hosts }, [armed(1), armed(2)]);
    expect(nothing.hosts[WORKER]).toMatchObject({ seq: 2, hash: 'h', first: 'f' });
    expect(nothing.rotations).toBe(running.rotations);
  });

  test('includes how much was taken from it, and how far its clock is ahead', () => {
    const after = hear(running, [armed(1)]).hosts[WORKER];
    expect(after?.skew).toEqual({ boot: 'b1', ms: 5_000 });
    expect(after?.taken.hour).toBe('2026-11-24T14');
    expect(after?.taken.characters).toBeGreaterThan(1_000);
    const before = { boot: 'b0', ms: 7 };
    // Though there is nothing new in it.
    const again = hear({ ...running, hosts: head({ seq: 1, skew: before }) }, [armed(1)]).hosts[WORKER];
    expect(again).toMatchObject({ seq: 1, skew: { boot: 'b1', ms: 5_000 }, taken: after?.taken });
    const unknown = hear({ ...running, hosts: head({ skew: before }) }, [armed(1)], { skewMs: null });
    expect(unknown.hosts[WORKER]?.skew).toEqual(before);
    // Its own time is all there is then.
    expect(ordersOf(unknown)[0]?.armedAt).toBe(at(35));
  });

  test('is kept for each machine alone', () => {
    const other = { ...NEW_HOST, seq: 9 };
    const state = { ...running, hosts: { [OTHER]: other } };
    const entry = { type: 'cut-short', host: WORKER, seq: 7, epoch: 2, n: 9, rotation: 'prod-5' } as const;
    for (const { hosts } of [
      ...[hear(state, [armed(1)]), hear(state, [accepted(2)]), foldCutShort(state, entry, NOW)],
      foldForgotten(state, { type: 'forgotten', host: WORKER, seq: 4 } as never, NOW),
    ]) {
      expect(hosts[OTHER]).toBe(other);
      expect(hosts).toHaveProperty(WORKER);
    }
  });
});

describe('What a machine says of an order', () => {
  test.each<[string, Said]>([
    ['that was not given to it', armed(9)],
    ['of a rotation that this journal does not have', { ...armed(1), rotation: 'prod-8' }],
    ['of a rotation by a name that every object has', { ...armed(1), rotation: 'constructor' }],
    ['under another plan than the one approved', started(1, 'e')],
    ['done under another plan than the one approved', { ...started(1, 'e'), type: 'done', facts: {}, changed: true }],
  ])('changes nothing if it is one %s', (_, said) => {
    expect(hear(running, [said]).rotations).toBe(running.rotations);
  });

  test('given to another machine under the same number, changes nothing', () => {
    const theirs = farm([rotation('prod-1', { orders: [order(1, { host: OTHER })] })]);
    expect(hear(theirs, [armed(1)]).rotations).toBe(theirs.rotations);
  });

  test('goes into the journal of the channel, with its time by the clock of the bot', () => {
    expect(hear(running, [started(1)]).rotations['prod-1']?.trail).toEqual([
      { at: at(30), host: WORKER, code: 'runner.started', data: { n: 1, step: 'pin', direction: 'forth' } },
    ]);
  });

  test('is kept with its signature where others rely on it, and with the run of the runner that said it', () => {
    const made = { thumbprint: 'B'.repeat(40), der: '' };
    const create = [{ id: 'make', kind: 'create-certificate', params: {} }];
    const slices = [{ host: WORKER, stages: { create: { steps: create, checks: [] } } }];
    const plan = { digest: 'd', header: { profiles: { new: { host: WORKER } } }, slices } as never;
    const state = farm([rotation('prod-1', { plan, orders: [order(1)] })]);
    const done = signed(2, { ...started(1), type: 'done', step: 'make', facts: {}, changed: true, made });
    const after = hear(state, [{ ...armed(1), type: 'switched', goesBackAt: at(50) }, done as never]);
    expect(after.rotations['prod-1']?.made.new).toEqual({ certificate: made, host: WORKER, seq: 2, report: done });
    expect(ordersOf(after)[0]).toMatchObject({ goesBackAt: at(45), switchedBoot: 'b1' });
  });

  test('without end, goes into that journal a hundred thousand times', () => {
    const trail = Array.from({ length: 99_999 }, () => ({ at: at(1), host: WORKER, code: 'runner.armed', data: {} }));
    const long = farm([rotation('prod-1', { orders: [order(1)], trail })]);
    const after = hear(long, [armed(1), armed(1), started(1)]).rotations['prod-1'];
    expect(after?.trail).toHaveLength(100_000);
    expect(after?.steps[WORKER]).toHaveProperty('pin');
  });

  test('tells that its times are compared with no other’s while its clock is not known', () => {
    const unclocked = (state: FarmState) => state.rotations['prod-1']?.unclocked;
    expect(unclocked(hear(running, [armed(1), started(1)], { skewMs: null }))).toEqual([WORKER]);
    const proved = { type: 'proved', n: 1, rotation: 'prod-1', step: 'pin', facts: {} };
    expect(unclocked(hear(running, [proved], { skewMs: null }))).toEqual([WORKER]);
    expect(unclocked(hear(running, [proved, started(1)], { skewMs: null }))).toEqual([WORKER]);
    expect(unclocked(hear(running, [armed(1)], { skewMs: null }))).toEqual([]);
    expect(unclocked(hear(running, [started(1)]))).toEqual([]);
    const two = farm([rotation('prod-1', { orders: [order(1)], unclocked: [OTHER] })]);
    expect(unclocked(hear(two, [started(1)], { skewMs: null }))).toEqual([OTHER, WORKER]);
  });
});

describe('A look that no rotation asked for', () => {
  const look = { host: OTHER, at: at(29), master: null, worker: null };
  const looked = { type: 'finished', n: 4, rotation: 'scan', outcome: 'looked', look, facts: {} };

  test('is the newest one of the machine that reports it, whatever it calls itself', () => {
    const after = hear(running, [looked]);
    expect(after.latest).toEqual({ [WORKER]: { ...look, host: WORKER } });
    expect(after.rotations).toBe(running.rotations);
  });

  test('that failed, or anything else under that name, leaves all as it is', () => {
    const before = hear(running, [looked]);
    const after = hear(
      before,
      [
        { ...looked, look: null },
        { ...armed(4), rotation: 'scan' },
      ],
      { from: 2 },
    );
    expect(after.latest).toBe(before.latest);
    expect(after.strange).toEqual([]);
  });

  test('of a rotation is the newest one too', () => {
    const looking = farm([rotation('prod-1', { plan: null, orders: [order(1, { kind: 'look' })] })]);
    const after = hear(looking, [{ ...looked, n: 1, rotation: 'prod-1' }]);
    expect(after.rotations['prod-1']?.looks[WORKER]).toEqual({ ...look, host: WORKER });
    expect(after.latest[WORKER]).toBe(after.rotations['prod-1']?.looks[WORKER]);
  });

  test('keeps in memory once what the one before it showed too, whatever either was for', () => {
    const scan = { ...looked, look: { ...look, root: { count: 10, notSelfSigned: 0 } } };
    const before = hear(running, [scan]);
    const after = hear(before, [scan], { from: 2 });
    expect(after.latest[WORKER]?.root).toEqual({ count: 10, notSelfSigned: 0 });
    expect(after.latest[WORKER]?.root).toBe(before.latest[WORKER]?.root);
  });
});

describe('A refusal of what is not ours', () => {
  const refused = { type: 'refused', n: 9, rotation: 'prod-8', code: 'OtherFarm', data: { found: 'x'.repeat(500) } };

  test('is told, cut to what it takes to know it', () => {
    const { strange } = hear(running, [armed(1), refused]);
    expect(strange).toEqual([{ host: WORKER, seq: 2, code: 'OtherFarm', data: { found: 'x'.repeat(120) }, at: NOW }]);
  });

  test.each<[string, OrderState['status'], number]>([
    ['an order of ours that a later one has overtaken on its way, is not told', 'sent', 0],
    ['an order of ours that was given up, is not told', 'lapsed', 0],
    ['an order that it had accepted before, is told', 'accepted', 1],
  ])('names %s', (_, status, told) => {
    const orders = [order(1, { host: OTHER }), order(2), order(3, { status })];
    const state = farm([rotation('prod-1', { orders })]);
    const data = { n: 3, rotation: 'prod-1' };
    expect(hear(state, [{ ...refused, n: null, rotation: null, data }]).strange).toHaveLength(told);
  });

  test('that names an order of another machine, or none, is told', () => {
    const theirs = farm([rotation('prod-1', { orders: [order(3, { host: OTHER }), order(4)] })]);
    for (const data of [
      { n: 3, rotation: 'prod-1' },
      { n: 3 },
      { n: 3, rotation: 'prod-8' },
      { n: 5, rotation: 'prod-1' },
    ])
      expect(hear(theirs, [{ ...refused, n: null, rotation: null, data }]).strange).toHaveLength(1);
  });

  test('is told two hundred times, the newest ones', () => {
    const many = Array.from({ length: 201 }, () => refused);
    const { strange } = hear(running, many);
    expect(strange).toHaveLength(200);
    expect([strange[0]?.seq, strange.at(-1)?.seq]).toEqual([2, 201]);
  });
});

describe('An order that a machine has accepted', () => {
  test('ends the chances of those before it that were sent to it, and of no other', () => {
    const orders = [
      ...[order(1), order(2, { status: 'accepted' }), order(3, { host: OTHER }), order(4), order(5)],
      ...[order(3, { status: 'refused' })],
    ];
    const after = hear(farm([rotation('prod-1', { orders })]), [accepted(4)]);
    const statuses = ordersOf(after).map(({ status }) => status);
    expect(statuses).toEqual(['lapsed', 'accepted', 'sent', 'accepted', 'sent', 'refused']);
    expect(ordersOf(after)[0]?.silentSince).toBeNull();
    expect(after.hosts[WORKER]).toMatchObject({ n: 4, seq: 1, skew: { boot: 'b1', ms: 5_000 } });
    expect(after.strange).toEqual([]);
    expect(after.rotations['prod-1']?.cutShort).toBeNull();
  });

  test('also in another rotation, unless that is closed', () => {
    const rotations = [
      rotation('prod-1', { orders: [order(1)], closed }),
      rotation('prod-2', { orders: [order(2)] }),
      rotation('prod-3', { orders: [order(3)] }),
    ];
    const after = hear(farm(rotations), [accepted(3, 'prod-3')]);
    expect(['prod-1', 'prod-2', 'prod-3'].map((id) => ordersOf(after, id)[0]?.status)).toEqual([
      ...['sent', 'lapsed', 'accepted'],
    ]);
  });

  test('of a low number takes back no higher one', () => {
    expect(hear({ ...running, hosts: head({ n: 8 }) }, [accepted(1)]).hosts[WORKER]?.n).toBe(8);
  });

  describe('and that this journal does not have,', () => {
    test('is told once, and ends what is open of that rotation and of earlier ones', () => {
      const rotations = [rotation('prod-1', { closed }), rotation('prod-2'), rotation('prod-3'), rotation('prod-4')];
      const after = hear(farm(rotations), [accepted(9, 'prod-3'), accepted(10, 'prod-3')]);
      expect(after.strange).toEqual([
        { host: WORKER, seq: 1, code: 'OrderNotRemembered', data: { n: 9, rotation: 'prod-3' }, at: NOW },
      ]);
      const ended = rotations.map(({ id }) => after.rotations[id]?.cutShort);
      expect(ended).toEqual([null, WORKER, WORKER, null]);
    });

    test('is told again later, and for another machine', () => {
      const before = { host: WORKER, seq: 1, code: 'OrderNotRemembered', data: {}, at: NOW };
      for (const one of [
        { ...before, at: at(1) },
        { ...before, host: OTHER },
        { ...before, code: 'OtherFarm' },
      ])
        expect(hear({ ...running, strange: [one] }, [accepted(9)]).strange).toHaveLength(2);
      const full = Array.from({ length: 200 }, (_, seq) => ({ ...before, seq, at: at(1) }));
      const { strange } = hear({ ...running, strange: full }, [accepted(9)]);
      expect(strange).toHaveLength(200);
      expect(strange.at(-1)?.at).toBe(NOW);
    });

    test('if it only looked, ends nothing but its own rotation', () => {
      const rotations = [rotation('prod-1'), rotation('prod-2')];
      const after = hear(farm(rotations), [accepted(9, 'prod-2', 'look')]);
      expect(rotations.map(({ id }) => after.rotations[id]?.cutShort)).toEqual([null, WORKER]);
    });

    test('no number that it names is given again: not of a rotation, and not of an order', () => {
      const after = hear(running, [accepted(70, 'prod-40')]);
      expect(after.nextNumber).toBe(41);
      expect(after.hosts[WORKER]?.n).toBe(70);
      expect(hear({ ...running, nextNumber: 50 }, [accepted(70, 'prod-40')]).nextNumber).toBe(50);
    });

    test('a number too high to be one is not believed', () => {
      expect(hear(running, [accepted(1, 'prod-99999999')]).nextNumber).toBe(100_000_000);
      expect(hear(running, [accepted(1, 'prod-100000000')]).nextNumber).toBe(2);
      expect(hear(running, [accepted(1, 'prod-1234567890')]).nextNumber).toBe(2);
      const high = hear({ ...running, hosts: head({ n: 5 }) }, [accepted(900_000)]);
      expect(high.hosts[WORKER]?.n).toBe(100_005);
      expect([isTooHigh(5, 100_005), isTooHigh(5, 100_006)]).toEqual([false, true]);
    });

    test('a daily look has no number that could be given twice', () => {
      const look = accepted(1, 'scan', 'look');
      expect(hear(farm([]), [look]).nextNumber).toBe(1);
      expect(hear(farm([]), [look], { foreign: [1] }).nextNumber).toBe(1);
    });

    test('signed by somebody else before this bot, only keeps it from giving a number twice', () => {
      const state = farm([], { hosts: head({ n: 3 }) });
      const after = hear(state, [accepted(9, 'prod-40')], { foreign: [1] });
      expect([after.nextNumber, after.hosts[WORKER]?.n, after.strange]).toEqual([41, 3, []]);
      expect(hear({ ...state, nextNumber: 50 }, [accepted(9, 'prod-40')], { foreign: [1] }).nextNumber).toBe(50);
      expect(hear(state, [accepted(9, 'prod-10000')], { foreign: [1] }).nextNumber).toBe(10_001);
      expect(hear(state, [accepted(9, 'prod-10001')], { foreign: [1] }).nextNumber).toBe(1);
      expect(hear(running, [accepted(9, 'prod-40')], { foreign: [1] })).toMatchObject({ nextNumber: 2, strange: [] });
      expect(hear(running, [accepted(9, 'prod-40')], { foreign: [2] }).strange).toHaveLength(1);
    });
  });

  test.each<[string, string, string, number, boolean]>([
    ['an order of this journal', 'prod-1', 'apply', 2, true],
    ['a number that this journal has not given', 'prod-1', 'apply', 3, false],
    ['a rotation that this journal does not have', 'prod-2', 'apply', 2, false],
    ['a daily look', 'scan', 'look', 77, true],
    ['a change in the name of a daily look', 'scan', 'apply', 77, false],
  ])('is remembered or not: %s', (_, id, kind, n, expected) => {
    expect(isRemembered(running, WORKER, accepted(n, id, kind) as never)).toBe(expected);
    expect(isRemembered(running, OTHER, accepted(n, id, kind) as never)).toBe(expected && id === 'scan');
  });
});

describe('A bot’s journal that was restored from a copy', () => {
  const entry: CutShortEntry = {
    ...{ type: 'cut-short', host: WORKER, seq: 700, epoch: 2, n: 9, rotation: 'prod-5' },
  };
  const state = farm([rotation('prod-1', { closed }), rotation('prod-2'), rotation('prod-3')], { epoch: 1 });

  test('begins an epoch that no runner has seen, says so, ends what is open, and gives no number twice', () => {
    const after = foldCutShort(state, entry, NOW);
    expect(after).toMatchObject({ epoch: 3, cutShortAt: NOW, nextNumber: 6 });
    expect(after.strange).toEqual([
      { host: WORKER, seq: 700, code: 'OrderNotRemembered', data: { n: 9, rotation: 'prod-5' }, at: NOW },
    ]);
    expect(state.order.map((id) => after.rotations[id]?.cutShort)).toEqual([null, WORKER, WORKER]);
    expect(after.hosts[WORKER]?.taken.characters).toBe(1_048_576);
    expect(foldCutShort({ ...state, epoch: 7 }, entry, NOW).epoch).toBe(8);
  });

  test('of which only the runner’s word is known, begins an epoch and ends nothing', () => {
    const after = foldCutShort(state, { ...entry, unproved: true }, NOW);
    expect(after).toMatchObject({ epoch: 3, cutShortAt: null, nextNumber: 4, strange: [] });
    expect(after.rotations).toBe(state.rotations);
    expect(after.hosts[WORKER]?.taken.characters).toBe(1_048_576);
  });

  test.each<[string, FarmState, string, number]>([
    ['the first one that it may have given', state, 'prod-4', 5],
    ['the last one that it has given', state, 'prod-3', 4],
    ['an earlier one that it has given', state, 'prod-1', 4],
    ['the farthest one that is believed', state, 'prod-1004', 1005],
    ['one farther away', state, 'prod-1005', 4],
    ['one of another farm', state, 'test-5', 4],
    ['one of another farm, where only one was asked for yet', farm([rotation('prod-1')]), 'test-5', 2],
    ['any, where nothing was asked for yet', farm([]), 'test-5', 6],
    ['a daily look', state, 'scan', 4],
  ])('goes on after the number of a rotation: %s', (_, was, id, nextNumber) => {
    expect(foldCutShort(was, { ...entry, rotation: id }, NOW).nextNumber).toBe(nextNumber);
  });
});

describe('A runner’s journal that is gone', () => {
  test('is read anew, and leaves it open how the orders ended that it had accepted', () => {
    const orders = [order(1, { status: 'accepted' }), order(2), order(3, { status: 'accepted', host: OTHER })];
    const state = farm([rotation('prod-1', { orders }), rotation('prod-2', { orders, closed })], {
      hosts: head({ n: 3, seq: 40, hash: 'h', first: 'f' }),
    });
    const after = foldForgotten(state, { type: 'forgotten', host: WORKER, seq: 40 } as never, NOW);
    expect(after.hosts[WORKER]).toMatchObject({ n: 3, seq: 0, hash: null, first: null });
    expect(after.hosts[WORKER]?.taken.characters).toBe(32_768);
    expect(after.strange).toEqual([{ host: WORKER, seq: 40, code: 'RunnerJournalLost', data: {}, at: NOW }]);
    expect(ordersOf(after)).toEqual([
      {
        ...order(1, { status: 'finished', outcome: 'unknown', code: 'RunnerJournalLost', finishedAt: NOW }),
        silentSince: null,
      },
      ...orders.slice(1),
    ]);
    expect(after.rotations['prod-2']).toBe(state.rotations['prod-2']);
  });

  test('is told two hundred times, the newest ones', () => {
    const before = Array.from({ length: 200 }, (_, seq) => ({
      host: OTHER,
      seq,
      code: 'OtherFarm',
      data: {},
      at: NOW,
    }));
    const after = foldForgotten(
      { ...running, strange: before },
      { type: 'forgotten', host: WORKER, seq: 4 } as never,
      NOW,
    );
    expect([after.strange.length, after.strange[0]?.seq, after.strange.at(-1)?.host]).toEqual([200, 1, WORKER]);
  });
});

test('What of a machine is not taken is told once for each reason, with the newest time and place', () => {
  const say = (state: FarmState, host: HostName, code: string, when: Instant) =>
    foldUntaken(state, { type: 'untaken', host, code } as never, when);
  const first = say(say(running, WORKER, 'RunnerSaysTooMuch', at(1)), WORKER, 'RunnerNumberTooHigh', at(2));
  const second = say(first, OTHER, 'RunnerSaysTooMuch', at(3));
  const again = say({ ...second, hosts: head({ seq: 8 }) }, WORKER, 'RunnerSaysTooMuch', at(4));
  expect(again.untaken).toEqual([
    { host: WORKER, seq: 0, code: 'RunnerNumberTooHigh', data: {}, at: at(2) },
    { host: OTHER, seq: 0, code: 'RunnerSaysTooMuch', data: {}, at: at(3) },
    { host: WORKER, seq: 8, code: 'RunnerSaysTooMuch', data: {}, at: at(4) },
  ]);
});
