import {
  areEnough,
  followers,
  isOut,
  stragglers,
  tooMany,
  unarmedHost,
  unreadyHost,
  whyUnready,
} from '../../../src/domain/next/armed-hosts.ts';
import { takesNone } from '../../../src/domain/next/takes-none.ts';
import type { Plan, StageHead } from '../../../src/domain/plan/plan.ts';
import type { HostPresence } from '../../../src/domain/presence/presence.ts';
import type { OrderState, Planned } from '../../../src/domain/rotation/rotation.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { atWork, IS, orderTo, second, stepAt } from '../at-work.ts';
import { farmOf, Sim } from '../sim.ts';

const GAP = { limitMs: 60_000, leaveBehind: 1, canary: 1, concurrency: 50 };
const sim = new Sim(farmOf(3, { gap: GAP }));
const rotationOf = atWork(sim);
const [LEAD, FOLLOW] = ['master', 'workers'];
type How = keyof typeof IS | null;

/** How the master's order stands, and those of the three workers; null: there is none. */
const stands = (lead: How, ...workers: readonly How[]): readonly OrderState[] => [
  ...(lead === null ? [] : [orderTo('sqlm01', LEAD, IS[lead])]),
  ...workers.flatMap((how, at) => (how === null ? [] : [orderTo(`sqlw0${at + 1}`, FOLLOW, IS[how])])),
];
const stagesOf = ({ plan }: Planned): readonly [StageHead, StageHead] => {
  const [lead, follow] = plan.header.phases.at(-1)?.stages ?? [];
  if (lead === undefined || follow === undefined) throw new Error('no stages');
  return [lead, follow];
};
const unarmed = ({ plan }: Planned): Plan => {
  const phases = plan.header.phases.map(({ armed: _armed, ...phase }) => phase);
  return { ...plan, header: { ...plan.header, phases } };
};
const at = (now: number, since = 0) => ({
  ...sim.moment(),
  now: Date.parse(second(now)),
  since: Date.parse(second(since)),
});

test.each([
  [null, false],
  ['lapsed', false],
  ['sent', true],
  ['switched', true],
  ['refused', true],
] as const)('the order that cuts everybody off is out, if it is %s: %s', (how, wanted) => {
  const rotation = rotationOf(stands(how));
  expect(isOut(rotation, stagesOf(rotation)[0])).toBe(wanted);
});

describe('Before the master is told to switch', () => {
  test.each<readonly [How, boolean]>([
    ['refused', true],
    ['unknown', true],
    ['silent', true],
    ['fallen', true],
    ['switched', true],
    ['armed', false],
    ['sent', false],
    [null, false],
  ])('a worker that is %s cannot be armed: %s', (how, wanted) => {
    const rotation = rotationOf(stands(null, 'armed', how, how));
    const found = unarmedHost(rotation, rotation.plan, stagesOf(rotation)[0]);
    expect(found).toEqual(wanted ? expect.objectContaining({ host: 'sqlw02', stage: FOLLOW }) : undefined);
    const out = rotationOf(stands('sent', 'armed', how, how));
    expect(unarmedHost(out, out.plan, stagesOf(out)[0])).toBeUndefined();
    expect(unarmedHost(rotation, unarmed(rotation), stagesOf(rotation)[0])).toBeUndefined();
  });

  test('a worker that is paused, or cannot write its journal, counts if it is armed', () => {
    sim.paused.add('sqlw02');
    sim.full.add('sqlw03');
    for (const host of ['sqlw01', 'sqlw02', 'sqlw03']) sim.hello(host);
    const found = (lead: How, how: How) => {
      const rotation = rotationOf(stands(lead, 'armed', how, 'armed'));
      const why = unreadyHost(rotation, rotation.plan, stagesOf(rotation)[0], at(10));
      return why === null ? null : `${why.host} ${why.code}`;
    };
    expect(found(null, 'armed')).toBe('sqlw02 RunnerPaused');
    expect([found(null, 'sent'), found('sent', 'armed')]).toEqual(['sqlw03 JournalNotWritable', null]);
    const rotation = rotationOf(stands(null, 'armed', 'armed'));
    expect(unreadyHost(rotation, unarmed(rotation), stagesOf(rotation)[0], at(10))).toBeNull();
  });
});

test.each<readonly [string, readonly How[], string]>([
  ['nobody, once all have followed', ['applied', 'switched', 'switched'], ''],
  ['nobody, if no more are off than may be left behind', ['switched', 'switched', 'armed'], ''],
  ['all that are off, if they are more', ['switched', 'silent', 'armed'], 'sqlw02 sqlw03'],
  ['a canary alone', ['armed', 'switched', 'switched'], 'sqlw01'],
])('those that have not followed, and are too many: %s', (_what, how, wanted) => {
  const rotation = rotationOf(stands('switched', ...how));
  expect(tooMany(rotation, rotation.plan, stagesOf(rotation)[1]).join(' ')).toBe(wanted);
});

test('one canary of two is one too many', () => {
  const rotation = rotationOf(stands('switched', 'switched', 'armed', 'switched'));
  expect(tooMany(rotation, rotation.plan, { ...stagesOf(rotation)[1], canary: 2 })).toEqual(['sqlw02']);
});

test('a worker that people left behind is not one too many', () => {
  const resolved = { sqlw01: { choice: 'leave-behind', at: second(5), orders: 0 } } as const;
  const rotation = rotationOf(stands('switched', 'silent', 'switched', 'armed'), { resolved });
  expect(tooMany(rotation, rotation.plan, stagesOf(rotation)[1])).toEqual([]);
});

describe('Whether enough have followed', () => {
  const enough = (now: number, how: readonly How[], limitMs = 60_000, isCut = true): boolean => {
    const steps = isCut ? { sqlm01: { 'sqlm01/master/restart-service': stepAt(10, 12) } } : {};
    const rotation = rotationOf(stands('switched', ...how), { steps });
    const { plan } = rotation;
    const gap = { ...plan.header.gap, limitMs };
    return areEnough(rotation, { ...plan, header: { ...plan.header, gap } }, at(now));
  };

  test('is told nine seconds before the master goes back, or in the last third of a short limit', () => {
    expect([60.999, 61].map((now) => enough(now, ['switched', 'switched', 'armed']))).toEqual([false, true]);
    expect([17.999, 18].map((now) => enough(now, ['switched', 'switched', 'armed'], 12_000))).toEqual([false, true]);
  });

  test('is no while more are off than may be left behind, or nobody is cut off', () => {
    expect(enough(65, ['switched', 'armed', 'armed'])).toBe(false);
    expect(enough(65, ['switched', 'switched', 'armed'], 60_000, false)).toBe(false);
  });
});

describe('Stragglers', () => {
  const late = (
    now: number,
    lead: Partial<OrderState>,
    how: readonly How[],
    since = 0,
    more: Partial<Planned> = {},
  ) => {
    const leads = [orderTo('sqlm01', LEAD, lead)];
    const rotation = rotationOf([...leads, ...stands(null, ...how)], more);
    return stragglers(rotation, rotation.plan, at(now, since), { leads, limitMs: 120_000 }).join(' ');
  };
  const ended = { ...IS.applied, finishedAt: second(20) };

  test('still hold their order a whole time limit after the master was no longer held', () => {
    expect(late(139.999, ended, ['switched', 'armed', 'armed'])).toBe('');
    expect(late(140, ended, ['switched', 'armed', 'armed'])).toBe('sqlw02 sqlw03');
  });

  test('are counted from a decision about the master, and from the start of this bot', () => {
    const resolved = { sqlm01: { choice: 'look-again', at: second(50), orders: 1 } } as const;
    expect([169.999, 170].map((now) => late(now, ended, ['armed'], 0, { resolved }))).toEqual(['', 'sqlw01']);
    expect([199.999, 200].map((now) => late(now, ended, ['armed'], 80))).toEqual(['', 'sqlw01']);
  });

  test('are counted from the order if the master’s clock is wrong', () => {
    const old = { ...ended, issued: second(30), finishedAt: second(-500) };
    expect([149.999, 150].map((now) => late(now, old, ['armed']))).toEqual(['', 'sqlw01']);
    expect(late(150, { ...old, finishedAt: second(5_000) }, ['armed'])).toBe('sqlw01');
    expect(late(140, { ...ended, finishedAt: null }, ['armed'])).toBe('sqlw01');
  });

  test('are none while somebody is at work', () => {
    expect(late(300, ended, ['switched', 'sent', 'armed'])).toBe('');
  });
});

test('followers have one order each, the newest', () => {
  const [first, newest] = [orderTo('sqlw01', FOLLOW, { n: 1, ...IS.lapsed }), orderTo('sqlw01', FOLLOW, { n: 2 })];
  const undo = orderTo('sqlw02', FOLLOW, { n: 3, kind: 'undo' });
  const trust = orderTo('sqlw03', 'trust', { n: 4 });
  expect(followers(rotationOf([first, newest, undo, trust]))).toEqual([newest]);
});

test.each([
  [
    'gives its reason takes no order',
    { reason: 'ENOSPC', ended: [] },
    { code: 'JournalNotWritable', data: { reason: 'ENOSPC' } },
  ],
  ['gives none, as an older one, is ordered: only that shows it that it can write again', {}, null],
])('a runner that cannot write its journal and %s', (_, data, why) => {
  const moment = sim.moment();
  const hello = moment.presence.sqlw01 as HostPresence;
  const sqlw01 = { ...hello, at: moment.now, notes: [{ code: 'journal-full', data }] };
  const full = { ...moment, presence: { ...moment.presence, sqlw01 } };
  expect(whyUnready(full, 'sqlw01' as HostName, takesNone)).toEqual(why);
});
