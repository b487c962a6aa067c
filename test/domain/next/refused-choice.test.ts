import type { ResolveChoice } from '../../../src/domain/journal/resolve.ts';
import { blindLook, seen } from '../../../src/domain/machine/ssisdb.ts';
import type { Cause } from '../../../src/domain/next/moment.ts';
import { inQuestion, leavesAll, leftOneByOne, refusedChoice } from '../../../src/domain/next/refused-choice.ts';
import type { OrderState, Planned } from '../../../src/domain/rotation/rotation.ts';
import type { HostName } from '../../../src/domain/values.ts';
import type { Freeze } from '../../../src/domain/when/freeze-state.ts';
import { atWork, IS, orderTo, second } from '../at-work.ts';
import { farmOf, Sim } from '../sim.ts';
import { WorkerSim } from '../worker-sim.ts';

const rotationOf = atWork(new Sim(farmOf(6)));
const stolen = new WorkerSim(farmOf(3));
Object.assign(stolen.wish, { workers: ['sqlw01', 'sqlw02'], compromised: true, when: { by: 'now' } });
const contained = atWork(stolen);
const MASTER = 'sqlm01' as HostName;
const named = (...digits: readonly number[]) => digits.map((one) => `sqlw0${one}` as HostName);
const doubt = (host: string, stage = 'workers', code = 'StateUnknown'): Cause => ({
  ...{ host: host as HostName, stage, step: null },
  ...{ code, data: {} },
});
const TURNED = doubt('sqlw01');
const UNKNOWN = { attention: named(1, 2).map((host) => doubt(host)) };
const PACKAGES = { attention: [doubt(MASTER, 'drain', 'PackagesRun')] };
const CHOICES: readonly ResolveChoice[] = ['look-again', 'leave-behind', 'put-all-back', 'go-on', 'leave-out'];
const all = (found: Parameters<typeof refusedChoice>[2], rotation: Planned = rotationOf([])) =>
  CHOICES.map((choice) => refusedChoice(rotation, choice, found)?.code ?? 'fits');

test('nothing is decided while nothing is unknown', () => {
  expect(new Set(all({ attention: [] }))).toEqual(new Set(['nothing-unknown']));
});

test('about machines in an unknown state nobody decides on packages', () => {
  expect(all(UNKNOWN)).toEqual(['fits', 'fits', 'fits', 'nothing-unknown', 'nothing-unknown']);
  const both = { attention: [...UNKNOWN.attention, ...PACKAGES.attention] };
  expect(all(both).slice(3)).toEqual(['nothing-unknown', 'nothing-unknown']);
});

test('about packages before a master switches, no machine is left', () => {
  expect(all(PACKAGES)).toEqual(['fits', 'packages-not-left', 'fits', 'fits', 'packages-not-left']);
  const data = { id: 'prod-1', alone: false };
  expect(refusedChoice(rotationOf([]), 'leave-behind', PACKAGES)).toMatchObject({ data });
});

test('where the old certificates are trusted no more, nothing goes back', () => {
  const found = { attention: [doubt('sqlw01', 'worker-switch')] };
  expect(all(found, contained([]))).toEqual([
    'fits',
    'fits',
    'nothing-goes-back',
    'nothing-unknown',
    'nothing-unknown',
  ]);
});

test('in a freeze or outside the change window nobody waits anew for packages; all else may be decided', () => {
  const frozen = { by: { id: 'mei', name: 'Mei Lin' }, until: second(900) } as unknown as Freeze;
  const at = second(90);
  const refused = (more: object) => refusedChoice(rotationOf([]), 'look-again', { ...PACKAGES, ...more });
  expect(refused({ frozen, windowClosed: at, windowCloses: at })).toMatchObject({
    code: 'frozen-meanwhile',
    data: { id: 'prod-1', farm: 'prod', by: 'Mei Lin', until: second(900) },
  });
  expect(refused({ windowClosed: at, windowCloses: second(0) })).toMatchObject({ code: 'window-closed', data: { at } });
  expect(refused({ windowCloses: at })).toMatchObject({ code: 'window-closes', data: { id: 'prod-1', at } });
  expect(all({ ...UNKNOWN, frozen, windowClosed: at }).slice(1, 3)).toEqual(['fits', 'fits']);
});

describe('A master in an unknown state', () => {
  const found = { attention: [doubt('sqlw01'), doubt(MASTER, 'master')] };
  const refused = (
    orders: readonly OrderState[],
    more: Partial<Planned> = {},
    about: Parameters<typeof refusedChoice>[2] = found,
    hosts: readonly HostName[] | null = null,
  ) => refusedChoice(rotationOf(orders, more), 'leave-behind', about, hosts);
  const lead = (is: Partial<OrderState>) => [orderTo(MASTER, 'master', is)];

  test('is not left: nobody knows which certificate the others need', () => {
    const data = { id: 'prod-1', host: MASTER, back: true, afterMs: 720_000 };
    expect(refused(lead(IS.silent))).toMatchObject({ code: 'master-not-left', data });
    expect(refused([])).toMatchObject({ code: 'master-not-left' });
  });

  test('may be left once it turned out never to have switched', () => {
    for (const is of [IS.refused, IS.lapsed]) expect(refused(lead(is), { turned: TURNED })).toBeNull();
    expect(refused([], { turned: TURNED })).toBeNull();
    expect(refused(lead(IS.silent), { turned: TURNED })).toMatchObject({ code: 'master-not-left' });
  });

  test('may be left if it may never speak again', () => {
    expect(refused(lead(IS.silent), {}, { ...found, lost: [MASTER] })).toBeNull();
  });

  test('keeps nobody from leaving the others', () => {
    expect(refused(lead(IS.silent), {}, found, named(1))).toBeNull();
    expect(refused(lead(IS.silent), {}, found, [MASTER])).toMatchObject({ code: 'master-not-left' });
    const rotation = rotationOf(lead(IS.silent));
    expect(leftOneByOne(rotation, 'leave-behind', found)).toEqual(['sqlw01']);
  });

  test('can be left only with all others, if it may never speak again', () => {
    const lost = { ...found, lost: [MASTER] };
    const rotation = rotationOf(lead(IS.silent));
    expect([MASTER, ...named(1)].map((host) => leavesAll(rotation, lost, host))).toEqual([true, false]);
    expect(leftOneByOne(rotation, 'leave-behind', lost)).toEqual(['sqlw01']);
    expect(leavesAll(rotation, {}, MASTER)).toBe(false);
  });

  test('that was to stop trusting certificates is not left, and one that only trusts more is', () => {
    const of = (stage: string) => refusedChoice(contained([]), 'leave-behind', { attention: [doubt(MASTER, stage)] });
    expect(of('contain')).toMatchObject({ code: 'master-not-left', data: { back: false } });
    expect(of('master-trust')).toBeNull();
  });
});

describe('When only some machines are named', () => {
  const many = { attention: named(1, 2, 3, 4, 5, 6).map((host) => doubt(host)) };
  const refused = (hosts: readonly HostName[], about = many, more: Partial<Planned> = {}) =>
    refusedChoice(rotationOf([], more), 'leave-behind', about, hosts);

  test('each must be in question, and there must be one', () => {
    const asked = named(1, 2);
    expect(refused(named(2, 3), UNKNOWN)).toMatchObject({ code: 'not-in-question', data: { hosts: named(3), asked } });
    expect(refused([], UNKNOWN)).toMatchObject({ code: 'not-in-question', data: { hosts: [], asked } });
  });

  test('up to four fit, or all', () => {
    expect(refused(named(1, 2, 3, 4))).toBeNull();
    expect(refused(named(1, 2, 3, 4, 5))).toMatchObject({ code: 'too-many-left', data: { id: 'prod-1', most: 4 } });
    expect(refused(named(1, 2, 3, 4, 5, 6))).toBeNull();
  });

  test('the question is about each once, and one alone is no choice', () => {
    const twice = [...UNKNOWN.attention, doubt('sqlw02', 'trust'), { ...doubt(''), host: null }];
    expect(inQuestion(rotationOf([]), twice)).toEqual(named(1, 2));
    expect(leftOneByOne(rotationOf([]), 'leave-behind', UNKNOWN)).toEqual(named(1, 2));
    expect(leftOneByOne(rotationOf([]), 'leave-behind', { attention: [doubt('sqlw01')] })).toEqual([]);
  });
});

test('of waves that still go on, one machine is not left while others have yet to begin', () => {
  const waves = atWork(new WorkerSim(farmOf(3)));
  const found = { attention: named(1, 2).map((host) => doubt(host, 'worker-switch')) };
  const refused = (orders: readonly OrderState[], more: Partial<Planned> = {}) =>
    refusedChoice(waves(orders, more), 'leave-behind', found, named(1));
  const two = named(1, 2).map((host) => orderTo(host, 'worker-switch', IS.unknown));
  const third = orderTo('sqlw03', 'worker-switch', IS.applied);
  expect(refused(two)).toMatchObject({ code: 'others-would-stay', data: { id: 'prod-1', hosts: named(3) } });
  expect(refused([...two, third])).toBeNull();
  expect(refused(two, { turned: TURNED })).toBeNull();
  // All of them end it anyway.
  expect(refusedChoice(waves(two), 'leave-behind', found, named(1, 2))).toBeNull();
});

describe('When packages run on some workers of a wave', () => {
  const sim = new WorkerSim(farmOf(4));
  sim.ssisdb = () => ({ ...blindLook('sqlm01', 'no-role'), running: seen([]) });
  const waits = atWork(sim);
  const runs = (...digits: readonly number[]): readonly OrderState[] =>
    digits.map((one) => {
      const check = `sqlm01/drain/packages-end/sqlw0${one}`;
      return orderTo(MASTER, 'drain', { ...IS.back, code: 'PackagesRun', only: [check] });
    });
  const switched = orderTo('sqlw01', 'worker-switch', IS.applied);
  const leaveOut = (orders: readonly OrderState[], hosts: readonly HostName[] | null = null) =>
    refusedChoice(waits(orders), 'leave-out', PACKAGES, hosts);

  test('the question is about those workers, unless a machine is unknown too', () => {
    expect(inQuestion(waits(runs(2, 3)), PACKAGES.attention)).toEqual(named(2, 3));
    expect(inQuestion(waits(runs(2, 3)), [...PACKAGES.attention, doubt('sqlw04')])).toEqual([MASTER, ...named(4)]);
  });

  test('they can be left out as long as somebody is left to switch or has switched', () => {
    expect(leaveOut([switched, ...runs(2, 3)])).toBeNull();
    expect(leaveOut([switched, ...runs(2, 3, 4)])).toBeNull();
    const data = { id: 'prod-1', alone: true };
    expect(leaveOut(runs(1, 2, 3, 4))).toMatchObject({ code: 'packages-not-left', data });
    expect(refusedChoice(waits(runs(2)), 'leave-behind', PACKAGES)).toMatchObject({ code: 'packages-not-left', data });
  });

  test('one of them can be left out, but not if others would begin meanwhile', () => {
    expect(leaveOut(runs(1, 2, 3, 4), named(1))).toBeNull();
    expect(leaveOut(runs(1, 2, 3, 4), named(1, 2, 3, 4))).toMatchObject({ code: 'packages-not-left' });
    expect(leaveOut([switched, ...runs(2, 3)], named(2))).toMatchObject({
      code: 'others-would-begin',
      data: { id: 'prod-1', hosts: named(4) },
    });
    expect(leaveOut([switched, ...runs(2, 3)], named(2, 3))).toBeNull();
    expect(leaveOut([switched, ...runs(2, 3, 4)], named(2))).toBeNull();
  });

  test('the master that alone sees packages is not left if it is silent', () => {
    const found = { attention: [doubt(MASTER, 'drain', 'RunnerSilent')] };
    const data = { id: 'prod-1', host: MASTER, back: true };
    expect(refusedChoice(waits([]), 'leave-behind', found)).toMatchObject({ code: 'master-not-left', data });
  });
});
