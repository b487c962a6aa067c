import { causeOf } from '../../../../src/domain/next/cause/cause.ts';
import type { Cause } from '../../../../src/domain/next/moment.ts';
import type { HostPresence } from '../../../../src/domain/presence/presence.ts';
import type { OrderState, Planned } from '../../../../src/domain/rotation/rotation.ts';
import { atWork, IS, orderTo, second, stepAt } from '../../at-work.ts';
import { farmOf, Sim } from '../../sim.ts';

const GAP = { limitMs: 60_000, leaveBehind: 1, canary: 1, concurrency: 50 };
const sim = new Sim(farmOf(4, { gap: GAP }));
const rotationOf = atWork(sim);
const by = { id: 'mei', name: 'Mei Lin' };
type How = keyof typeof IS | null;

const lead = (is: Partial<OrderState>): OrderState => orderTo('sqlm01', 'master', is);
const worker = (at: number, is: Partial<OrderState>): OrderState => orderTo(`sqlw0${at}`, 'workers', is);
const workers = (...how: readonly How[]): readonly OrderState[] =>
  how.flatMap((one, at) => (one === null ? [] : [worker(at + 1, IS[one])]));
/** Followers were cut off at second 10. */
const CUT: Partial<Planned> = { steps: { sqlm01: { 'sqlm01/master/restart-service': stepAt(10, 12) } } };
const at = (now: number, since = 0) => {
  sim.now = Date.parse(second(now));
  for (const { name } of sim.farm.hosts) sim.hello(name);
  return { ...sim.moment(), since: Date.parse(second(since)) };
};
const why = (orders: readonly OrderState[], more: Partial<Planned> = {}, now = 20): Cause | null =>
  causeOf(rotationOf(orders, more), at(now));
const told = (found: Cause | null): string => (found === null ? '' : `${found.code} ${found.host ?? 'all'}`);

const STOP = { stop: { by, at: second(5), reason: '', origin: { platform: 'web', channel: 'x' } } } as Partial<Planned>;
const chose = (host: string, choice: 'leave-behind' | 'put-all-back' | 'look-again'): Partial<Planned> => ({
  resolved: { [host]: { choice, at: second(5), orders: 0 } },
});

describe('What turns a rotation back', () => {
  test('is nothing while all goes well, or nothing is planned', () => {
    expect(why([])).toBeNull();
    expect(why([lead(IS.switched), ...workers('switched', 'armed', 'switched', 'sent')], CUT)).toBeNull();
    expect(causeOf({ ...rotationOf([], STOP), plan: null }, at(20))).toBeNull();
  });

  test('is a stop, whoever asked, with the reason if one was said', () => {
    expect(why([], STOP)).toEqual({ host: null, stage: null, step: null, code: 'StopAsked', data: { by: 'Mei Lin' } });
    const said = { stop: { ...rotationOf([], STOP).stop, reason: 'Too late' } } as Partial<Planned>;
    expect(why([], said)?.data).toEqual({ by: 'Mei Lin', reason: 'Too late' });
  });

  test('stays what it was once it has turned', () => {
    const turned: Cause = { host: null, stage: null, step: null, code: 'GapLimitPassed', data: {} };
    expect(why([lead(IS.refused)], { ...STOP, turned })).toBe(turned);
  });

  test('is a master that people left as it is, once it may have switched', () => {
    const left = chose('sqlm01', 'leave-behind');
    expect(why([], left)).toBeNull();
    expect(why([lead(IS.lapsed)], left)).toBeNull();
    expect(why([lead(IS.silent)], left)).toMatchObject({ code: 'LeftAsItIs', host: 'sqlm01', stage: null });
    expect(why([lead(IS.silent)], chose('sqlw01', 'leave-behind'))).toBeNull();
    expect(why([lead(IS.silent)], chose('sqlm01', 'look-again'))).toBeNull();
  });

  test('is a request to put all back, about whichever machine', () => {
    const back = { choice: 'put-all-back', at: second(5), orders: 0 } as const;
    const resolved = { sqlm01: { ...back, choice: 'look-again' }, sqlw02: back, sqlw03: back } as const;
    expect(why([], { resolved })).toMatchObject({ code: 'PutBackDecided', host: 'sqlw02' });
  });

  test('is the first of these that is so', () => {
    const { resolved: left } = chose('sqlm01', 'leave-behind');
    const { resolved: back } = chose('sqlw02', 'put-all-back');
    const orders = [lead(IS.silent), orderTo('sqlw03', 'trust', IS.back), worker(1, IS.refused)];
    const order = [
      { ...STOP, resolved: { ...back, ...left } },
      { resolved: { ...back, ...left } },
      { resolved: { ...back } },
      {},
    ];
    expect(order.map((more) => told(why(orders, more as Partial<Planned>)))).toEqual([
      'StopAsked all',
      'LeftAsItIs sqlm01',
      'PutBackDecided sqlw02',
      'PutBackByHand sqlw03',
    ]);
  });
});

describe('While nobody is cut off yet', () => {
  test.each<readonly [How, string]>([
    ['sent', ''],
    ['applied', ''],
    ['back', 'PutBackByHand sqlw02'],
    ['unknown', 'StateUnknown sqlw02'],
    ['refused', 'OrderExpired sqlw02'],
    ['silent', 'RunnerSilent sqlw02'],
  ])('a machine whose preparation is %s turns all: %s', (how, wanted) => {
    const orders = [orderTo('sqlw01', 'trust', IS.applied), orderTo('sqlw02', 'trust', how === null ? {} : IS[how])];
    expect(told(why(orders))).toBe(wanted);
  });

  test('the first stage that failed is named, with the step and what was found', () => {
    const data = { windowsError: 5 };
    const failed = { ...IS.back, code: 'ToolFailed', failedStep: 'sqlm01/create/create-certificate', data };
    const step = failed.failedStep;
    expect(why([orderTo('sqlw01', 'trust', IS.back), orderTo('sqlm01', 'create', failed)])).toEqual({
      ...{ host: 'sqlm01', stage: 'create', step, code: 'ToolFailed', data },
    });
  });

  test.each<readonly [string, Partial<OrderState>, string, object]>([
    ['that is silent', { ...IS.silent, code: 'ToolFailed' }, 'RunnerSilent', { since: second(5) }],
    ['whose lines cannot be read', { ...IS.silent, isUnread: true }, 'EntryNotUnderstood', { since: second(5) }],
    ['that ended in an unknown state, without a word', IS.unknown, 'StateUnknown', {}],
    ['that put back, without a word, what it was told to do', IS.back, 'PutBackByHand', {}],
  ])('of a master %s, as much is told as is known', (_, is, code, data) => {
    expect(why([orderTo('sqlm01', 'create', is)])).toMatchObject({ step: null, code, data });
  });

  test('an order that nobody began in three tries has failed', () => {
    const lapsed = [1, 2, 3].map((n) => orderTo('sqlw01', 'trust', { n, ...IS.lapsed }));
    expect([told(why(lapsed.slice(1))), told(why(lapsed))]).toEqual(['', 'OrderLapsed sqlw01']);
  });
});

describe('The master', () => {
  test('that failed turns all, for what it says', () => {
    expect(told(why([lead(IS.refused), ...workers('armed')]))).toBe('OrderExpired sqlm01');
    expect(why([lead({ ...IS.back, code: 'ServiceNotRunning' }), worker(1, IS.refused)])).toMatchObject({
      host: 'sqlm01',
      stage: 'master',
      code: 'ServiceNotRunning',
    });
  });

  test('that does not answer turns nobody yet: a person is asked', () => {
    expect(why([lead(IS.silent), ...workers('armed', 'armed', 'armed', 'armed')])).toBeNull();
    expect(why([lead(IS.unknown), ...workers('armed', 'armed', 'armed', 'armed')])).toBeNull();
  });

  const late = { ...IS.back, code: 'NotConfirmed' };
  const BEGUN = { steps: { sqlw01: { 'sqlw01/workers/write-setting': stepAt(15, 16) } } };

  test('that was not confirmed in time was held up by those that had not followed', () => {
    expect(why([lead(late), ...workers('switched', 'silent', 'refused', 'switched')], BEGUN)).toEqual({
      ...{ host: null, stage: null, step: null, code: 'GapLimitPassed' },
      data: { seconds: 60, hosts: ['sqlw02', 'sqlw03'] },
    });
    const alone = why([lead(late), ...workers('silent', 'silent', 'silent', 'silent')], BEGUN);
    expect(alone?.data.hosts).toEqual(['sqlw01']);
  });

  test('that was not confirmed went back with those that had followed it: they did not hold it up', () => {
    const followed = worker(2, { ...IS.back, switchedAt: second(15) });
    const orders = [lead(late), worker(1, IS.switched), followed, ...workers(null, null, 'silent', 'refused')];
    expect(why(orders, BEGUN)?.data.hosts).toEqual(['sqlw03', 'sqlw04']);
  });

  test.each<readonly [string, Partial<OrderState>, readonly How[], Partial<Planned>]>([
    ['it went back before its time', { ...late, data: { early: true } }, ['silent', 'silent'], BEGUN],
    ['nobody had begun to follow', late, ['silent', 'silent'], {}],
    ['enough had followed', late, ['switched', 'switched', 'switched', 'silent'], BEGUN],
    ['it failed otherwise', { ...late, code: 'ServiceNotRunning' }, ['silent', 'silent'], BEGUN],
  ])('was held up by nobody if %s', (_, is, how, more) => {
    expect(why([lead(is), ...workers(...how)], more)).toMatchObject({ host: 'sqlm01', code: is.code });
  });

  test('was held up by nobody who may still tell that it had followed', () => {
    const orders = [lead(late), ...workers('switched', 'silent', 'silent', 'switched')];
    const moment = at(20, 15);
    const { sqlw03: _gone, ...presence } = sim.presence;
    const found = causeOf(rotationOf(orders, BEGUN), { ...moment, presence });
    expect(found).toMatchObject({ host: 'sqlm01', code: 'NotConfirmed' });
  });
});

describe('A worker', () => {
  test.each<readonly [string, readonly How[], string]>([
    ['that is the canary and failed turns all', ['refused', 'armed', 'armed', 'armed'], 'OrderExpired sqlw01'],
    ['that is the canary and is silent turns all', ['silent', 'armed', 'armed', 'armed'], 'RunnerSilent sqlw01'],
    ['that is the canary and unknown turns all', ['unknown', 'armed', 'armed', 'armed'], 'StateUnknown sqlw01'],
    ['may fail behind the canary, if it may be left behind', ['switched', 'refused', 'armed', 'armed'], ''],
    ['that fails as one too many turns all', ['switched', 'armed', 'refused', 'silent'], 'OrderExpired sqlw03'],
    ['that is unknown turns nobody: a person is asked', ['switched', 'unknown', 'unknown', 'unknown'], ''],
  ])('%s', (_, how, wanted) => {
    expect(told(why([lead(IS.switched), ...workers(...how)], CUT))).toBe(wanted);
  });

  test('that failed is named with all that failed too, but not with those that only went back with the master', () => {
    const back = { ...IS.back, code: 'MasterWentBack' };
    const orders = [lead(IS.switched), ...workers('switched', 'refused', 'silent')];
    expect(why([...orders, worker(4, IS.refused)], CUT)).toMatchObject({
      host: 'sqlw02',
      data: { failedToo: ['sqlw03', 'sqlw04'] },
    });
    expect(why([...orders, worker(4, back)], CUT)?.data).toEqual({ failedToo: ['sqlw03'] });
    expect(why([lead(IS.switched), ...workers('switched', 'refused'), worker(3, back)], CUT)?.data).toEqual({});
    const data = { windowsError: 1053 };
    const both = [lead(IS.switched), worker(1, IS.switched), worker(2, { ...IS.refused, data }), worker(3, IS.silent)];
    expect(why(both, CUT)?.data).toEqual({ ...data, failedToo: ['sqlw03'] });
  });

  test('that failed as one of two canaries is named before the other', () => {
    const rotation = rotationOf([lead(IS.switched), ...workers('refused', 'silent', 'armed', 'armed')], CUT);
    const { plan } = rotation;
    const phases = plan.header.phases.map((phase) => ({
      ...phase,
      stages: phase.stages.map((stage) => ({ ...stage, canary: 2 })),
    }));
    const header = { ...plan.header, phases };
    expect(told(causeOf({ ...rotation, plan: { ...plan, header } }, at(20)))).toBe('OrderExpired sqlw01');
  });

  test('that went back with its master is not the reason, once the master has said its own', () => {
    const back = { ...IS.back, code: 'MasterWentBack' };
    const fell = { ...IS.switched, switchedAt: null, code: 'ServiceNotRunning' };
    const open = lead({ ...IS.sent, status: 'accepted', acceptedAt: second(1) });
    expect(told(why([open, worker(1, back)], CUT))).toBe('MasterWentBack sqlw01');
    expect(told(why([lead({ ...fell, armedAt: null }), worker(1, back)], CUT))).toBe('ServiceNotRunning sqlm01');
    expect(told(why([lead({ ...fell, armedAt: null }), worker(1, IS.refused)], CUT))).toBe('OrderExpired sqlw01');
    // The master's own reason is not one of several failures of workers.
    const others = [worker(1, IS.switched), worker(2, back), worker(3, IS.refused)];
    const found = why([lead({ ...fell, armedAt: null }), ...others], CUT);
    expect(found).toMatchObject({ host: 'sqlm01', code: 'ServiceNotRunning', data: {} });
    expect(found?.data).not.toHaveProperty('failedToo');
  });

  test('that went back with its master, which was not confirmed, had held it up', () => {
    const back = worker(1, { ...IS.back, code: 'MasterWentBack' });
    const steps = { ...CUT.steps, sqlw01: { 'sqlw01/workers/write-setting': stepAt(15, 16) } };
    const late = lead({ ...IS.switched, armedAt: null, switchedAt: null, code: 'NotConfirmed' });
    expect(why([late, back], { steps })).toMatchObject({ code: 'GapLimitPassed', data: { hosts: ['sqlw01'] } });
  });

  test('that is paused turns all before anybody is cut off, and none after that', () => {
    const orders = workers('armed', 'armed', 'armed', 'armed');
    sim.paused.add('sqlw03');
    expect(why(orders)).toEqual({ host: 'sqlw03', stage: 'workers', step: null, code: 'RunnerPaused', data: {} });
    expect(why([lead(IS.switched), ...orders], CUT)).toBeNull();
    sim.paused.clear();
  });

  test('that cannot be armed turns all before anybody is cut off, though it might be left behind later', () => {
    expect(why(workers('armed', 'silent'))).toMatchObject({ host: 'sqlw02', stage: 'workers', code: 'RunnerSilent' });
  });
});

describe('At the gap limit', () => {
  const open = (...how: readonly How[]) => [lead(IS.switched), ...workers(...how)];

  test('too many that have not followed turn all, not a millisecond before it', () => {
    const orders = open('switched', 'armed', 'armed', 'switched');
    expect([70, 70.001].map((now) => told(why(orders, CUT, now)))).toEqual(['', 'GapLimitPassed all']);
    expect(why(orders, CUT, 71)?.data).toEqual({ seconds: 60, hosts: ['sqlw02', 'sqlw03'] });
    expect(told(why(orders, {}, 71))).toBe('');
  });

  test('a master that failed, and of which nobody knows how it stands, is named: nobody could follow it', () => {
    const code = 'ServiceLogonFailed';
    const failed = lead({ ...IS.unknown, code, failedStep: 'sqlm01/master/restart-service', data: { error: 1069 } });
    const found = why([failed, ...workers('armed', 'armed', 'armed', 'armed')], CUT, 71);
    expect(found).toEqual({
      ...{ host: 'sqlm01', stage: 'master', step: failed.failedStep, code },
      data: { error: 1069 },
    });
    const followed = [lead({ ...failed, switchedAt: second(14) }), ...workers('switched', 'armed', 'armed', 'armed')];
    expect(told(why(followed, CUT, 71))).toBe('GapLimitPassed all');
  });

  test('a master that nobody hears any more is named, and not the workers that wait for its certificate', () => {
    const rotation = rotationOf(open('armed', 'armed', 'armed', 'armed'), CUT);
    const moment = at(71);
    const lastHeard = (seconds: number) => {
      const sqlm01 = { ...(moment.presence.sqlm01 as HostPresence), at: Date.parse(second(seconds)) };
      return causeOf(rotation, { ...moment, presence: { ...moment.presence, sqlm01 } });
    };
    expect(told(lastHeard(30))).toBe('GapLimitPassed all');
    expect(lastHeard(12)).toEqual({
      ...{ host: 'sqlm01', stage: 'master', step: null, code: 'RunnerSilent' },
      data: { since: second(12) },
    });
  });

  test('a master that nobody hears any more is not named if a worker has followed it since: it serves', () => {
    const followed = (seconds: number) =>
      open('armed', 'armed', 'armed').concat(worker(4, { ...IS.switched, switchedAt: second(seconds) }));
    const causeAfter = (seconds: number) => {
      const moment = at(71);
      const sqlm01 = { ...(moment.presence.sqlm01 as HostPresence), at: Date.parse(second(12)) };
      const presence = { ...moment.presence, sqlm01 };
      return causeOf(rotationOf(followed(seconds), CUT), { ...moment, presence });
    };
    expect(told(causeAfter(11))).toBe('RunnerSilent sqlm01');
    expect(causeAfter(40)).toMatchObject({ code: 'GapLimitPassed', host: null, data: { hosts: ['sqlw01'] } });
  });

  test('the canary alone is named if it kept all others waiting', () => {
    expect(why(open('armed', 'armed', 'armed', 'armed'), CUT, 71)?.data.hosts).toEqual(['sqlw01']);
  });

  test('the canary turns all by itself, though it is not one too many', () => {
    expect(why(open('armed', 'switched', 'switched', 'switched'), CUT, 71)?.data.hosts).toEqual(['sqlw01']);
  });

  test('those that may be left behind turn nobody', () => {
    expect(why(open('switched', 'switched', 'switched', 'armed'), CUT, 71)).toBeNull();
  });

  test.each([
    ['the master', 'sqlm01'],
    ['one that has not followed', 'sqlw03'],
  ])('nobody is turned while what %s did meanwhile is still being read', (_, host) => {
    const orders = open('switched', 'armed', 'armed', 'switched');
    const moment = at(71, 65);
    const { [host]: _gone, ...presence } = sim.presence;
    expect(causeOf(rotationOf(orders, CUT), { ...moment, presence })).toBeNull();
    const { sqlw01: _one, ...others } = sim.presence;
    expect(told(causeOf(rotationOf(orders, CUT), { ...moment, presence: others }))).toBe('GapLimitPassed all');
  });
});
