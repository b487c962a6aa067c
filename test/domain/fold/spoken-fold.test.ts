import { foldSpoken, type Spoken } from '../../../src/domain/fold/spoken-fold.ts';
import type { RunnerEntry } from '../../../src/domain/journal/entries.ts';
import type { Envelope } from '../../../src/domain/letters/protocol.ts';
import type { HostLook } from '../../../src/domain/machine/host-facts.ts';
import type { OrderState, RotationState, StepState } from '../../../src/domain/rotation/rotation.ts';
import type { HostName, Instant } from '../../../src/domain/values.ts';
import { ID, NEW, OLD } from '../sim.ts';

const [MASTER, WORKER, OTHER] = ['sqlm01', 'sqlw01', 'sqlw02'] as HostName[] as [HostName, HostName, HostName];
const DIGEST = 'sha256:plan';
const at = (second: number): Instant => new Date(Date.UTC(2026, 10, 24, 14, 0, second)).toISOString();
const letter: Envelope = { type: 'order', key: 'k', body: 'order', sig: 's' };
const report: Envelope = { type: 'entry', key: 'w', body: 'entry', sig: 's' } as unknown as Envelope;
const made = { thumbprint: NEW, der: 'AA==' };

const order = (over: Partial<OrderState> = {}): OrderState =>
  ({
    ...{ host: WORKER, n: 7, kind: 'apply', stage: 'workers', envelope: letter, status: 'sent', outcome: null },
    ...{ acceptedAt: null, finishedAt: null, code: null, data: {}, failedStep: null, armedAt: null, switchedAt: null },
    ...{ silentSince: at(0), seen: true, unwritten: { reason: 'ENOSPC', outcome: 'applied' } },
    ...over,
  }) as unknown as OrderState;

const slice = (host: HostName) => ({
  host,
  stages: {
    trust: { steps: [{ id: 'trust', kind: 'trust-certificate', params: {} }], checks: [] },
    workers: {
      steps: [
        { id: 'make', kind: 'create-certificate', params: { ref: 'own' } },
        { id: 'pin', kind: 'write-setting', params: {} },
      ],
      checks: [{ id: 'connected' }],
    },
  },
});

/** A rotation of two workers, each with a new certificate of its own. */
const rotation = (over: Partial<RotationState> = {}): RotationState =>
  ({
    ...{ id: ID, closed: null, orders: [order()], steps: {}, made: {}, looks: {}, proofs: {}, earlier: {} },
    plan: {
      digest: DIGEST,
      header: { profiles: { own: { host: WORKER }, new: { host: MASTER } } },
      slices: [slice(WORKER), slice(OTHER)],
    },
    ...over,
  }) as unknown as RotationState;

/** What the entry changes: heard at :40, and made at :30 by the bot's clock, with the machine five seconds ahead. */
const hear = (
  was: RotationState,
  entry: { readonly type: RunnerEntry['type'] } & Readonly<Record<string, unknown>>,
  { look = null, ...more }: Partial<Spoken> & { readonly look?: HostLook | null } = {},
): Partial<RotationState> => {
  const said = { n: 7, rotation: ID, ...entry } as unknown as RunnerEntry;
  const line = { seq: 12, at: at(35), entry: said } as unknown as Spoken['line'];
  const spoken = { host: WORKER, line, envelope: report, when: at(30), isClocked: true, at: at(40), boot: 'b2' };
  return foldSpoken(was, { ...spoken, look, ...more }, said);
};

const orderAfter = (was: RotationState, ...rest: [Parameters<typeof hear>[1], Parameters<typeof hear>[2]?]) =>
  hear(was, ...rest).orders?.[0];
const stepAfter = (was: RotationState, id: string, entry: Parameters<typeof hear>[1]): StepState | undefined =>
  hear(was, entry).steps?.[WORKER]?.[id];

const started = { type: 'started', digest: DIGEST, step: 'pin', before: { value: OLD }, goal: {}, made: null } as const;
const forth = { ...started, direction: 'forth' } as const;
const back = { ...started, direction: 'back' } as const;
const failed = { type: 'failed', step: 'pin', code: 'ToolFailed', data: { exit: 1 } } as const;
const finished = { type: 'finished', outcome: 'applied', look: null, facts: {} } as const;
const refused = { type: 'refused', code: 'FactsMoved', data: { step: 'pin' } } as const;
const stepWas = (over: Partial<StepState> = {}) =>
  rotation({
    steps: {
      [OTHER]: { pin: { state: 'proved' } as StepState },
      [WORKER]: {
        trust: { state: 'done' } as StepState,
        pin: {
          ...{ state: 'started', direction: 'forth', startedAt: at(10), at: at(10), backAt: null },
          ...{ facts: {}, made: null, changed: true, provedAt: null, provedBackAt: null, ...over },
        },
      },
    },
  });

describe('An order, by what its machine has said of it,', () => {
  test.each<[string, Parameters<typeof hear>[1], Partial<OrderState>]>([
    [
      'is accepted, and never sent again',
      { type: 'accepted' },
      { status: 'accepted', acceptedAt: at(30), envelope: null },
    ],
    ['is armed', { type: 'armed' }, { armedAt: at(30) }],
    [
      'has switched, and goes back at a time told on the clock of the bot',
      { type: 'switched', goesBackAt: at(55) },
      { switchedAt: at(30), goesBackAt: at(50), switchedBoot: 'b2' },
    ],
    ['has switched, and does not go back by itself', { type: 'switched', goesBackAt: null }, { switchedAt: at(30) }],
    [
      'is refused, and why',
      refused,
      { status: 'refused', code: 'FactsMoved', data: { step: 'pin' }, finishedAt: at(30) },
    ],
    ['has failed, where and why', failed, { code: 'ToolFailed', data: { exit: 1 }, failedStep: 'pin' }],
    ['has failed in no step', { ...failed, step: null }, { code: 'ToolFailed', failedStep: null }],
    ['is at work', forth, { status: 'sent' }],
    [
      'has ended, at the time of its machine, which the bot heard of later',
      finished,
      { status: 'finished', outcome: 'applied', finishedAt: at(30), endHeardAt: at(40) },
    ],
  ])('%s', (_, entry, expected) => {
    const after = orderAfter(rotation(), entry);
    expect(after).toMatchObject({ ...expected, silentSince: null, seen: false });
  });

  test('is told from one of the same number on another machine, and from another one of this machine', () => {
    const orders = [order({ host: OTHER }), order(), order({ n: 8 })];
    expect(hear(rotation({ orders }), { type: 'armed' }).orders).toEqual([
      order({ host: OTHER }),
      order({ armedAt: at(30), silentSince: null, seen: false, unwritten: null }),
      order({ n: 8 }),
    ]);
  });

  test('that lapsed stays so, though its late letter is refused', () => {
    expect(hear(rotation({ orders: [order({ status: 'lapsed' })] }), refused)).toEqual({});
    // The other machine's order has lapsed, not this one's.
    const orders = [order({ host: OTHER, status: 'lapsed' }), order({ n: 8, status: 'lapsed' }), order()];
    expect(hear(rotation({ orders }), refused).orders?.[2]?.status).toBe('refused');
  });

  describe('refused for its date', () => {
    const late = { type: 'refused', code: 'OrderExpired', data: { now: at(55) } } as const;
    const begun = order({ host: OTHER, acceptedAt: at(5) });

    test('is issued again once the rotation has begun to change something', () => {
      const after = hear(rotation({ orders: [begun, order()] }), late).orders?.[1];
      expect(after).toMatchObject({ status: 'lapsed', aheadMs: 15_000, code: 'OrderExpired', finishedAt: at(30) });
    });

    test.each<[string, OrderState]>([
      ['nothing was accepted', order({ host: OTHER })],
      ['only looks were accepted', { ...begun, kind: 'look' }],
    ])('waits for somebody who sets the clock as long as %s', (_, other) => {
      const after = hear(rotation({ orders: [other, order()] }), late).orders?.[1];
      expect(after?.status).toBe('refused');
      expect(after).not.toHaveProperty('aheadMs');
    });

    test('and refused for anything else, stays refused', () => {
      expect(hear(rotation({ orders: [begun, order()] }), refused).orders?.[1]?.status).toBe('refused');
    });
  });

  test('on the way back, keeps the failure that came first', () => {
    const undo = order({ kind: 'undo', code: 'ServiceNotRunning', failedStep: 'restart' });
    const after = orderAfter(rotation({ orders: [undo] }), failed);
    expect(after).toMatchObject({ code: 'ServiceNotRunning', data: {}, failedStep: 'restart', silentSince: null });
    const first = orderAfter(rotation({ orders: [order({ kind: 'undo' })] }), failed);
    expect(first).toMatchObject({ code: 'ToolFailed', failedStep: 'pin' });
  });

  test('that goes forward, has the newest failure', () => {
    const after = orderAfter(rotation({ orders: [order({ code: 'ServiceNotRunning' })] }), failed);
    expect(after).toMatchObject({ code: 'ToolFailed', failedStep: 'pin' });
  });

  test('of a master that goes back too early, says by how much', () => {
    const switched = order({ goesBackAt: at(55), switchedBoot: 'b1' });
    const after = orderAfter(rotation({ orders: [switched] }), { ...failed, code: 'NotConfirmed' });
    expect(after?.data).toEqual({ exit: 1, early: 15 });
  });

  test('put back after its rotation has ended, was undone by hand, as the bot heard', () => {
    const closed = { outcome: 'proved', at: at(20), data: {} } as const;
    const orders = [order({ outcome: 'applied', status: 'finished' })];
    const { steps } = stepWas({ direction: 'back' });
    const undone = { ...finished, outcome: 'put-back' };
    expect(orderAfter(rotation({ closed, orders, steps }), undone)).toMatchObject({
      outcome: 'put-back',
      undoneAt: at(40),
    });
    expect(orderAfter(rotation({ orders, steps }), undone)).not.toHaveProperty('undoneAt');
  });
});

describe('A step, by what its machine has said of it,', () => {
  test('was begun, with what was there before', () => {
    expect(stepAfter(rotation(), 'pin', forth)).toStrictEqual({
      ...{ state: 'started', direction: 'forth', startedAt: at(30), at: at(30), backAt: null },
      ...{ facts: { value: OLD }, made: null, changed: true, provedAt: null, provedBackAt: null },
    });
  });

  test('that was never begun, and is as it should be, was changed at no time', () => {
    const blank = { direction: 'forth', startedAt: null, at: at(30), backAt: null, made: null } as const;
    const rest = { changed: false, provedAt: null, provedBackAt: null } as const;
    const done = { ...started, type: 'done', facts: { value: NEW }, changed: false } as const;
    expect(stepAfter(rotation(), 'pin', done)).toStrictEqual({
      ...{ ...blank, ...rest, state: 'done', facts: { value: NEW } },
    });
    expect(stepAfter(rotation(), 'pin', failed)).toStrictEqual({ ...blank, ...rest, state: 'failed', facts: {} });
    expect(stepAfter(rotation(), 'connected', { type: 'proved', step: 'connected', facts: {} })).toStrictEqual({
      ...{ ...blank, ...rest, state: 'proved', facts: {}, provedAt: at(30) },
    });
  });

  test('begun again after it was undone or had failed, is at work', () => {
    for (const state of ['undone', 'failed'] as const)
      expect(stepAfter(stepWas({ state }), 'pin', forth)?.state).toBe('started');
  });

  test('begun on the way back first, never began forward', () => {
    expect(stepAfter(rotation(), 'pin', back)).toMatchObject({ direction: 'back', startedAt: null, backAt: at(30) });
  });

  test('leaves all other steps as they are', () => {
    const { steps = {} } = hear(stepWas(), forth);
    expect(steps[OTHER]).toEqual({ pin: { state: 'proved' } });
    expect(Object.keys(steps[WORKER] ?? {})).toEqual(['trust', 'pin']);
  });

  test.each<[string, StepState | undefined, Partial<StepState>]>([
    ['begun again forward, keeps when it first began', stepAfter(stepWas(), 'pin', forth), { startedAt: at(10) }],
    [
      'begun again forward, keeps when it first went back',
      stepAfter(stepWas({ backAt: at(20) }), 'pin', forth),
      { backAt: at(20), direction: 'forth' },
    ],
    [
      'taken back, keeps when it began, and has when it went back',
      stepAfter(stepWas(), 'pin', back),
      { startedAt: at(10), backAt: at(30), at: at(30) },
    ],
    [
      'taken back again, keeps when it first went back',
      stepAfter(stepWas({ backAt: at(20) }), 'pin', back),
      { backAt: at(20) },
    ],
    ['begun again, keeps what it had made before a restart', stepAfter(stepWas({ made }), 'pin', forth), { made }],
    [
      'begun again, has what it has made now',
      stepAfter(stepWas({ made: { thumbprint: OLD, der: '' } }), 'pin', { ...forth, made }),
      { made },
    ],
    [
      'done without a change, says so',
      stepAfter(stepWas(), 'pin', { ...started, type: 'done', facts: { value: NEW }, changed: false }),
      { state: 'done', facts: { value: NEW }, changed: false, startedAt: at(10), at: at(30) },
    ],
    [
      'done, keeps what it had made',
      stepAfter(stepWas({ made }), 'pin', { ...started, type: 'done', facts: {}, changed: true }),
      { state: 'done', made },
    ],
    [
      'done, has what it has made',
      stepAfter(stepWas({ made: { thumbprint: OLD, der: '' } }), 'pin', {
        ...{ ...started, type: 'done', facts: {}, changed: true, made },
      }),
      { made },
    ],
    [
      'failed, says so',
      stepAfter(stepWas(), 'pin', failed),
      { state: 'failed', direction: 'forth', startedAt: at(10) },
    ],
    [
      'undone, has gone back to what was there',
      stepAfter(stepWas(), 'pin', { type: 'undone', step: 'pin', facts: { value: OLD } }),
      { state: 'undone', direction: 'back', facts: { value: OLD }, changed: true },
    ],
  ])('%s', (_, step, expected) => {
    expect(step).toMatchObject(expected);
  });

  test('that failed is none, where none is named', () => {
    expect(hear(stepWas(), { ...failed, step: null })).not.toHaveProperty('steps');
  });

  test.each<[string, Parameters<typeof hear>[1]]>([
    ['begun', { ...forth, step: 'more' }],
    ['done', { ...forth, type: 'done', facts: {}, changed: true, step: 'more' }],
    ['proved', { type: 'proved', step: 'more', facts: {} }],
    ['undone', { type: 'undone', step: 'more', facts: {} }],
  ])('which no plan has, is not %s', (_, entry) => {
    expect(hear(rotation(), entry)).not.toHaveProperty('steps');
    expect(hear(rotation({ plan: null }), { ...entry, step: 'pin' })).not.toHaveProperty('steps');
  });

  test('which only another machine has in the plan, is not begun', () => {
    const slices = [{ ...slice(WORKER), stages: {} }, slice(OTHER)];
    const plan = { ...rotation().plan, slices } as unknown as NonNullable<RotationState['plan']>;
    expect(hear(rotation({ plan }), forth)).not.toHaveProperty('steps');
  });
});

describe('A check that holds', () => {
  const proved = { type: 'proved', step: 'connected', facts: { tcp: true } } as const;
  const stepIn = (one: OrderState, was: Partial<StepState> = {}) => {
    const steps = { [WORKER]: { connected: { state: 'proved', provedAt: null, provedBackAt: null, ...was } } };
    return hear(rotation({ orders: [one], steps: steps as unknown as RotationState['steps'] }), proved).steps?.[WORKER]
      ?.connected;
  };

  test.each<[string, OrderState, Partial<StepState>]>([
    ['forward', order(), { state: 'proved', facts: { tcp: true }, provedAt: at(30), provedBackAt: null }],
    ['back, by an order to put back', order({ kind: 'undo' }), { provedAt: null, provedBackAt: at(30) }],
    [
      'back, by a forward order that has failed',
      order({ code: 'MasterWentBack' }),
      { provedAt: null, provedBackAt: at(30) },
    ],
  ])('proves the way %s', (_, one, expected) => {
    expect(stepIn(one)).toMatchObject(expected);
  });

  test('again, leaves when it first held', () => {
    expect(stepIn(order(), { provedAt: at(10) })).toMatchObject({ provedAt: at(10), at: at(30) });
    expect(stepIn(order({ kind: 'undo' }), { provedAt: at(10), provedBackAt: at(20) })).toMatchObject({
      provedAt: at(10),
      provedBackAt: at(20),
    });
  });
});

describe('A new certificate', () => {
  const done = { ...started, type: 'done', step: 'make', facts: {}, changed: true, made } as const;
  const mine = { certificate: made, host: WORKER, seq: 12, report };

  test('is recorded with the signed word of its maker, beside those of others', () => {
    const before = { new: { certificate: made, host: MASTER, seq: 3, report } };
    expect(hear(rotation({ made: before }), done).made).toEqual({ ...before, own: mine });
  });

  test('made anew while the rotation runs, takes the place of the earlier one', () => {
    const own = { certificate: { thumbprint: OLD, der: '' }, host: WORKER, seq: 3, report };
    expect(hear(rotation({ made: { own } }), done).made).toEqual({ own: mine });
  });

  test('stays once the rotation is closed, but a first one is still recorded', () => {
    const closed = { outcome: 'stopped', at: at(20), data: {} } as const;
    const own = { certificate: { thumbprint: OLD, der: '' }, host: WORKER, seq: 3, report };
    expect(hear(rotation({ closed, made: { own } }), done)).not.toHaveProperty('made');
    expect(hear(rotation({ closed }), done).made).toEqual({ own: mine });
  });

  test.each<[string, Parameters<typeof hear>[1], Partial<Spoken>]>([
    ['by a step that made none', { ...done, made: null }, {}],
    ['by a step that is to make none', { ...done, step: 'pin' }, {}],
    ['that the plan gives to another machine', done, { host: OTHER }],
    ['by a machine that is not in the plan', done, { host: 'sqlw09' as HostName }],
  ])('is not recorded %s', (_, entry, more) => {
    expect(hear(rotation(), entry, more)).not.toHaveProperty('made');
  });

  test('is not recorded by another step of the machine that is to have it', () => {
    const master = {
      ...slice(MASTER),
      stages: { new: { steps: [{ id: 'bind', kind: 'bind', params: {} }], checks: [] } },
    };
    const plan = { ...rotation().plan, slices: [master] } as unknown as NonNullable<RotationState['plan']>;
    expect(hear(rotation({ plan }), { ...done, step: 'bind' }, { host: MASTER })).not.toHaveProperty('made');
  });

  test('is none where the plan has no such name, or there is no plan', () => {
    const { plan } = rotation();
    const bare = { ...plan, header: { profiles: {} } } as unknown as NonNullable<RotationState['plan']>;
    expect(hear(rotation({ plan: bare }), done)).not.toHaveProperty('made');
    expect(hear(rotation({ plan: null }), done)).not.toHaveProperty('made');
  });

  test('of a plan from before there were several kinds is the master’s', () => {
    const steps = [{ id: 'make', kind: 'create-certificate', params: {} }];
    const slices = [{ host: MASTER, stages: { new: { steps, checks: [] } } }];
    const plan = { ...rotation().plan, slices } as unknown as NonNullable<RotationState['plan']>;
    const { made: after } = hear(rotation({ plan }), done, { host: MASTER });
    expect(after).toEqual({ new: { ...mine, host: MASTER } });
  });
});

describe('A look at a machine', () => {
  const look = { host: WORKER, at: at(29) } as unknown as HostLook;
  const [first, before] = [at(1), at(2)].map((one) => ({ ...look, at: one })) as [HostLook, HostLook];
  const asked = [order({ kind: 'look', stage: null })];
  const looks = { [OTHER]: first, [WORKER]: first };

  test('before there is a plan, is what the plan is made from', () => {
    const after = hear(rotation({ plan: null, orders: asked, looks }), finished, { look });
    expect(after.looks).toEqual({ [OTHER]: first, [WORKER]: look });
    expect(after).not.toHaveProperty('proofs');
  });

  test('under a plan, is a proof, and the one before it is kept', () => {
    const was = rotation({ orders: asked, looks, proofs: { [OTHER]: before, [WORKER]: before } });
    const after = hear({ ...was, earlier: { [OTHER]: first, [WORKER]: first } }, finished, { look });
    expect(after.proofs).toEqual({ [OTHER]: before, [WORKER]: look });
    expect(after.earlier).toEqual({ [OTHER]: first, [WORKER]: before });
    expect(after).not.toHaveProperty('looks');
  });

  test('under a plan for the first time, has none before it', () => {
    const after = hear(rotation({ orders: asked, earlier: { [OTHER]: first } }), finished, { look });
    expect(after).toMatchObject({ proofs: { [WORKER]: look }, earlier: { [OTHER]: first } });
    expect(after.earlier).not.toHaveProperty(WORKER);
  });

  test('that came with another order, or that an order to look came without, proves nothing', () => {
    expect(hear(rotation(), finished, { look })).not.toHaveProperty('proofs');
    expect(hear(rotation({ orders: asked }), finished)).not.toHaveProperty('proofs');
  });
});
