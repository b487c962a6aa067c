import { lastSwitched, signals } from '../../../src/domain/next/signals.ts';
import type { OrderState, Planned } from '../../../src/domain/rotation/rotation.ts';
import { atWork, IS, orderTo, second, stepAt } from '../at-work.ts';
import { farmOf, Sim } from '../sim.ts';

const GAP = { limitMs: 60_000, leaveBehind: 1, canary: 1, concurrency: 2 };
const sim = new Sim(farmOf(4, { gap: GAP }));
const rotationOf = atWork(sim);
const NOW = Date.parse(second(12));
for (const { name } of sim.farm.hosts) sim.presence[name] = { ...sim.presence[name], at: NOW, lastN: 1 } as never;
const moment = { ...sim.moment(), now: NOW, since: Date.parse(second(0)) };

type How = keyof typeof IS | null;
type Stands = readonly [lead: How, ...workers: readonly How[]];
const LEFT = { choice: 'leave-behind', at: second(5), orders: 0 } as const;
const TURNED = { host: null, stage: null, step: null, code: 'LeftAsItIs', data: {} };

const ordersOf = ([lead, ...workers]: Stands): readonly OrderState[] => [
  ...(lead === null ? [] : [orderTo('sqlm01', 'master', IS[lead])]),
  ...workers.flatMap((how, at) => (how === null ? [] : [orderTo(`sqlw0${at + 1}`, 'workers', IS[how])])),
];
const closed = (outcome: string) => ({ closed: { outcome, at: second(11), data: {} } }) as Partial<Planned>;
/** Whoever has switched has begun. */
const stepsOf = ([, ...workers]: Stands): Planned['steps'] =>
  Object.fromEntries(
    workers.map((how, at) => {
      const hasBegun = how === 'switched' || how === 'applied' || how === 'sent';
      return [`sqlw0${at + 1}`, hasBegun ? { [`sqlw0${at + 1}/workers/write-setting`]: stepAt(10, 10) } : {}];
    }),
  );
const told = (stands: Stands, more: Partial<Planned> = {}, at = moment): string =>
  signals(rotationOf(ordersOf(stands), { steps: stepsOf(stands), ...more }), at)
    .map(({ order, say }) => `${say} ${order.host.slice(3)}`)
    .sort()
    .join(', ');

test.each<readonly [what: string, stands: Stands, more: Partial<Planned>, wanted: string]>([
  ['nobody is out', [null, 'armed', 'armed', 'armed', 'armed'], {}, ''],
  ['the master is told to switch', ['sent', 'armed', 'armed', 'sent', 'armed'], {}, 'wait w01, wait w02, wait w04'],
  ['it has switched', ['switched', 'armed', 'armed', 'armed', 'armed'], {}, 'go w01, wait w02, wait w03, wait w04'],
  ['the canary has followed', ['switched', 'switched', 'armed', 'armed', 'armed'], {}, 'go w02, go w03, wait w04'],
  ['one is at work', ['switched', 'switched', 'sent', 'armed', 'armed'], {}, 'go w03, wait w04'],
  [
    'the canary was left behind',
    ['switched', 'armed', 'armed', 'armed', 'armed'],
    { resolved: { sqlw01: LEFT } },
    'go w01, go w02, wait w03, wait w04',
  ],
  ['the master is no longer held', ['applied', 'switched', 'armed', 'armed', 'armed'], {}, 'go w02, go w03, go w04'],
  [
    'the master is no longer held before the canary has followed',
    ['applied', 'armed', 'armed', 'armed', 'armed'],
    {},
    'go w01, go w02, go w03, go w04',
  ],
  ['one has failed before its first step', ['switched', 'switched', 'fallen', 'armed', 'armed'], {}, 'go w03, go w04'],
  ['all have followed', ['switched', 'switched', 'applied', 'switched', 'switched'], {}, 'confirm m01'],
  ['all but one have, which failed', ['switched', 'switched', 'fallen', 'switched', 'switched'], {}, 'confirm m01'],
  [
    'all but one have, which is silent',
    ['switched', 'switched', 'switched', 'switched', 'silent'],
    {},
    'confirm m01, go w04',
  ],
  [
    'all but one have, which was left behind',
    ['switched', 'switched', 'switched', 'switched', 'refused'],
    { resolved: { sqlw04: LEFT } },
    'confirm m01',
  ],
  ['all is going back', ['switched', 'switched', 'armed', 'armed', 'armed'], { turned: TURNED }, ''],
  ['the canary is off', ['switched', 'silent', 'armed', 'armed', 'armed'], {}, ''],
])('While an armed farm switches, and %s', (_what, stands, more, wanted) => {
  expect(told(stands, more)).toBe(wanted);
});

test('one that has not followed in a whole time limit is released, once the master is no longer held', () => {
  const stands: Stands = ['applied', 'switched', 'armed', 'applied', 'switched'];
  const at = (after: number) => told(stands, {}, { ...moment, now: Date.parse(second(after)) });
  expect([at(139.999), at(140)]).toEqual(['go w02', 'confirm w02']);
});

test('a master is confirmed shortly before it would go back, if the missing ones may be left behind', () => {
  const stands: Stands = ['switched', 'switched', 'armed', 'switched', 'switched'];
  const steps = { ...stepsOf(stands), sqlm01: { 'sqlm01/master/restart-service': stepAt(10, 12) } };
  const at = (after: number) => told(stands, { steps }, { ...moment, now: Date.parse(second(after)) });
  expect([at(60.999), at(61)]).toEqual(['go w02', 'confirm m01, go w02']);
});

describe('After the close, a follower that has come in late', () => {
  const late: Stands = ['applied', 'applied', 'applied', 'applied', 'switched'];

  test.each<readonly [what: string, stands: Stands, more: Partial<Planned>, wanted: string]>([
    ['is released', late, closed('left-behind'), 'confirm w04'],
    ['is released after a proved end', late, closed('proved'), 'confirm w04'],
    [
      'is released if it failed',
      ['applied', 'applied', 'applied', 'applied', 'fallen'],
      closed('proved'),
      'confirm w04',
    ],
    [
      'is not, while it holds its order only',
      ['applied', 'applied', 'applied', 'applied', 'armed'],
      closed('proved'),
      '',
    ],
    ['is not, if all went back', late, closed('put-back'), ''],
    [
      'is not, while nobody knows that the master stays',
      ['switched', 'applied', 'applied', 'applied', 'switched'],
      closed('left-behind'),
      '',
    ],
    [
      'is not, if the master was put back by hand',
      ['back', 'applied', 'applied', 'applied', 'switched'],
      closed('proved'),
      '',
    ],
    [
      'is not, if no master was told to switch',
      [null, 'applied', 'applied', 'applied', 'switched'],
      closed('proved'),
      '',
    ],
    ['is not, if it turned', late, { ...closed('left-behind'), turned: TURNED }, ''],
    [
      'is released if the master was left as it is, and stays',
      late,
      { ...closed('left-behind'), turned: TURNED, resolved: { sqlm01: LEFT } },
      'confirm w04',
    ],
    [
      'is not, if that master went back',
      ['back', 'applied', 'applied', 'applied', 'switched'],
      { ...closed('left-behind'), turned: TURNED, resolved: { sqlm01: LEFT } },
      '',
    ],
    [
      'is not, if that master may still go back',
      ['switched', 'applied', 'applied', 'applied', 'switched'],
      { ...closed('left-behind'), turned: TURNED, resolved: { sqlm01: LEFT } },
      '',
    ],
  ])('%s', (_what, stands, more, wanted) => {
    expect(told(stands, more)).toBe(wanted);
  });

  test('is not released if it is not heard, or no longer knows the order', () => {
    const heard = (change: object) => {
      const presence = { ...moment.presence, sqlw04: { ...moment.presence.sqlw04, ...change } } as never;
      return told(late, closed('left-behind'), { ...moment, presence });
    };
    expect([heard({}), heard({ lastN: 0 }), heard({ at: NOW - 600_000 })]).toEqual(['confirm w04', '', '']);
  });
});

test('only the newest rotation in which a master was told to switch has signals', () => {
  const [switching, untold] = [rotationOf(ordersOf(['switched'])), rotationOf([])];
  const unplanned = { ...untold, plan: null };
  const last = (...all: readonly (Planned | typeof unplanned)[]) =>
    lastSwitched({
      order: all.map((_, at) => `prod-${at}`),
      rotations: Object.fromEntries(all.map((one, at) => [`prod-${at}`, one])),
    });
  expect([last(switching, switching, untold), last(untold), last(switching, unplanned)]).toEqual([
    ['prod-1'],
    [],
    ['prod-0'],
  ]);
});

test('a plan that is not armed, or in which nobody follows a master, has no signals', () => {
  const armed = rotationOf(ordersOf(['switched', 'armed']));
  const as = (more: object) => {
    const phases = armed.plan.header.phases.map((phase) => ({ ...phase, ...more }));
    return { ...armed, plan: { ...armed.plan, header: { ...armed.plan.header, phases } } } as Planned;
  };
  expect(signals(as({}), moment)).not.toEqual([]);
  expect(signals(as({ armed: undefined }), moment)).toEqual([]);
  expect(signals(as({ onFailure: 'stop-keep' }), moment)).toEqual([]);
  expect(signals({ ...armed, plan: null }, moment)).toEqual([]);
});
