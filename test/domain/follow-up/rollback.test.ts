import { say } from '../../../cards/wording/index.ts';
import {
  canGoBack,
  certificatesBefore,
  changedBy,
  goneSince,
  isWayBackOver,
  removedFrom,
  rollbackWish as wishOf,
} from '../../../src/domain/follow-up/rollback.ts';
import type { PlanHeader } from '../../../src/domain/plan/plan.ts';
import { plainWish, type Wish } from '../../../src/domain/plan/wish.ts';
import { type FarmState, initialFarmState } from '../../../src/domain/rotation/farm-state.ts';
import type { RotationState } from '../../../src/domain/rotation/rotation.ts';
import type { HostName, Thumbprint } from '../../../src/domain/values.ts';
import { farmWith } from '../../fixtures/farm.ts';

const OLD = '3BD91B1E4C6F279B8761F9FC5492FC4BF8EDA498' as Thumbprint;
const workers = ['sqlw01', 'sqlw02'] as HostName[];

const inFile = (...names: readonly string[]) =>
  farmWith({
    hosts: names.map((name) => ({
      name: name as HostName,
      roles: ['worker'],
      keys: [],
      address: null,
      systemRoot: '',
    })),
  });
const FARM = inFile('sqlw01', 'sqlw02');
const rollbackWish = (state: FarmState, wish: Wish) => wishOf(state, wish, FARM);

interface Past {
  readonly wish?: Partial<Wish>;
  readonly outcome?: string | null;
  readonly dry?: boolean;
  readonly kept?: readonly string[];
  readonly cutShort?: string;
}

/** A farm with these rotations in its past, prod-1 the first. */
function farm(...pasts: readonly Past[]): FarmState {
  const order = pasts.map((_, at) => `prod-${at + 1}`);
  const rotations = Object.fromEntries(
    pasts.map(({ wish, outcome = 'proved', dry = false, kept, cutShort = null }, at) => {
      const full = { ...plainWish('rotate-master'), ...wish };
      const cutover = { name: 'cutover', stages: [{ name: 'workers', hosts: workers }] };
      const header = { old: { thumbprint: OLD }, phases: [cutover] } as unknown as PlanHeader;
      const closed = outcome === null ? null : { outcome, data: kept === undefined ? {} : { kept } };
      const looks = Object.fromEntries(workers.map((name) => [name, { worker: { workerThumbprint: `\u200e${OLD}` } }]));
      const rotation = { id: order[at], wish: full, dry, closed, cutShort, plan: { header }, looks };
      return [order[at], rotation as unknown as RotationState];
    }),
  );
  return { ...initialFarmState, order, rotations };
}

const ask = (id: string): Wish => ({ ...plainWish('rollback'), of: id, ticket: 'CHG1' });
const own = { kind: 'rotate-worker' } as const;

test('a rotation of the master is rolled back by another one, to the previous certificate', () => {
  expect(rollbackWish(farm({}), ask('prod-1'))).toEqual({ ...ask('prod-1'), kind: 'rotate-master', use: OLD });
});

test('a rotation of workers is rolled back by one of the workers that run on what it gave them', () => {
  expect(rollbackWish(farm({ wish: own }), ask('prod-1'))).toEqual({
    ...ask('prod-1'),
    kind: 'rotate-worker',
    workers,
  });
  const partly = farm({ wish: own, outcome: 'partly', kept: ['sqlw02'] });
  const wish = rollbackWish(partly, ask('prod-1'));
  expect(wish).toMatchObject({ kind: 'rotate-worker', workers: ['sqlw02'] });
  expect(certificatesBefore(partly, wish as Wish)).toEqual({ sqlw02: OLD });
});

test('workers that the farm file names no more are left out of a rollback, and named; without any left it is refused', () => {
  const past = farm({ wish: own });
  const wish = wishOf(past, ask('prod-1'), inFile('sqlw01', 'sqlw02b'));
  expect(wish).toMatchObject({ kind: 'rotate-worker', workers: ['sqlw01'] });
  expect(goneSince(past, wish as Wish, inFile('sqlw01', 'sqlw02b'))).toEqual(['sqlw02']);
  expect(goneSince(past, wish as Wish, FARM)).toEqual([]);
  const none = inFile('sqlw02b');
  expect(wishOf(past, ask('prod-1'), none)).toMatchObject({ code: 'rollback-gone', data: { hosts: workers } });
  const rotation = past.rotations['prod-1'] as RotationState;
  expect([canGoBack(rotation, FARM), canGoBack(rotation, none)]).toEqual([true, false]);
  // Of the master, nobody asks for workers.
  expect(wishOf(farm({}), ask('prod-1'), none)).toMatchObject({ kind: 'rotate-master' });
});

describe('A worker that the farm file names no more', () => {
  const back = { ...own, of: 'prod-2', workers: ['sqlw01'] as HostName[] };

  test('does not make a rotation that was rolled back everywhere else one that can be rolled back again', () => {
    const past = farm({ wish: own }, { wish: own }, { wish: back, kept: ['sqlw01'] });
    expect(wishOf(past, ask('prod-2'), inFile('sqlw01'))).toMatchObject({
      code: 'rollback-twice',
      data: { by: 'prod-3' },
    });
    expect(wishOf(past, ask('prod-9'), inFile('sqlw01'))).toMatchObject({ data: { known: ['prod-3', 'prod-1'] } });
  });

  test('does not stand in the way of the others, which go back further', () => {
    const past = farm({ wish: own }, { wish: own }, { wish: back, kept: ['sqlw01'] });
    expect(wishOf(past, ask('prod-1'), inFile('sqlw01'))).toMatchObject({ workers: ['sqlw01'] });
    const only = farm({ wish: own }, { wish: own, outcome: 'partly', kept: ['sqlw02'] });
    const wish = wishOf(only, ask('prod-1'), inFile('sqlw01'));
    expect(wish).toMatchObject({ workers: ['sqlw01'] });
    // It is on what the later one gave it.
    expect(goneSince(only, wish as Wish, inFile('sqlw01'))).toEqual([]);
    expect(wishOf(only, ask('prod-1'), FARM)).toMatchObject({ code: 'rollback-not-last', data: { last: 'prod-2' } });
  });
});

test('a rotation whose rollback stopped half-way is rolled back by one of the workers not yet brought back', () => {
  const back = { ...own, of: 'prod-1' };
  const half = farm({ wish: own }, { wish: back, outcome: 'partly', kept: ['sqlw01'] });
  expect(rollbackWish(half, ask('prod-1'))).toMatchObject({ kind: 'rotate-worker', workers: ['sqlw02'] });
  const newer = farm(
    { wish: own },
    { wish: back, outcome: 'partly', kept: ['sqlw01'] },
    { wish: own, kept: ['sqlw02'] },
  );
  expect(rollbackWish(newer, ask('prod-1'))).toMatchObject({ code: 'rollback-not-last', data: { last: 'prod-3' } });
  const whole = farm(
    { wish: own },
    { wish: back, outcome: 'partly', kept: ['sqlw01'] },
    { wish: back, kept: ['sqlw02'] },
  );
  expect(rollbackWish(whole, ask('prod-1'))).toMatchObject({ code: 'rollback-twice', data: { by: 'prod-3' } });
});

test.each<[string, string, readonly Past[]]>([
  ['that is unknown', 'rollback-unknown', []],
  ['that was only a plan', 'rollback-dry', [{ dry: true, outcome: 'planned' }]],
  ['that is open', 'rollback-open', [{ outcome: null }]],
  ['that removed certificates', 'rollback-final', [{ wish: { kind: 'retire' } }]],
  ...(['refused', 'denied', 'withdrawn', 'lapsed'] as const).map((outcome): [string, string, readonly Past[]] => [
    `that was to remove certificates, and was ${outcome}`,
    'rollback-none-removed',
    [{ wish: { kind: 'retire' }, outcome }],
  ]),
  ['that reconnected workers', 'rollback-reconnect', [{ wish: { kind: 'reconnect' } }]],
  ['that a restored bot ended', 'rollback-untold', [{ outcome: 'refused', cutShort: 'sqlm01' }]],
  [
    'that reconnected, and a restored bot ended',
    'rollback-reconnect',
    [{ wish: { kind: 'reconnect' }, cutShort: 'a' }],
  ],
  ['that removed, and a restored bot ended', 'rollback-final', [{ wish: { kind: 'retire' }, cutShort: 'a' }]],
  ['that was put back', 'rollback-nothing', [{ outcome: 'put-back' }]],
  ['that was stopped', 'rollback-nothing', [{ outcome: 'stopped' }]],
  ['that was denied', 'rollback-nothing', [{ outcome: 'denied' }]],
  ['that was refused', 'rollback-nothing', [{ outcome: 'refused' }]],
  ['of a key in the wrong hands', 'rollback-compromised', [{ wish: { compromised: true } }]],
  [
    'that contained stolen keys',
    'rollback-compromised',
    [{ wish: { ...own, compromised: true }, outcome: 'contained' }],
  ],
  ['that was rolled back', 'rollback-twice', [{}, { wish: { of: 'prod-1' } }]],
  ['that another one followed', 'rollback-not-last', [{}, {}]],
  ['of workers that another one followed', 'rollback-not-last', [{ wish: own }, { wish: own }]],
])('the rollback of a rotation %s is refused (%s)', (_, code, pasts) => {
  expect(rollbackWish(farm(...pasts), ask('prod-1'))).toMatchObject({ refused: true, code });
});

test.each<[string, readonly Past[]]>([
  ['had a rollback that was put back', [{}, { wish: { of: 'prod-1' }, outcome: 'put-back' }]],
  ['was followed by one that was put back', [{}, { outcome: 'put-back' }]],
  ['was followed by one of workers', [{}, { wish: own }]],
  ['left some behind', [{ outcome: 'left-behind' }]],
])('a rotation that %s can be rolled back', (_, pasts) => {
  expect(rollbackWish(farm(...pasts), ask('prod-1'))).toMatchObject({ of: 'prod-1', use: OLD });
});

describe('After a rotation was rolled back', () => {
  const back = (of: string, more: Partial<Past> & { wish?: Partial<Wish> } = {}): Past => ({
    ...more,
    wish: { ...more.wish, of },
  });

  test('the one before it is the last one again', () => {
    expect(rollbackWish(farm({}, {}, back('prod-2')), ask('prod-1'))).toMatchObject({ of: 'prod-1', use: OLD });
  });

  test('and that rollback was rolled back too, the newest of them can be rolled back', () => {
    const state = farm({}, {}, back('prod-2'), back('prod-3'));
    expect(rollbackWish(state, ask('prod-1'))).toMatchObject({ code: 'rollback-not-last', data: { last: 'prod-4' } });
    expect(rollbackWish(state, ask('prod-2'))).toMatchObject({ code: 'rollback-twice', data: { by: 'prod-3' } });
    expect(rollbackWish(state, ask('prod-4'))).toMatchObject({ of: 'prod-4', use: OLD });
    const further = farm({}, {}, back('prod-2'), back('prod-3'), back('prod-4'));
    expect(rollbackWish(further, ask('prod-1'))).toMatchObject({ of: 'prod-1', use: OLD });
    expect(rollbackWish(further, ask('prod-9'))).toMatchObject({ data: { known: ['prod-5', 'prod-1'] } });
  });

  test('the one before it can be rolled back only once all workers were brought back', () => {
    const half = farm({ wish: own }, { wish: own }, back('prod-2', { wish: own, outcome: 'partly', kept: ['sqlw01'] }));
    expect(rollbackWish(half, ask('prod-1'))).toMatchObject({ code: 'rollback-not-last', data: { last: 'prod-2' } });
    expect(rollbackWish(half, ask('prod-2'))).toMatchObject({ kind: 'rotate-worker', workers: ['sqlw02'] });
    const whole = farm({ wish: own }, { wish: own }, back('prod-2', { wish: own }));
    expect(rollbackWish(whole, ask('prod-1'))).toMatchObject({ kind: 'rotate-worker', workers });
  });
});

test('a request for one that is not the last names the last, and none in between', () => {
  const state = farm({}, {}, { outcome: 'put-back' }, {}, { wish: own });
  expect(rollbackWish(state, ask('prod-1'))).toMatchObject({ code: 'rollback-not-last', data: { last: 'prod-4' } });
  const apart = farm({ wish: own }, { wish: own, kept: ['sqlw02'] }, { wish: own, kept: ['sqlw01'] });
  expect(rollbackWish(apart, ask('prod-1'))).toMatchObject({ code: 'rollback-not-last', data: { last: 'prod-3' } });
});

test('such a request also says whether the last has a way back, and suggests no rollback that has none', () => {
  const toldOf = (...pasts: readonly Past[]) => rollbackWish(farm(...pasts), ask('prod-1'));
  expect(toldOf({}, {})).toMatchObject({ data: { last: 'prod-2', final: false } });
  const stolen = { wish: { ...own, compromised: true }, kept: ['sqlw02'] };
  expect(toldOf({ wish: own }, stolen)).toMatchObject({ data: { last: 'prod-2', final: true } });
  const [en, zh] = (['en', 'zh-CN'] as const).map((language) =>
    say({ id: 'refused.rollback-not-last', data: { id: 'prod-1', last: 'prod-2', final: true } }, language),
  );
  for (const words of [en, zh]) expect(words).not.toContain('rollback prod-2');
});

test('a request for an unknown rotation names those that can be rolled back, the newest first', () => {
  const state = farm({}, { wish: own }, { outcome: 'put-back' });
  expect(rollbackWish(state, ask('prod-9'))).toMatchObject({ data: { known: ['prod-2', 'prod-1'] } });
  expect(rollbackWish(state, ask('constructor'))).toMatchObject({ code: 'rollback-unknown' });
});

describe('Machines from which a request has removed the previous certificate', () => {
  const removal = (thumbprint: string) => ({
    id: `remove-${thumbprint}`,
    kind: 'remove-certificate',
    params: { thumbprint },
  });

  /** A removal in which these machines got this far. */
  function removed(
    done: { readonly [host: string]: string },
    thumbprint: string = OLD,
    wish: Partial<Wish> = {},
  ): FarmState {
    const state = farm({ wish }, { wish: { kind: 'retire' }, outcome: 'left-behind' });
    const slices = workers.map((name) => ({
      host: name,
      stages: { retire: { steps: [removal(thumbprint)], checks: [] } },
    }));
    const steps = Object.fromEntries(
      Object.entries(done).map(([name, how]) => [name, { [`remove-${thumbprint}`]: { state: how } }]),
    );
    const retire = { ...state.rotations['prod-2'], plan: { header: {}, slices }, steps } as unknown as RotationState;
    return { ...state, rotations: { ...state.rotations, 'prod-2': retire } };
  }

  test('are those whose runners say so', () => {
    expect(removedFrom(removed({ sqlw01: 'done', sqlw02: 'failed' }), OLD)).toEqual(['sqlw01']);
    expect(removedFrom(removed({}), OLD)).toEqual([]);
  });

  test('are none when another certificate was removed', () => {
    expect(removedFrom(removed({ sqlw01: 'done' }, 'A'.repeat(40)), OLD)).toEqual([]);
    expect(removedFrom(farm({}), OLD)).toEqual([]);
  });

  test('take away the way back to them, but not where the farm file names those machines no more', () => {
    const past = removed({ sqlw02: 'done' }, OLD, own);
    const isRemoved = (...names: readonly string[]) =>
      isWayBackOver(past, past.rotations['prod-1'] as RotationState, inFile(...names));
    expect([isRemoved('sqlw01', 'sqlw02'), isRemoved('sqlw02'), isRemoved('sqlw01')]).toEqual([true, true, false]);
    expect(wishOf(past, ask('prod-9'), inFile('sqlw01'))).toMatchObject({ data: { known: ['prod-1'] } });
    expect(wishOf(past, ask('prod-9'), FARM)).toMatchObject({ data: { known: [] } });
  });
});

describe('What a card tells was changed by', () => {
  const by = (at: number, ...pasts: readonly Past[]): string | null => {
    const past = farm(...pasts);
    return changedBy(past, past.rotations[`prod-${at}`] as RotationState);
  };
  const one: Partial<Wish> = { ...own, workers: ['sqlw01'] as HostName[] };

  test('the newest later rotation, whatever the clock showed', () => {
    expect(by(1, {}, {}, {})).toBe('prod-3');
    expect(by(1, { outcome: 'withdrawn' }, {}, { outcome: 'refused' })).toBe('prod-2');
    expect(by(2, {}, { outcome: 'withdrawn' })).toBeNull();
    expect(by(1, {}, { wish: own })).toBeNull();
    expect(by(1, { wish: { ...own, workers: [] }, outcome: 'refused' }, { wish: own })).toBe('prod-2');
    expect(by(1, { wish: one, outcome: 'denied' }, { wish: own, outcome: 'partly', kept: ['sqlw02'] })).toBeNull();
  });

  test('its own rollback, and by nothing that was rolled back itself', () => {
    expect(by(1, {}, { wish: { of: 'prod-1' } })).toBe('prod-2');
    expect(by(1, {}, {}, { wish: { of: 'prod-2' } })).toBeNull();
    expect(by(1, { outcome: 'denied' }, {}, { wish: { of: 'prod-2' } })).toBeNull();
    expect(by(2, {}, { outcome: 'denied' }, { wish: { of: 'prod-1' } })).toBe('prod-3');
  });

  test('a later rotation that cut off its workers for good, as their keys were compromised', () => {
    const cut: Past = { wish: { ...one, compromised: true }, outcome: 'contained' };
    expect(by(1, { wish: own }, cut)).toBe('prod-2');
    expect(by(1, { wish: own, outcome: 'partly', kept: ['sqlw02'] }, cut)).toBeNull();
    expect(by(1, cut, cut)).toBeNull();
    expect(by(1, cut, cut, { wish: own })).toBe('prod-3');
  });
  const back = { kind: 'reconnect', workers: ['sqlw01'] as HostName[] } as const;

  test('of a reconnect: a later master rotation that is in effect, or one that cut off its workers', () => {
    expect(by(1, { wish: back }, { wish: own }, { wish: back })).toBeNull();
    expect(by(1, { wish: back }, {}, { outcome: 'denied' })).toBe('prod-2');
    expect(by(1, { wish: back }, {}, { wish: { of: 'prod-2' } })).toBeNull();
    expect(by(2, {}, { wish: back }, { wish: { of: 'prod-1' } })).toBe('prod-3');
    expect(by(1, { wish: back }, { wish: { ...one, compromised: true }, outcome: 'contained' })).toBe('prod-2');
  });

  test('of a reconnect that brought nobody in line: a later one of the same workers that did', () => {
    const none: Past = { wish: back, outcome: 'put-back' };
    const other = { ...back, workers: ['sqlw02'] as HostName[] };
    expect(by(1, none, { wish: back, outcome: 'partly', kept: ['sqlw01'] })).toBe('prod-2');
    expect(by(1, none, none, { wish: other, outcome: 'partly', kept: ['sqlw02'] })).toBeNull();
    expect(by(1, none, {})).toBe('prod-2');
  });

  test('of a removal: a later one that removed more', () => {
    const removal: Past = { wish: { kind: 'retire' }, outcome: 'left-behind' };
    expect(by(1, removal, {}, { wish: { kind: 'retire' } })).toBe('prod-3');
    expect(by(1, removal, {}, { ...removal, outcome: 'refused' })).toBeNull();
  });
});
