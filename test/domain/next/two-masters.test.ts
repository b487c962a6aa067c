import { isOut } from '../../../src/domain/next/armed-hosts.ts';
import { forthArmed } from '../../../src/domain/next/arming.ts';
import { causeOf } from '../../../src/domain/next/cause/cause.ts';
import { asKnownSince } from '../../../src/domain/next/cause/cutover-cause.ts';
import type { Cause } from '../../../src/domain/next/moment.ts';
import { lastSwitched, signals } from '../../../src/domain/next/signals.ts';
import { mayHaveSwitched } from '../../../src/domain/next/stages.ts';
import { followStages, phaseOf, switchStage } from '../../../src/domain/plan/plan-phases.ts';
import type { OrderState, Planned } from '../../../src/domain/rotation/rotation.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { atWork, IS, orderTo, second, stepAt } from '../at-work.ts';
import { farmOf, Sim } from '../sim.ts';

const GAP = { limitMs: 60_000, leaveBehind: 1, canary: 1, concurrency: 50 };
const sim = new Sim(farmOf(4, { gap: GAP }));
const rotationOf = atWork(sim);
type How = keyof typeof IS | null;

const lead = (is: Partial<OrderState>, host = 'sqlm01'): OrderState => orderTo(host, 'master', is);
const worker = (at: number, is: Partial<OrderState>): OrderState => orderTo(`sqlw0${at}`, 'workers', is);
const told = (found: Cause | null): string => (found === null ? '' : `${found.code} ${found.host ?? 'all'}`);
const turned: Cause = { host: 'sqlw01' as HostName, stage: 'workers', step: null, code: 'MasterWentBack', data: {} };

describe('Why it turned, as known since', () => {
  const known = (is: Partial<OrderState> | null, from = turned, more: Partial<Planned> = {}): Cause =>
    asKnownSince(rotationOf(is === null ? [] : [lead(is)], more), from);

  test.each<readonly [string, Partial<OrderState> | null]>([
    ['has said nothing', IS.silent],
    ['was not told anything', null],
    ['was told to stop, or is an older one that was put back by hand', { ...IS.back, code: 'StopAsked' }],
  ])('is what a worker said, while its master %s', (_, is) => {
    expect(known(is)).toBe(turned);
  });

  test('is what the master has said, if a worker had only gone back with it', () => {
    expect(told(known({ ...IS.back, code: 'ServiceNotRunning' }))).toBe('ServiceNotRunning sqlm01');
    const other = { ...turned, code: 'WorkerRefused' };
    expect(known({ ...IS.back, code: 'ServiceNotRunning' }, other)).toBe(other);
    expect(asKnownSince({ ...rotationOf([lead(IS.refused)]), plan: null }, turned)).toBe(turned);
  });

  test('is a person at the master, if that put back without a word what had ended well, or says so', () => {
    expect(told(known(IS.back))).toBe('PutBackByHand sqlm01');
    expect(told(known({ ...IS.back, code: 'PutBackByHand' }))).toBe('PutBackByHand sqlm01');
    expect(known(IS.applied)).toBe(turned);
  });

  test('is who held the master up, if it was not confirmed in time', () => {
    const steps = { sqlw02: { 'sqlw02/workers/write-setting': stepAt(15, 16) } };
    const rotation = rotationOf([lead({ ...IS.back, code: 'NotConfirmed' }), worker(2, IS.switched)], { steps });
    expect(asKnownSince(rotation, turned)).toMatchObject({ code: 'GapLimitPassed', data: { hosts: ['sqlw01'] } });
  });

  test('is the master that could not switch, or that fell after it, if that was heard of only after the limit had passed', () => {
    const late: Cause = { ...turned, host: null, stage: null, code: 'GapLimitPassed', data: { hosts: ['sqlw01'] } };
    const stuck = { ...IS.back, code: 'ServiceStuckStopping', data: { wanted: 'stopped', found: 'running' } };
    expect(known(stuck, late)).toMatchObject({ code: 'ServiceStuckStopping', host: 'sqlm01', data: stuck.data });
    expect(told(known({ ...stuck, outcome: 'unknown' }, late))).toBe('ServiceStuckStopping sqlm01');
    expect(told(known({ ...IS.sent, status: 'accepted', code: stuck.code }, late))).toBe('ServiceStuckStopping sqlm01');
    for (const code of ['StopAsked', 'NotConfirmed']) expect(known({ ...IS.back, code }, late)).toBe(late);
    const fell = { ...IS.back, code: 'ServiceNotRunning', switchedAt: second(20) };
    expect(told(known(fell, late))).toBe('ServiceNotRunning sqlm01');
    expect(known({ ...fell, code: 'PutBackByHand' }, late)).toBe(late);
    expect(known({ ...stuck, outcome: 'unknown', seen: true }, late)).toBe(late);
    expect(known({ ...IS.refused, code: 'ServiceDisabled' }, late)).toBe(late);
    expect([known(IS.sent, late), known(IS.silent, late), known(null, late)]).toEqual([late, late, late]);
  });
});

describe('Where two masters switch', () => {
  const MASTERS = ['sqlm01', 'sqlw04'] as HostName[];

  /** How the first and the second stand, and then the three workers. */
  function both(first: How, next: How, workers: readonly How[] = [], more: Partial<Planned> = {}): Planned {
    const leads = [first, next].flatMap((how, at) => (how === null ? [] : [lead(IS[how], MASTERS[at])]));
    const rest = workers.flatMap((how, at) => (how === null ? [] : [worker(at + 1, IS[how])]));
    const rotation = rotationOf([...leads, ...rest], more);
    const { header } = rotation.plan;
    const phases = header.phases.map((phase) => ({
      ...phase,
      stages: phase.stages.map((stage) => ({
        ...stage,
        hosts: stage.name === 'master' ? MASTERS : stage.hosts.filter((host) => host !== 'sqlw04'),
      })),
    }));
    return { ...rotation, plan: { ...rotation.plan, header: { ...header, phases } } };
  }
  const ARMED: readonly How[] = ['armed', 'armed', 'armed'];
  const said = (rotation: Planned): string =>
    signals(rotation, at(12))
      .map(({ order, say }) => `${say} ${order.host.slice(3)}`)
      .join(', ');
  const at = (now: number) => ({ ...sim.moment(), now: Date.parse(second(now)), since: Date.parse(second(0)) });

  test('everybody is cut off as soon as one of them is told to', () => {
    const out = (first: How, next: How): boolean => {
      const rotation = both(first, next);
      const stage = switchStage(rotation.plan);
      return stage !== undefined && isOut(rotation, stage);
    };
    expect([out('sent', null), out(null, 'sent'), out('lapsed', 'sent')]).toEqual([true, true, true]);
    expect([out(null, null), out('lapsed', 'lapsed')]).toEqual([false, false]);
    const { id } = both(null, null);
    for (const rotation of [both('sent', null), both(null, 'sent')])
      expect(lastSwitched({ order: [id], rotations: { [id]: rotation } })).toEqual([id]);
  });

  test('either may have switched, and turns all if it was left as it is', () => {
    expect([both('refused', 'silent'), both('silent', null), both('refused', 'lapsed')].map(mayHaveSwitched)).toEqual([
      true,
      true,
      false,
    ]);
    const resolved = { sqlw04: { choice: 'leave-behind', at: second(5), orders: 0 } } as const;
    expect(told(causeOf(both('switched', 'silent', ARMED, { resolved }), at(12)))).toBe('LeftAsItIs sqlw04');
  });

  test('either turns all if it fails, the first before the second', () => {
    expect(told(causeOf(both('switched', 'refused', ARMED), at(12)))).toBe('OrderExpired sqlw04');
    expect(told(causeOf(both('refused', 'refused', ARMED), at(12)))).toBe('OrderExpired sqlm01');
  });

  test('workers wait until both have switched, and only then go', () => {
    expect(said(both('switched', 'sent', ARMED))).toBe('wait w01, wait w02, wait w03');
    expect(said(both('switched', null, ARMED))).toBe('wait w01, wait w02, wait w03');
    expect(said(both('switched', 'switched', ARMED))).toBe('go w01, wait w02, wait w03');
    expect(said(both('switched', 'switched', ['switched', 'switched', 'switched']))).toBe('confirm m01, confirm w04');
    expect(said(both('applied', 'switched', ['switched', 'switched', 'switched']))).toBe('confirm w04');
  });

  test('those that hold an order after the end are released only if both have stayed', () => {
    for (const { name } of sim.farm.hosts) sim.presence[name] = { ...sim.presence[name], lastN: 1 } as never;
    const closed = { closed: { outcome: 'proved', at: second(11), data: {} } } as Partial<Planned>;
    const ended = (first: How, next: How) => said(both(first, next, ['applied', 'switched'], closed));
    expect([ended('applied', 'applied'), ended('applied', 'back'), ended('back', 'applied')]).toEqual([
      'confirm w02',
      '',
      '',
    ]);
  });

  test('the phase ends once both are no longer held, and asks about each that is silent', () => {
    const asks = (first: How, next: How, since = 12) => {
      const rotation = both(first, next, ['switched', 'switched', 'switched']);
      const phase = phaseOf(rotation.plan, 'cutover');
      if (phase === undefined) throw new Error('no cutover');
      const { attention, done } = forthArmed(rotation, { ...at(12 + since), presence: {} }, phase);
      return [done, ...attention.map(told)];
    };
    expect(asks('applied', 'applied')).toEqual([true]);
    expect(asks('applied', 'switched')).toEqual([false]);
    expect(asks('switched', 'applied')).toEqual([false]);
    expect(asks('switched', 'switched', 60)).toEqual([false, 'RunnerSilent sqlm01', 'RunnerSilent sqlw04']);
    expect(followStages(both(null, null).plan).map(({ hosts }) => hosts.length)).toEqual([3]);
  });

  test('what a worker went back for is what either of them has said since, the first before the second', () => {
    const since = (first: Partial<OrderState>, next: Partial<OrderState>): Cause => {
      const rotation = both(null, null);
      return asKnownSince({ ...rotation, orders: [lead(first), lead(next, 'sqlw04')] }, turned);
    };
    const fell = { ...IS.back, code: 'ServiceNotRunning' };
    const late = { ...IS.back, code: 'TimeIsOver' };
    expect([told(since(IS.applied, fell)), told(since(late, fell))]).toEqual([
      'ServiceNotRunning sqlw04',
      'TimeIsOver sqlm01',
    ]);
    const back = worker(1, { ...IS.back, code: 'MasterWentBack' });
    const open = { ...IS.switched, armedAt: null, switchedAt: null };
    const rotation = both(null, null);
    const orders = [
      lead({ ...open, code: 'TimeIsOver' }),
      lead({ ...open, code: 'ServiceNotRunning' }, 'sqlw04'),
      back,
    ];
    expect(told(causeOf({ ...rotation, orders }, at(12)))).toBe('TimeIsOver sqlm01');
  });
});
